#include "core/pipeline/turn/turn_record.hpp"

#include <utility>

#include "core/pipeline/turn/prompt.hpp"
#include "core/pipeline/turn/token_usage.hpp"
#include "core/render/messages.hpp"

namespace openclaw::pipeline {
namespace {

constexpr char kNoAnswer[] =
    "Sorry, I could not answer just now. Please send your message again later.";

std::string hex(std::uint64_t n) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  do {
    out.insert(out.begin(), kDigits[n & 15U]);
    n >>= 4U;
  } while (n != 0);
  return out;
}

}  // namespace

TurnRecord::TurnRecord(const LaneTurn& lane, const std::vector<WaitingMessage>& messages,
                       const ChannelPort* channel, Keeping keeping)
    : lane_(lane),
      messages_(messages),
      channel_(channel),
      keeping_(keeping),
      // Of several gateways, each counts epochs of its own; no two have one message.
      turn_id_("t" + hex(lane.epoch) + "." + hex(lane.ids.empty() ? 0 : lane.ids.front())) {}

Finish TurnRecord::ending(Disposition disposition, std::string reason, std::int64_t now_ms) const {
  Finish write;
  write.disposition = disposition;
  write.session = lane_.session;
  write.epoch = lane_.epoch;
  write.ids = lane_.ids;
  write.reason = std::move(reason);
  write.ts_ms = now_ms;
  return write;
}

Finish TurnRecord::answered(const Answer& answer, std::int64_t now_ms) const {
  Finish write = ending(Disposition::answered, {}, now_ms);
  add_questions(write);
  if (!keeping_.stateless) {
    write.transcript.push_back(
        {0, Role::assistant, now_ms, answer.text,
         answer_meta(answer.model, turn_id_, token_usage_from(answer.usage_json))});
  }
  add_replies(write, render::markdown_messages(answer.text, format()));
  return write;
}

Finish TurnRecord::silent(std::string reason, std::int64_t now_ms) const {
  Finish write = ending(Disposition::silent, std::move(reason), now_ms);
  add_questions(write);
  return write;
}

Finish TurnRecord::dead(std::string reason, const std::string& notice, std::int64_t now_ms) const {
  Finish write = ending(Disposition::dead, std::move(reason), now_ms);
  add_replies(write, render::plain_messages(notice.empty() ? kNoAnswer : notice, format()));
  return write;
}

Finish TurnRecord::noted(TranscriptEntry entry, std::int64_t now_ms) const {
  Finish write = ending(Disposition::silent, {}, now_ms);
  write.ids.clear();  // nothing ends by it
  write.transcript.push_back(std::move(entry));
  return write;
}

void TurnRecord::add_questions(Finish& write) const {
  if (keeping_.stateless) return;
  for (const auto& m : messages_) {
    write.transcript.push_back({0, Role::user, m.message.ts_ms != 0 ? m.message.ts_ms : write.ts_ms,
                                question_text(m.message, false), attachments_meta(m.message)});
  }
}

/// The message of a channel that is not configured now is answered for when it is again, in plain
/// text, which every platform takes.
render::Format TurnRecord::format() const {
  return channel_ != nullptr ? channel_->traits().text : render::Format{};
}

void TurnRecord::add_replies(Finish& write, std::vector<render::Message> parts) const {
  const Inbound& last = messages_.back().message;
  if (last.instance.empty()) return;  // answered over HTTP only
  const bool configured = channel_ != nullptr;
  const std::string& instance = configured ? channel_->traits().instance : last.instance;
  const std::string& account = configured ? channel_->traits().account : last.from.account;
  std::size_t part = 0;
  for (auto& piece : parts) {
    Outbound m;
    m.chat_id = last.from.chat_id;
    m.thread_id = last.from.thread_id;
    if (last.from.kind != ChatKind::direct && part == 0) m.reply_to = last.message_id;
    m.turn_id = turn_id_;
    m.idem_key = turn_id_ + "-" + hex(part++);
    m.extra_json = last.extra_json;
    m.text = std::move(piece.text);
    m.plain = std::move(piece.plain);
    if (piece.media) {
      m.attachments.push_back({piece.media->mime, piece.media->name, piece.media->url, 0});
    }
    write.outbox.push_back({lane_.session, instance, account, m.idem_key, to_json(m), write.ts_ms,
                            write.ts_ms + keeping_.reply_ttl_ms});
  }
}

}  // namespace openclaw::pipeline
