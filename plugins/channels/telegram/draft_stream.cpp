// The drafts' I/O.
#include "draft_stream.hpp"

#include <utility>

#include "openclaw/cpp/text.hpp"

namespace openclaw::telegram {

namespace {
constexpr std::uint32_t kDraftMs = 5'000;
constexpr std::size_t kMaxTurns = 256;
}  // namespace

DraftStream::DraftStream(sdk::Host& host, Api& api) : host_(host), api_(api) {}

void DraftStream::partial(const oc_partial& partial) {
  const std::string turn_id = sdk::copy(partial.turn_id);
  auto it = turns_.find(turn_id);
  if (partial.kind == OC_PARTIAL_END) {
    if (it == turns_.end()) return;
    it->second.over = true;
    it->second.muted = true;
    if (!it->second.draft.in_flight()) drop(it);
    return;
  }
  if (!enabled_ || !is_private(sdk::view(partial.chat_id))) return;
  if (it == turns_.end()) {
    if (turns_.size() >= kMaxTurns) return;
    it = turns_.emplace(turn_id, Turn{}).first;
    it->second.target = {sdk::copy(partial.chat_id), sdk::copy(partial.thread_id)};
  }
  if (partial.kind == OC_PARTIAL_RESET) it->second.draft.reset();
  if (partial.kind == OC_PARTIAL_TEXT) it->second.draft.add(sdk::view(partial.text));
  pump(turn_id);
}

void DraftStream::pump(const std::string& turn_id) {
  const auto it = turns_.find(turn_id);
  if (it == turns_.end() || it->second.muted) return;
  Turn& turn = it->second;
  if (const auto text = turn.draft.next(host_.now_ms())) {
    const auto rendered = host_.last_message(*text);
    const bool html = rendered && !rendered->plain.empty();
    const std::string shown = rendered ? rendered->text : end_of_draft(*text);
    // The chat is private, so its id is a number and there is a body.
    api_.call("sendMessageDraft", *draft_body(turn.target, draft_id_of(turn_id), shown, html),
              kDraftMs, [this, turn_id](const Answer& answer) { answered(turn_id, answer); });
    return;
  }
  if (turn.timer != 0) return;
  if (const auto ms = turn.draft.wake_in_ms(host_.now_ms())) {
    turn.timer = host_.after(std::max<std::uint64_t>(1, *ms), [this, turn_id] {
      const auto due = turns_.find(turn_id);
      if (due == turns_.end()) return;
      due->second.timer = 0;
      pump(turn_id);
    });
  }
}

void DraftStream::answered(const std::string& turn_id, const Answer& answer) {
  const auto it = turns_.find(turn_id);
  if (it == turns_.end()) return;
  Turn& turn = it->second;
  std::uint64_t hold_ms = 0;
  if (answer.error) {
    const std::uint32_t status = answer.error->status;
    if (status == 429) {
      hold_ms = static_cast<std::uint64_t>(answer.error->retry_after_s) * 1000;
    } else {
      if (status == 404 || status == 405) {
        enabled_ = false;
        host_.log(OC_LOG_INFO, "telegram.drafts_unsupported",
                  R"({"remedy":"update the Bot API server to show answers as they are written"})");
      }
      turn.muted = true;
    }
  }
  turn.draft.answered(host_.now_ms(), hold_ms);
  if (turn.over) return drop(it);
  pump(turn_id);
}

std::uint32_t DraftStream::end(const std::string& turn_id) {
  const auto it = turns_.find(turn_id);
  if (it == turns_.end()) return 0;
  it->second.muted = true;  // the whole text follows now
  return it->second.draft.quiet_in_ms(host_.now_ms());
}

void DraftStream::drop(std::map<std::string, Turn>::iterator it) {
  host_.cancel(it->second.timer);
  turns_.erase(it);
}

void DraftStream::stop() {
  enabled_ = false;
  for (auto it = turns_.begin(); it != turns_.end();) {
    host_.cancel(it->second.timer);
    it = turns_.erase(it);
  }
}

}  // namespace openclaw::telegram
