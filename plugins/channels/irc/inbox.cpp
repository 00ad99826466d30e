// Submits, and submits again.
#include "inbox.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"

namespace openclaw::irc {

namespace {
constexpr std::uint64_t kFirstResubmitMs = 500;
constexpr std::uint64_t kLongestResubmitMs = 30'000;
constexpr std::size_t kMost = 2000;  ///< beyond kFull, of what had been read when it was full
}  // namespace

Inbox::Inbox(sdk::Host& host, std::uint64_t seed, Hooks hooks)
    : host_(host),
      hooks_(std::move(hooks)),
      backoff_(kFirstResubmitMs, kLongestResubmitMs, seed),
      received_metric_(host.define_counter("messages_total", "Messages heard.")),
      lost_metric_(host.define_counter("messages_lost_total",
                                       "Messages that the gateway could not take.")) {}

void Inbox::add(Incoming incoming) {
  host_.add(received_metric_, 1);
  if (queue_.size() >= kMost) {
    host_.add(lost_metric_, 1);
    host_.log(OC_LOG_ERROR, "irc.message_lost", R"({"remedy":"look at the storage's state"})");
    return;
  }
  queue_.push_back(std::move(incoming));
  if (!full_ && queue_.size() >= kFull) hooks_.full(full_ = true);
  next();
}

void Inbox::stop() {
  host_.cancel(std::exchange(timer_, 0));
  queue_.clear();
}

void Inbox::next() {
  if (under_way_ || timer_ != 0 || queue_.empty()) return;
  under_way_ = true;
  const oc_message message = view(queue_.front());
  const oc_op op =
      host_.submit(message, [this](const std::optional<sdk::Failure>& failure, std::string_view,
                                   const std::string&) { settled(failure); });
  if (op == 0) {
    host_.post([this] { settled(sdk::Failure{OC_E_AGAIN, "refused", OC_EF_RETRY}); });
  }
}

void Inbox::settled(const std::optional<sdk::Failure>& failure) {
  under_way_ = false;
  if (queue_.empty()) return hooks_.idle();  // stopped meanwhile
  const bool again = failure && failure->code != OC_E_INVAL;
  if (again != stuck_) hooks_.stuck(stuck_ = again);
  if (again) {
    const std::uint64_t ms = backoff_.next();
    timer_ = host_.after(ms, [this] {
      timer_ = 0;
      next();
    });
    return;
  }
  if (failure && host_.logs(OC_LOG_WARN)) {
    host_.log(OC_LOG_WARN, "irc.message_refused",
              sdk::to_text(nlohmann::json{{"error", failure->message}}));
  }
  backoff_.reset();
  queue_.pop_front();
  if (full_ && queue_.size() <= kRoom) hooks_.full(full_ = false);
  if (queue_.empty()) return hooks_.idle();
  next();
}

}  // namespace openclaw::irc
