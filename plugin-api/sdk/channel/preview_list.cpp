#include "openclaw/cpp/channel/preview_list.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>

#include "openclaw/cpp/json.hpp"

namespace openclaw::sdk {

namespace {

constexpr std::uint64_t kReadListAgainMs = 10'000;
constexpr std::size_t kMaxRun = 32;

std::string new_run() {
  std::random_device random;
  std::string name;
  for (int i = 0; i < 4; ++i) {
    for (std::uint32_t part = random(), n = 0; n < 4; ++n, part >>= 4U) {
      name += "0123456789abcdef"[part & 15U];
    }
  }
  return name;
}

std::string lease_of(const std::string& run) {
  return "previews/" + run;
}

}  // namespace

PreviewList::PreviewList(Host& host, Events events)
    : host_(host), events_(std::move(events)), value_(host, "previews"), run_(new_run()) {}

void PreviewList::start() {
  started_ = true;
  host_.want(lease_of(run_), [](bool) {});
  pump();
}

void PreviewList::add(Message message) {
  own_.push_back(std::move(message));
  if (own_.size() > kMaxListed) own_.erase(own_.begin());
  changed_ = true;
  pump();
}

void PreviewList::remove(const std::string& chat, const std::string& id) {
  const auto gone = std::erase_if(
      own_, [&](const Message& one) { return one.place.chat == chat && one.id == id; });
  if (gone == 0) return;
  changed_ = true;
  pump();
}

void PreviewList::stop() {
  stopped_ = true;
  host_.cancel(std::exchange(again_, 0));
}

void PreviewList::pump() {
  if (!started_ || busy_ || again_ != 0) return;
  if (stale_) return get();
  if (!stopped_) take_over();
  if (changed_) return put();
  let_go();
}

/// Writing the list without having read it would forget what it names.
void PreviewList::get() {
  const auto failed = [this](const std::string& error) {
    if (stopped_) return;
    host_.log(OC_LOG_DEBUG, "previews.not_read", to_text(nlohmann::json{{"error", error}}));
    again_ = host_.after(kReadListAgainMs, [this] {
      again_ = 0;
      pump();
    });
  };
  busy_ =
      value_.get([this, failed](const std::optional<Failure>& failure, const std::string& text) {
        busy_ = false;
        if (failure) return failed(failure->message);
        got(text);
        pump();
      });
  if (!busy_) failed("the gateway takes no more requests now");
}

void PreviewList::got(const std::string& text) {
  stale_ = false;
  others_.clear();
  const nlohmann::json saved = nlohmann::json::parse(text, nullptr, false);
  for (const auto& one : saved.is_array() ? saved : nlohmann::json::array()) {
    if (!one.is_object() || others_.size() == kMaxOthers) continue;
    Message message{{string_at(one, "chat"), string_at(one, "thread")}, string_at(one, "id")};
    std::string run = string_at(one, "run");
    if (message.place.chat.empty() || message.id.empty() || run == run_) continue;
    run.resize(std::min(run.size(), kMaxRun));
    others_.emplace(std::move(run), std::move(message));
  }
  if (!stopped_) {
    for (const auto& [run, message] : others_) watch(run);
  }
  if (!std::exchange(read_, true)) events_.read();
}

void PreviewList::watch(const std::string& run) {
  if (!watched_.insert(run).second) return;
  host_.want(lease_of(run), [this, run](bool held) {
    if (!held) {
      ended_.erase(run);
    } else if (!stopped_) {
      ended_.insert(run);
      // Another gateway may have been given it before, and have removed them.
      stale_ = true;
      pump();
    }
  });
}

void PreviewList::take_over() {
  std::vector<Message> left;
  for (const std::string& run : ended_) {
    if (!taken_.insert(run).second) continue;
    const auto [first, last] = others_.equal_range(run);
    for (auto it = first; it != last; ++it) left.push_back(std::move(it->second));
    others_.erase(first, last);
  }
  if (left.empty()) return;
  own_.insert(own_.begin(), left.begin(), left.end());
  changed_ = true;
  events_.left(left);
}

/// Written down as this run's, they need nobody else's care.
void PreviewList::let_go() {
  for (const std::string& run : std::exchange(taken_, {})) {
    ended_.erase(run);
    watched_.erase(run);
    host_.release(lease_of(run));
  }
}

std::string PreviewList::encode() const {
  nlohmann::json list = nlohmann::json::array();
  const auto put_one = [&list](const std::string& run, const Message& one) {
    list.push_back(
        {{"chat", one.place.chat}, {"thread", one.place.thread}, {"id", one.id}, {"run", run}});
  };
  for (const auto& [run, message] : others_) put_one(run, message);
  for (const Message& message : own_) put_one(run_, message);
  return to_text(list);
}

void PreviewList::put() {
  changed_ = false;
  busy_ = value_.put(encode(), [this](const std::optional<Failure>& failure) {
    busy_ = false;
    if (failure && failure->code == OC_E_CONFLICT) {
      stale_ = changed_ = true;
    } else if (failure) {
      host_.log(OC_LOG_DEBUG, "previews.not_saved",
                to_text(nlohmann::json{{"error", failure->message}}));
    }
    pump();
  });
}

}  // namespace openclaw::sdk
