// The way of a message from the intake into the gateway.
#include "submitter.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/json.hpp"

namespace openclaw::discord {

namespace {
using nlohmann::json;
constexpr std::uint32_t kPlaceLookUpMs = 15'000;
constexpr std::uint64_t kFirstMs = 500;
constexpr std::uint64_t kCapMs = 30'000;
/// One failure is a mood; so many in a row are worth the operator's eye.
constexpr int kTrouble = 3;
}  // namespace

Submitter::Submitter(sdk::Host& host, Api& api, Intake& intake, Places& places, std::uint64_t seed,
                     std::function<void()> settled)
    : host_(host),
      api_(api),
      intake_(intake),
      places_(places),
      seed_(seed),
      backoff_(kFirstMs, kCapMs, seed),
      settled_(std::move(settled)),
      messages_metric_(host.define_counter("messages_total", "Messages received from Discord.")) {}

void Submitter::pump() {
  if (std::exchange(pumping_, true)) return;
  while (Intake::Entry* entry = stopped_ ? nullptr : intake_.next()) {
    const Incoming& message = *entry->message;
    const auto parent = message.guild_id.empty() ? std::optional<std::string>(std::string())
                                                 : places_.parent_of(message.chat_id);
    if (parent) {
      unknown_.erase(message.chat_id);  // an event may have told it meanwhile
      submit(*entry, *parent);
    } else {
      find_place(entry->id, message.chat_id);
    }
  }
  pumping_ = false;
}

void Submitter::find_place(std::uint64_t id, const std::string& channel) {
  const auto found = [this, id, channel](const Answer& answer) {
    if (stopped_) return outcome(id, false);
    if (!answer.error) {
      places_.learn_channel(json::parse(answer.body, nullptr, false));
    } else if (answer.error->status < 400 || answer.error->status >= 500 ||
               answer.error->status == 429) {
      return find_later(id, channel, answer.error->retry_after_ms, answer.error->sentence());
    }
    unknown_.erase(channel);
    // One that the bot may read but not look at is taken for what most are.
    if (!places_.parent_of(channel)) places_.set(channel, {});
    if (Intake::Entry* entry = intake_.find(id)) submit(*entry, *places_.parent_of(channel));
  };
  if (const auto ms = api_.call(channel_request(channel), kPlaceLookUpMs, found)) {
    host_.post([this, id, channel, ms] { find_later(id, channel, ms, {}); });
  }
}

void Submitter::find_later(std::uint64_t id, const std::string& channel, std::uint64_t wait_ms,
                           const std::string& why) {
  intake_.settled(id, false);
  if (!stopped_) {
    intake_.hold(channel);
    Unknown& unknown =
        unknown_.try_emplace(channel, Unknown{{kFirstMs, kCapMs, ++seed_}, {}, 0, 0}).first->second;
    if (!why.empty()) {
      unknown.why = why;
      ++unknown.failures;
      wait_ms = std::max(wait_ms, unknown.backoff.next());
    }
    unknown.timer = host_.after(wait_ms, [this, channel] {
      unknown_.at(channel).timer = 0;
      intake_.release(channel);
      pump();
      settled_();
    });
  }
  pump();
  settled_();
}

std::optional<std::string> Submitter::trouble() const {
  const auto found = std::find_if(unknown_.begin(), unknown_.end(), [](const auto& item) {
    return item.second.failures >= kTrouble;
  });
  if (found == unknown_.end()) return std::nullopt;
  return "Discord does not say what some channels are (" + found->second.why +
         "), so messages from there wait; it is asked again by itself: look at discordstatus.com "
         "when it lasts";
}

void Submitter::submit(Intake::Entry& entry, const std::string& parent) {
  Incoming placed = *entry.message;
  place(placed, parent);
  const IncomingView borrowed(placed);
  const oc_op op = host_.submit(
      borrowed.message(), [this, id = entry.id](const std::optional<sdk::Failure>& failure,
                                                std::string_view, const std::string&) {
        const bool final = !failure || failure->code == OC_E_INVAL;
        if (failure) {
          host_.log(OC_LOG_WARN, final ? "discord.message_refused" : "discord.message_not_stored",
                    sdk::to_text(json{{"error", failure->message}}));
        } else {
          backoff_.reset();
          host_.add(messages_metric_, 1);
        }
        outcome(id, final);
      });
  if (op == 0) host_.post([this, id = entry.id] { outcome(id, false); });
}

void Submitter::outcome(std::uint64_t id, bool final) {
  intake_.settled(id, final);
  if (!final && !stopped_) {
    intake_.block();
    if (timer_ == 0) {
      timer_ = host_.after(backoff_.next(), [this] {
        timer_ = 0;
        intake_.unblock();
        pump();
        settled_();
      });
    }
  }
  pump();
  settled_();
}

void Submitter::stop() {
  stopped_ = true;
  host_.cancel(std::exchange(timer_, 0));
  for (auto& [channel, unknown] : unknown_) host_.cancel(std::exchange(unknown.timer, 0));
}

}  // namespace openclaw::discord
