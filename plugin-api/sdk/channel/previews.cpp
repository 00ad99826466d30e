#include "openclaw/cpp/channel/previews.hpp"

#include <algorithm>
#include <utility>

#include "openclaw/cpp/text.hpp"

namespace openclaw::sdk {

Previews::Previews(Host& host, Limits limits, Platform platform)
    : host_(host),
      limits_(limits),
      platform_(std::move(platform)),
      list_(host, {[this] { loaded(); }, [this](const auto& messages) { left(messages); }}) {}

void Previews::start() {
  list_.start();
}

void Previews::loaded() {
  if (stopped_) return;
  loaded_ = true;
  std::vector<std::string> names;
  for (const auto& [name, turn] : turns_) names.push_back(name);
  for (const auto& name : names) pump(name);
}

void Previews::left(const std::vector<PreviewList::Message>& messages) {
  for (const auto& message : messages) {
    // As a turn that is over; no turn of a gateway's has such a name.
    const std::string name = "left:" + message.place.chat + ":" + message.id;
    Preview preview(limits_.timing, limits_.max_characters);
    preview.posted(message.id, host_.now_ms());
    preview.give_up();
    preview.end(host_.now_ms());
    turns_.insert_or_assign(name, Turn{message.place, std::move(preview)});
    pump(name);
  }
}

void Previews::partial(const oc_partial& partial) {
  if (stopped_) return;
  const std::string turn_id = copy(partial.turn_id);
  auto it = turns_.find(turn_id);
  if (it == turns_.end()) {
    if (partial.kind != OC_PARTIAL_TEXT || turns_.size() >= kMaxTurns || turn_id.empty()) return;
    it = turns_
             .emplace(turn_id, Turn{{copy(partial.chat_id), copy(partial.thread_id)},
                                    Preview(limits_.timing, limits_.max_characters)})
             .first;
  }
  Preview& preview = it->second.preview;
  if (partial.kind == OC_PARTIAL_TEXT) preview.add(view(partial.text), host_.now_ms());
  if (partial.kind == OC_PARTIAL_RESET) preview.reset();
  if (partial.kind == OC_PARTIAL_END) preview.end(host_.now_ms());
  pump(turn_id);
}

void Previews::answered(std::string_view turn_id) {
  const auto it = turns_.find(std::string(turn_id));
  if (stopped_ || it == turns_.end()) return;
  it->second.preview.answered();
  pump(it->first);
}

void Previews::pump(const std::string& turn_id) {
  const auto it = turns_.find(turn_id);
  if (stopped_ || !loaded_ || it == turns_.end()) return;
  Turn& turn = it->second;
  const Preview::Step step = turn.preview.next(host_.now_ms());
  if (step.act == Preview::Act::over) {
    host_.cancel(turn.timer);
    turns_.erase(it);
  } else if (quiet_ && step.act == Preview::Act::post) {
    return;  // END ends it
  } else if (step.act == Preview::Act::none) {
    if (step.wait_ms >= 0) wake(turn_id, turn, step.wait_ms);
  } else if (const std::uint32_t ms = ask(turn_id, turn, step.act)) {
    turn.preview.put_off(ms, host_.now_ms());
    wake(turn_id, turn, ms);
  } else {
    turn.preview.begin(step.act);
  }
}

Host::Rendered Previews::text_of(const Preview& preview) const {
  if (limits_.rendered) {
    if (auto rendered = host_.last_message(preview.markdown())) return std::move(*rendered);
  }
  return {preview.text(), {}};
}

std::uint32_t Previews::ask(const std::string& turn_id, const Turn& turn, Preview::Act act) {
  Done done = [this, turn_id, act](const Outcome& outcome) { ended(turn_id, act, outcome); };
  const std::string& id = turn.preview.message_id();
  if (act == Preview::Act::remove) return platform_.remove(turn.place, id, std::move(done));
  const Host::Rendered text = text_of(turn.preview);
  return act == Preview::Act::post ? platform_.post(turn.place, turn_id, text, std::move(done))
                                   : platform_.edit(turn.place, id, text, std::move(done));
}

void Previews::ended(const std::string& turn_id, Preview::Act act, const Outcome& outcome) {
  const auto it = turns_.find(turn_id);
  if (it == turns_.end()) return;
  Turn& turn = it->second;
  if (stopped_) {
    if (outcome.kind == Outcome::Kind::done && act == Preview::Act::post &&
        !outcome.message_id.empty()) {
      list_.add({turn.place, outcome.message_id});
    }
    return;
  }
  const std::int64_t now = host_.now_ms();
  using Kind = Outcome::Kind;
  const std::string chat = turn.place.chat, standing = turn.preview.message_id();
  const bool nameless = act == Preview::Act::post && outcome.message_id.empty();
  if (outcome.kind == Kind::done && nameless) {
    turn.preview.failed(true, 0, now);  // what has no name can neither be edited nor removed
  } else if (outcome.kind == Kind::done && act == Preview::Act::post) {
    turn.preview.posted(outcome.message_id, now);
    list_.add({turn.place, outcome.message_id});
  } else if (outcome.kind == Kind::done ||
             (outcome.kind == Kind::gone && act == Preview::Act::remove)) {
    turn.preview.done(now);
    if (act == Preview::Act::remove) list_.remove(chat, standing);
  } else {
    turn.preview.failed(outcome.kind != Kind::later, outcome.retry_ms, now);
    // What the platform will never let go is no longer worth a try.
    if (act == Preview::Act::remove && outcome.kind == Kind::refused) list_.remove(chat, standing);
  }
  pump(turn_id);
}

void Previews::wake(const std::string& turn_id, Turn& turn, std::int64_t ms) {
  host_.cancel(turn.timer);
  turn.timer =
      host_.after(static_cast<std::uint64_t>(std::max<std::int64_t>(1, ms)), [this, turn_id] {
        const auto due = turns_.find(turn_id);
        if (due == turns_.end()) return;
        due->second.timer = 0;
        pump(turn_id);
      });
}

void Previews::stop() {
  stopped_ = true;
  list_.stop();
  for (auto& [name, turn] : turns_) host_.cancel(std::exchange(turn.timer, 0));
}

}  // namespace openclaw::sdk
