// Keeps the ring, the live turn and the messages that the transcript does not show yet.
#include "chat.hpp"

#include <algorithm>

namespace openclaw::webchat {
namespace {

// The host repeats typing every 6 s while the agent works.
constexpr std::int64_t kTypingMs = 10'000;
// After a turn's end the transcript is committed; a message of that turn is in it by then.
constexpr std::int64_t kSettleMs = 5'000;
// Past the agent's timeout (600 s) no turn can still be working on a message.
constexpr std::int64_t kPendingMs = 900'000;

std::size_t cost(const ChatMessage& m) {
  std::size_t bytes = m.text.size() + 128;
  for (const auto& f : m.files) bytes += f.name.size() + f.mime.size() + 128;
  return bytes;
}

bool same_files(const std::vector<MessageFile>& a, const std::vector<MessageFile>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.file == y.file; });
}

}  // namespace

Chat::Chat(std::string sender, std::string conversation, std::string epoch, std::size_t* total)
    : sender_(std::move(sender)),
      conversation_(std::move(conversation)),
      epoch_(std::move(epoch)),
      weight_(total) {}

void Chat::weigh() {
  std::size_t bytes = ring_bytes_ + live_html_.told().size() + (live_ ? live_->text.size() : 0);
  for (const auto& p : pending_) bytes += cost(p.message);
  weight_.set(bytes);
}

ChatMessage Chat::remember(ChatMessage message) {
  message.seq = ++seq_;
  ring_bytes_ += cost(message);
  ring_.push_back(message);
  while (ring_.size() > kRingEvents || ring_bytes_ > kRingBytes) drop_oldest();
  if (access_ == Access::kRefused) keep_little();
  weigh();
  return message;
}

void Chat::drop(std::deque<ChatMessage>::iterator message) {
  forgotten_ = std::max(forgotten_, message->seq);
  ring_bytes_ -= cost(*message);
  ring_.erase(message);
}

// The person's own words go first: the gateway's notice says how to be let in.
void Chat::keep_little() {
  while (ring_bytes_ > kRefusedBytes) {
    const auto own = std::find_if(ring_.begin(), ring_.end(),
                                  [](const ChatMessage& m) { return m.role == "user"; });
    drop(own != ring_.end() ? own : ring_.begin());
  }
}

void Chat::forget() {
  while (!ring_.empty()) drop_oldest();
  pending_.clear();
  weigh();
}

std::optional<ChatMessage> Chat::user_message(const Say& say, Access access, std::int64_t ts,
                                              std::vector<MessageFile> files) {
  access_ = access;
  const auto same = [&](const ChatMessage& m) { return m.role == "user" && m.id == say.id; };
  if (std::any_of(ring_.begin(), ring_.end(), same)) return std::nullopt;
  ChatMessage message{say.id, {}, "user", say.text, ts, 0, std::move(files)};
  if (access == Access::kAllowed) {
    if (pending_.size() == kMaxPending) pending_.pop_front();
    pending_.push_back({message, false});
  }
  return remember(std::move(message));
}

Chat::Delivery Chat::deliver(std::string_view idem_key, std::string_view turn,
                             std::string_view text, std::int64_t now) {
  if (!idem_key.empty()) {
    for (const auto& [key, id] : delivered_) {
      if (key == idem_key) return {id, {}};
    }
  }
  // The key itself as id: a page recognises a repeat even when this process has forgotten it.
  const std::string id =
      idem_key.empty() ? epoch_ + "-" + std::to_string(seq_ + 1) : "k-" + std::string(idem_key);
  if (!idem_key.empty()) {
    if (delivered_.size() == kRingEvents) delivered_.pop_front();
    delivered_.emplace_back(idem_key, id);
  }
  // What the core itself says to someone who may not speak yet: the pairing code.
  const bool notice = access_ == Access::kRefused && turn.empty();
  const bool of_live_turn = live_ && live_->turn == turn;
  std::erase_if(pending_, [&](const Pending& p) { return !live_ || (of_live_turn && p.in_turn); });
  if (of_live_turn) {
    live_.reset();
    live_html_ = {};
    turn_ended_ = 0;
  }
  return {id, remember({id, std::string(turn), notice ? "system" : "assistant", std::string(text),
                        now, 0})};
}

bool Chat::follows(const std::string& origin, std::uint64_t n) {
  const auto known = heard_.find(origin);
  // Nothing is known of what it told before, and it may have forgotten its count.
  const bool whole = known == heard_.end() || n == 1 || n == known->second + 1;
  if (known == heard_.end() && heard_.size() >= kMaxOrigins) heard_.clear();
  heard_[origin] = n;
  return whole;
}

void Chat::renew(std::string epoch) {
  epoch_ = std::move(epoch);
  forgotten_ = seq_;
}

std::string Chat::begin_turn(std::string_view turn) {
  live_ = LiveTurn{std::string(turn), {}};
  live_html_ = {};
  weigh();
  turn_ended_ = 0;
  for (auto& p : pending_) p.in_turn = true;
  return partial_frame(++seq_, turn, "begin", {});
}

std::string Chat::add_text(std::string_view turn, std::string_view text) {
  if (live_ && live_->turn == turn && live_->text.size() + text.size() <= kMaxLiveBytes) {
    live_->text += text;
    live_html_.grew();
    weigh();
  }
  return partial_frame(++seq_, turn, "text", text);
}

std::optional<std::size_t> Chat::live_bytes(std::string_view turn) const {
  if (!live_ || live_->turn != turn) return std::nullopt;
  return live_->text.size();
}

const std::string* Chat::text_to_show(std::int64_t now, bool at_once) const {
  const bool due = live_ && (at_once ? live_html_.is_behind() : live_html_.is_due(now));
  return due ? &live_->text : nullptr;
}

bool Chat::may_render_history(std::int64_t monotonic_ms) {
  if (!histories_) histories_.emplace(0.5, 8, monotonic_ms);
  return histories_->take(monotonic_ms) == 0;
}

std::string Chat::live_html(std::string html, std::int64_t now) {
  const auto change = live_html_.tell(std::move(html), now);
  weigh();
  return live_frame(++seq_, live_->turn, change.keep, change.html);
}

std::string Chat::reset_text(std::string_view turn) {
  if (live_ && live_->turn == turn) {
    live_->text.clear();
    live_html_ = {};
  }
  weigh();
  return partial_frame(++seq_, turn, "reset", {});
}

std::string Chat::end_turn(std::string_view turn, std::int64_t now) {
  if (live_ && live_->turn == turn) turn_ended_ = now;
  return partial_frame(++seq_, turn, "end", {});
}

std::string Chat::set_typing(bool on, std::int64_t now) {
  typing_until_ = on ? now + kTypingMs : 0;
  return typing_frame(++seq_, on);
}

bool Chat::can_replay(std::string_view epoch, std::uint64_t after) const {
  return epoch == epoch_ && after >= forgotten_ && after <= seq_;
}

std::vector<ChatMessage> Chat::missed(std::uint64_t after) const {
  std::vector<ChatMessage> messages;
  for (const auto& m : ring_) {
    if (m.seq > after) messages.push_back(m);
  }
  return messages;
}

void Chat::settle(std::int64_t now) {
  if (turn_ended_ != 0 && now >= turn_ended_ + kSettleMs) {
    std::erase_if(pending_, [](const Pending& p) { return p.in_turn; });
    live_.reset();
    live_html_ = {};
    turn_ended_ = 0;
  }
  std::erase_if(pending_, [&](const Pending& p) { return now >= p.message.ts + kPendingMs; });
  weigh();
}

const char* Chat::access_word() const {
  return access_ == Access::kAllowed   ? "allowed"
         : access_ == Access::kRefused ? "refused"
                                       : "unknown";
}

Welcome Chat::common(std::int64_t now) {
  settle(now);
  Welcome w;
  w.chat = sender_;
  w.conversation = conversation_;
  w.epoch = epoch_;
  w.seq = seq_;
  w.access = access_word();
  if (turn_ended_ == 0) w.live = live_;
  w.typing = now < typing_until_;
  return w;
}

Welcome Chat::resume(std::int64_t now) {
  Welcome w = common(now);
  w.replay = true;
  return w;
}

Welcome Chat::afresh(std::optional<std::vector<ChatMessage>> transcript, std::int64_t now) {
  Welcome w = common(now);
  if (!transcript) {
    w.history.assign(ring_.begin(), ring_.end());
    std::stable_sort(w.history.begin(), w.history.end(),
                     [](const auto& a, const auto& b) { return a.ts < b.ts; });
    w.history_complete = access_ == Access::kRefused;
    return w;
  }
  w.history = std::move(*transcript);
  // A turn stores its messages when it ends: until then they would be missing after a reload.
  for (const auto& p : pending_) {
    const auto stored = [&](const ChatMessage& m) {
      return m.role == "user" && m.text == p.message.text && m.ts >= p.message.ts &&
             same_files(m.files, p.message.files);
    };
    if (std::none_of(w.history.begin(), w.history.end(), stored)) w.pending.push_back(p.message);
  }
  return w;
}

}  // namespace openclaw::webchat
