// The slots of members, see storage_client.hpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "storage_rows.hpp"

namespace openclaw::testing {

using sdk::str;

namespace {

std::uint32_t visit_notice(void* ctx, const oc_notice* n) noexcept {
  static_cast<Gathered*>(ctx)->notices.push_back({copy(n->from), copy(n->topic), copy(n->text)});
  return 1;
}
std::uint32_t visit_member(void* ctx, const oc_member_row* r) noexcept {
  return Collected<MemberRow>::add(
      ctx, {copy(r->instance), copy(r->info_json), copy(r->process), copy(r->leases_json),
            r->since_ms, r->lease_left_ms, r->messages, r->replies});
}
std::uint32_t gather_message(void* ctx, const oc_inbox_row* r) noexcept {
  Collected<InboxRow> one{};
  visit_inbox(&one, r);
  static_cast<Gathered*>(ctx)->messages.push_back(std::move(one.rows.front()));
  return 0;  // the rows are the member's whatever it answers
}
std::uint32_t gather_reply(void* ctx, const oc_outbox_row* r) noexcept {
  Collected<OutboxRow> one{};
  visit_outbox(&one, r);
  static_cast<Gathered*>(ctx)->replies.push_back(std::move(one.rows.front()));
  return 0;
}

}  // namespace

StoreClient::StoreClient(const oc_storage& slots, oc_inst* instance, std::string_view member,
                         std::uint32_t lease_ms, std::string_view info_json)
    : slots_(&slots) {
  oc_error error = lent();
  const oc_member self{sizeof(oc_member), lease_ms, str(member), str(info_json)};
  last.status = slots.open_member(instance, &self, &connection_, &error);
  if (last.status != OC_OK) last.message = copy(error.msg);
}

Gathered StoreClient::try_collect(const Wanted& wanted) {
  Gathered got;
  std::vector<oc_str> outlets;
  for (const auto& outlet : wanted.outlets) outlets.push_back(str(outlet));
  const oc_collect asked{sizeof(oc_collect),
                         wanted.messages,
                         wanted.replies,
                         static_cast<std::uint32_t>(outlets.size()),
                         outlets.data(),
                         &got,
                         &gather_message,
                         &gather_reply,
                         &visit_notice,
                         wanted.lanes,
                         0};
  oc_error error = lent();
  std::uint32_t more = 77;
  const auto status = slots_->collect(connection_, &asked, kDeadlineMs, &more, &error);
  last = {status, status == OC_OK ? std::string() : copy(error.msg)};
  EXPECT_TRUE(status != OC_OK || more <= 1) << "left out";
  got.more = more == 1;
  return got;
}

Gathered StoreClient::collect(const Wanted& wanted) {
  auto got = try_collect(wanted);
  EXPECT_EQ(last.status, OC_OK) << last.message;
  return got;
}

Gathered collect_all(StoreClient& member, const Wanted& wanted) {
  constexpr int kMostCalls = 1000;
  Gathered all;
  for (int calls = 0; calls < kMostCalls; ++calls) {
    auto got = member.collect(wanted);
    std::move(got.messages.begin(), got.messages.end(), std::back_inserter(all.messages));
    std::move(got.replies.begin(), got.replies.end(), std::back_inserter(all.replies));
    std::move(got.notices.begin(), got.notices.end(), std::back_inserter(all.notices));
    if (!got.more) return all;
  }
  ADD_FAILURE() << "there is no end to what it collects";
  return all;
}

std::vector<MemberRow> StoreClient::members() {
  Collected<MemberRow> found{};
  oc_error error = lent();
  const auto status = slots_->members(connection_, kDeadlineMs, &visit_member, &found, &error);
  read(status, error);
  return std::move(found.rows);
}

oc_status StoreClient::wait(std::string_view instance, std::uint32_t max_ms) {
  oc_error error = lent();
  const auto status = slots_->wait(connection_, str(instance), max_ms, &error);
  last = {status, status == OC_OK ? std::string() : copy(error.msg)};
  return status;
}

}  // namespace openclaw::testing
