#include "openclaw/cpp/channel/previews.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::sdk {

namespace {

using nlohmann::json;
constexpr std::string_view kKey = "previews";
constexpr std::uint64_t kReadAgainMs = 10'000;

}  // namespace

Previews::Previews(Host& host, Limits limits, Platform platform)
    : host_(host), limits_(limits), platform_(std::move(platform)) {}

void Previews::start() {
  const oc_op op = host_.state_get(kKey, [this](const std::optional<Failure>& failure,
                                                std::string_view, const std::string& value) {
    if (stopped_) return;
    if (failure && failure->code != OC_E_NOTFOUND) {
      // Writing the list without having read it would forget what it names.
      host_.log(OC_LOG_DEBUG, "previews.not_read", to_text(json{{"error", failure->message}}));
      read_again_ = host_.after(kReadAgainMs, [this] { start(); });
      return;
    }
    loaded(failure ? std::string("[]") : value);
  });
  if (op == 0) loaded("[]");
}

void Previews::loaded(const std::string& text) {
  loaded_ = true;
  const json saved = json::parse(text, nullptr, false);
  for (const json& one : saved.is_array() ? saved : json::array()) {
    if (!one.is_object() || listed_.size() == kMaxListed) continue;
    Listed left{{string_at(one, "chat"), string_at(one, "thread")}, string_at(one, "id")};
    if (left.place.chat.empty() || left.message_id.empty()) continue;
    // As a turn that is over; no turn of a gateway's has such a name.
    const std::string name = "left:" + left.place.chat + ":" + left.message_id;
    Preview preview(limits_.timing, limits_.max_characters);
    preview.posted(left.message_id, host_.now_ms());
    preview.give_up();
    preview.end(host_.now_ms());
    turns_.insert_or_assign(name, Turn{left.place, std::move(preview)});
    listed_.push_back(std::move(left));
  }
  std::vector<std::string> names;
  for (const auto& [name, turn] : turns_) names.push_back(name);
  for (const auto& name : names) pump(name);
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
      list({turn.place, outcome.message_id});
    }
    return;
  }
  const std::int64_t now = host_.now_ms();
  using Kind = Outcome::Kind;
  const Listed standing{turn.place, turn.preview.message_id()};
  const bool nameless = act == Preview::Act::post && outcome.message_id.empty();
  if (outcome.kind == Kind::done && nameless) {
    turn.preview.failed(true, 0, now);  // what has no name can neither be edited nor removed
  } else if (outcome.kind == Kind::done && act == Preview::Act::post) {
    turn.preview.posted(outcome.message_id, now);
    list({turn.place, outcome.message_id});
  } else if (outcome.kind == Kind::done ||
             (outcome.kind == Kind::gone && act == Preview::Act::remove)) {
    turn.preview.done(now);
    if (act == Preview::Act::remove) unlist(standing);
  } else {
    turn.preview.failed(outcome.kind != Kind::later, outcome.retry_ms, now);
    // What the platform will never let go is no longer worth a try.
    if (act == Preview::Act::remove && outcome.kind == Kind::refused) unlist(standing);
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

void Previews::list(Listed message) {
  listed_.push_back(std::move(message));
  if (listed_.size() > kMaxListed) listed_.erase(listed_.begin());
  save();
}

void Previews::unlist(const Listed& message) {
  if (std::erase(listed_, message) != 0) save();
}

void Previews::save() {
  unsaved_ = true;
  if (saving_) return;
  json list = json::array();
  for (const Listed& one : listed_) {
    list.push_back(
        {{"chat", one.place.chat}, {"thread", one.place.thread}, {"id", one.message_id}});
  }
  unsaved_ = false;
  saving_ = host_.state_put(kKey, to_text(list), OC_STATE_ANY,
                            [this](const std::optional<Failure>& failure, std::string_view,
                                   const std::string&) {
                              saving_ = false;
                              if (failure) {
                                host_.log(OC_LOG_DEBUG, "previews.not_saved",
                                          to_text(json{{"error", failure->message}}));
                              }
                              if (unsaved_) save();
                            }) != 0;
}

void Previews::stop() {
  stopped_ = true;
  host_.cancel(read_again_);
  for (auto& [name, turn] : turns_) host_.cancel(std::exchange(turn.timer, 0));
}

}  // namespace openclaw::sdk
