// Collecting. What a collect() takes is marked with its number, and its notices stay until the next
// one: when the answer is cut off, the same number asks for it again, in this call or the next. The
// token is changed before that, as in Writer::settle(), so that no call that comes late takes more.
#include "member.hpp"

#include <algorithm>
#include <thread>

#include "explain.hpp"
#include "openclaw/cpp/holder.hpp"
#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::postgres {

namespace {

constexpr std::chrono::milliseconds kCollectPause{20}, kLongestCollectPause{1'000};
/// r_kind of collect.sql.
constexpr std::int64_t kMessage = 1, kReply = 2, kNotice = 3;
/// r_n1 of its last row: it is to be called again.
constexpr std::int64_t kEndedTheDead = 2;

const oc_member& checked(const oc_member& self) {
  if (const auto* refusal = sdk::nonsense(self)) {
    throw sdk::StoreError(refusal->status, refusal->reason);
  }
  return self;
}

std::uint64_t positive(const Rows& rows, int row, int column) {
  return static_cast<std::uint64_t>(rows.number(row, column));
}
oc_str words(const Rows& rows, int row, int column) {
  return sdk::str(rows.bytes(row, column));
}

void visit_message(const oc_collect& wanted, const Rows& rows, int i) {
  oc_inbox_row out{};
  out.size = sizeof out;
  out.id = positive(rows, i, 1);
  out.attempts = static_cast<std::uint32_t>(rows.number(i, 2));
  out.received_ms = rows.number(i, 3);
  out.session = words(rows, i, 6);
  out.agent = words(rows, i, 7);
  out.channel = words(rows, i, 8);
  out.account = words(rows, i, 9);
  out.event_id = words(rows, i, 10);
  out.payload_json = words(rows, i, 11);
  wanted.message(wanted.ctx, &out);
}

void visit_reply(const oc_collect& wanted, const Rows& rows, int i) {
  oc_outbox_entry entry{};
  entry.size = sizeof entry;
  entry.created_ms = rows.number(i, 4);
  entry.expires_ms = rows.number(i, 5);
  entry.session = words(rows, i, 6);
  entry.channel = words(rows, i, 7);
  entry.account = words(rows, i, 8);
  entry.idem_key = words(rows, i, 9);
  entry.payload_json = words(rows, i, 10);
  oc_outbox_row out{};
  out.size = sizeof out;
  out.id = positive(rows, i, 1);
  out.state = static_cast<std::uint32_t>(rows.number(i, 2));
  out.updated_ms = rows.number(i, 3);
  out.entry = &entry;
  wanted.reply(wanted.ctx, &out);
}

void visit_notice(const oc_collect& wanted, const Rows& rows, int i) {
  const oc_notice out{sizeof out, 0, words(rows, i, 6), words(rows, i, 7), words(rows, i, 8)};
  wanted.notice(wanted.ctx, &out);
}

}  // namespace

Member::Member(Settings settings, const oc_member& self, const Warn& warn)
    : Writer(std::move(settings), std::string(sdk::view(checked(self).instance)), self.lease_ms) {
  open(
      [&](const Known& known, TimePoint deadline) {
        return take_membership(sdk::view(self.info_json), known.gone, deadline);
      },
      warn);
}

Claim Member::take_membership(std::string_view info, const std::string& gone, TimePoint deadline) {
  const Rows row = link_.run(sql("SELECT r_taken, r_holder, r_left_ms, r_member"
                                 " FROM @SCHEMA@.take_membership($1, $2, $3, $4, $5, $6)"),
                             Parameters()
                                 .text(instance_)
                                 .uuid(token_)
                                 .text(sdk::this_process())
                                 .number(lease_ms_)
                                 .bytes(info)
                                 .text(gone),
                             deadline);
  if (row.flag(0, 0)) return {};
  const bool alone = row.number(0, 3) == 0;
  return {false, std::string(row.bytes(0, 1)), row.number(0, 2),
          "the schema " + settings_.schema +
              (alone ? " is in use by another gateway that does not share it (%H); set "
                       "gateway.instance there, too, or end that one, or set storage.schema"
                     : " is shared by another gateway that is called " + instance_ +
                           " too (%H); change gateway.instance, or end that one")};
}

Rows Member::call_collect(const oc_collect& wanted, TimePoint deadline) {
  Array outlets(kBytea);
  for (std::uint32_t i = 0; i < wanted.n_outlets; ++i) outlets.add(sdk::view(wanted.outlets[i]));
  return link_.run(sql("SELECT * FROM @SCHEMA@.collect($1, $2, $3, $4, $5, $6, $7, $8)"),
                   Parameters()
                       .text(instance_)
                       .uuid(token_)
                       .number(committed_)
                       .number(collected_ + 1)
                       .number(wanted.max_messages)
                       .number(wanted.max_lanes)
                       .number(wanted.max_replies)
                       .byte_strings(outlets),
                   deadline);
}

void Member::apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) {
  apply_from(collect_open_ ? Batch::From::a_member_in_doubt : Batch::From::a_member, writes,
             deadline_ms);
}

bool Member::collect(const oc_collect& wanted, std::uint32_t deadline_ms) {
  using std::chrono::steady_clock;
  check_not_ended();
  const TimePoint deadline = deadline_in(deadline_ms);
  collect_open_ = true;
  for (auto pause = kCollectPause;; pause = std::min(pause * 2, kLongestCollectPause)) {
    const bool was_open = link_.is_open();
    bool sent = false;
    try {
      connect_settled(deadline);
      sent = true;
      Rows rows = call_collect(wanted, deadline);
      while (rows.size() == 1 && rows.number(0, 1) == kEndedTheDead) {
        rows = call_collect(wanted, deadline);
      }
      collect_open_ = false;
      bool more = false;
      for (int i = 0; i < rows.size(); ++i) {
        const std::int64_t kind = rows.number(i, 0);
        if (kind == kMessage) {
          visit_message(wanted, rows, i);
        } else if (kind == kReply) {
          visit_reply(wanted, rows, i);
        } else if (kind == kNotice) {
          visit_notice(wanted, rows, i);
        } else {
          more = rows.number(i, 1) != 0;
          collected_ = rows.number(i, 2);
        }
      }
      return more;
    } catch (const PgError& error) {
      end_if_lost(error);
      const bool cut = error.kind == PgError::Kind::lost || error.kind == PgError::Kind::deadline;
      if (cut && sent) leave_open();
      const bool idle_cut = was_open && !link_.is_open();
      const bool again = cut || idle_cut || try_again_at_once(error);
      if (!again || steady_clock::now() + pause >= deadline) throw explain(error, "collect from");
      std::this_thread::sleep_for(pause);
    }
  }
}

}  // namespace openclaw::postgres
