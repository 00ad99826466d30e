// Collects in two steps: collect.lua makes things ours, as a batch whose outcome can be found out;
// collected.lua reads them, as often as that takes.
#include "member.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"
#include "rows.hpp"

namespace openclaw::redis {

using sdk::copy;
using sdk::str;
using sdk::view;

namespace {

Joining read_member(const oc_member& member) {
  if (const auto* refusal = sdk::nonsense(member)) {
    throw sdk::StoreError(refusal->status, refusal->reason);
  }
  return {copy(member.instance), copy(member.info_json), member.lease_ms};
}

}  // namespace

Member::Member(const Settings& settings, const oc_member& member, const Tell& tell)
    : Writer(settings, tell,
             {[settings, who = read_member(member)](Link& link, TimePoint deadline) {
                return join_store(link, settings, who, deadline);
              },
              apply_as_member_script(), leave_script(), member.lease_ms, true,
              "this gateway was cut off from Redis for longer than its lease, and the others have "
              "taken over what it had in the store " +
                  settings.prefix}) {}

Member::Collected Member::read_results(const std::string& results) {
  std::istringstream words(results);
  Collected out;
  std::size_t count = 0;
  words >> out.more;
  for (auto* ids : {&out.messages, &out.replies}) {
    words >> count;
    for (std::string id; count > 0 && words >> id; --count) ids->push_back(id);
  }
  if (!(words >> count)) throw std::runtime_error("collect.lua answered in another form");
  out.notices = count > 0;
  return out;
}

std::optional<Member::Collected> Member::collect_ids(const oc_collect& wanted, TimePoint deadline,
                                                     bool& more) {
  std::set<std::string_view> outlets;
  for (std::uint32_t i = 0; i < wanted.n_outlets; ++i) outlets.insert(view(wanted.outlets[i]));
  const auto call = [&](TimePoint until) {
    Args args;
    add_held(args).number(committed_ + 1).number(wanted.max_messages).number(wanted.max_lanes);
    args.number(wanted.max_replies);
    for (const auto outlet : outlets) args.lent(outlet);
    return std::string(link_.run(collect_script(), key_, args, until).text());
  };
  const std::string results = send(call, deadline);
  if (results.starts_with("idle ")) {
    more = results.ends_with('1');
    return {};
  }
  ++committed_;
  return read_results(results);
}

bool Member::collect(const oc_collect& wanted, std::uint32_t deadline_ms) {
  check_not_ended();
  const TimePoint deadline = deadline_in(deadline_ms);
  // What an earlier call came to have and could not read comes first.
  const bool was_pending = pending_.has_value();
  if (!was_pending) {
    bool more = false;
    pending_ = collect_ids(wanted, deadline, more);
    if (!pending_) return more;
  }
  if (pending_->is_empty()) {
    const bool more = pending_->more;
    pending_.reset();
    return more;
  }
  Args args;
  args.number(std::uint64_t{pending_->messages.size()});
  for (const auto& id : pending_->messages) args.lent(id);
  for (const auto& id : pending_->replies) args.lent(id);
  const Reply rows = run_held(collected_script(), args, deadline);
  for (std::size_t i = 0; i < rows[0].size(); ++i) {
    const oc_inbox_row out = message_in(rows[0][i]);
    wanted.message(wanted.ctx, &out);
  }
  for (std::size_t i = 0; i < rows[1].size(); ++i) {
    oc_outbox_entry entry{};
    const oc_outbox_row out = reply_in(rows[1][i], entry);
    wanted.reply(wanted.ctx, &out);
  }
  for (std::size_t i = 0; i < rows[2].size(); ++i) {
    const Item row = rows[2][i];
    const oc_notice out = {sizeof out, 0, str(row[0].text()), str(row[1].text()),
                           str(row[2].text())};
    wanted.notice(wanted.ctx, &out);
  }
  const bool more = was_pending || pending_->more;
  pending_.reset();
  return more;
}

}  // namespace openclaw::redis
