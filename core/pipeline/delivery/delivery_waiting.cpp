// Takes replies in and looks after those that wait: what expires, what memory has no room for.
#include <algorithm>
#include <iterator>
#include <utility>

#include "core/pipeline/delivery/delivery.hpp"

namespace openclaw::pipeline {

namespace {
constexpr std::size_t kMaxNotices = 100;
constexpr std::uint32_t kPage = 500;
}  // namespace

void Delivery::add_channel(ChannelPort& port) {
  const std::string& instance = port.traits().instance;
  Channel& channel = channels_[instance];
  channel.port = &port;
  channel.backlog = Backlog(shared_ != nullptr ? SIZE_MAX : env_.most_held);
  const auto orphans = orphans_.extract(instance);
  if (orphans.empty()) return;
  waiting_ -= orphans.mapped().size();
  for (auto& item : orphans.mapped()) admit(instance, std::move(item));
}

void Delivery::recovered(const OutboxRow& row) {
  auto item = item_of(row);
  if (item.has_error()) {
    bury(row.id, row.entry.channel, item.error().message);
    return;
  }
  if (!channels_.contains(row.entry.channel) && is_expired(*item)) {
    bury(row.id, row.entry.channel, kNoChannel);
    return;
  }
  admit(row.entry.channel, std::move(*item));
}

std::int64_t Delivery::by_boot(std::int64_t expires_unix_ms) const {
  if (expires_unix_ms == 0) return 0;
  return env_.boot_ms() + (expires_unix_ms - env_.unix_ms());
}

bool Delivery::is_expired(const Item& item) const {
  return item.expires_boot_ms != 0 && env_.boot_ms() >= item.expires_boot_ms;
}

/// Of several gateways: whether another may have taken the reply over.
bool Delivery::lease_is_over(const Item& item) const {
  return shared_ != nullptr && item.id != 0 &&
         runtime::SteadyClock::now() >= shared_->leased_until();
}

Result<Delivery::Item> Delivery::item_of(const OutboxRow& row) const {
  auto message = outbound_from_json(row.entry.payload_json);
  if (message.has_error()) return message.error();
  const bool started = row.state == OutboxState::started;
  return Item{row.id,  std::move(*message), by_boot(row.entry.expires_ms), 0,
              started, row.updated_ms};
}

/// What is stored: it waits in memory, or in the store only when much is before it.
void Delivery::admit(const std::string& instance, Item item) {
  const auto channel = channels_.find(instance);
  if (channel == channels_.end() || channel->second.backlog.take(item.id)) {
    put(instance, std::move(item));
  }
}

/// Ends a row that no channel will see. When the store fails the next start tries again.
void Delivery::bury(std::uint64_t id, const std::string& instance, std::string reason) {
  env_.log.warn("delivery.dead", {{"channel", instance}, {"id", id}, {"reason", reason}});
  if (env_.observer.ended) env_.observer.ended(instance, "dead");
  env_.store.write(MarkOutbox{id, OutboxState::dead, env_.unix_ms(), {}, std::move(reason)},
                   [alive = alive_, id](const Result<Written>& written) {
                     if (*alive == nullptr || !written.has_error()) return;
                     (*alive)->env_.log.error("delivery.store_failed",
                                              {{"id", id}, {"error", written.error().message}});
                   });
}

void Delivery::put(const std::string& instance, Item item) {
  const auto channel = channels_.find(instance);
  ++waiting_;
  look_later();
  if (channel == channels_.end()) {
    orphans_[instance].push_back(std::move(item));
    return;
  }
  const std::string key = chat_key_of(item.message);
  insert(channel->second.chats[key], std::move(item));
  step(instance, key);
}

// ---- several gateways: a reply that another one left may come here behind later ones ----

void Delivery::insert(Chat& chat, Item item) {
  auto at = chat.items.end();
  const auto first = chat.items.begin() + (chat.busy ? 1 : 0);
  while (item.id != 0 && at != first && std::prev(at)->id > item.id) --at;
  chat.items.insert(at, std::move(item));
}

bool Delivery::is_overtaking(const Chat& chat) {
  const std::uint64_t id = chat.items.front().id;
  return std::any_of(chat.items.begin(), chat.items.end(),
                     [id](const Item& other) { return other.id != 0 && other.id < id; });
}

void Delivery::reorder(Chat& chat) {
  const Item& front = chat.items.front();
  if (front.maybe_sent || !is_overtaking(chat)) return;
  auto behind = chat.items.begin() + 1;
  for (auto it = behind; it != chat.items.end(); ++it) {
    if (it->id != 0 && it->id < front.id) behind = it + 1;
  }
  std::rotate(chat.items.begin(), chat.items.begin() + 1, behind);
}

/// The channel is not asked after all.
void Delivery::undo_probe(const std::string& instance, Chat& chat) {
  if (std::exchange(chat.probing, false)) channels_.at(instance).window.probe_undone();
}

/// Another gateway is to send what was answered before it in the same session.
void Delivery::yield(const std::string& instance, const std::string& key) {
  Chat& chat = *find(instance, key);
  undo_probe(instance, chat);
  const auto pause = env_.yield * (1U << std::min(chat.yields++, 3U));
  hold(instance, key, runtime::SteadyClock::now() + pause);
}

void Delivery::notice(const std::string& instance, Outbound message) {
  const auto channel = channels_.find(instance);
  if (channel == channels_.end() || channel->second.notices >= kMaxNotices) {
    env_.log.warn("delivery.notice_dropped", {{"channel", instance}});
    return;
  }
  ++channel->second.notices;
  put(instance, {0, std::move(message)});
}

void Delivery::look_later() {
  if (look_) return;
  look_ = env_.loop.after(env_.look_again, [this] {
    look_ = {};
    look();
  });
}

/// A channel that cannot deliver, or a chat that is not called upon, says nothing of its replies;
/// they expire all the same.
void Delivery::look() {
  if (draining_) return;
  bool behind = false;
  std::vector<std::string> instances;
  for (const auto& [instance, channel] : channels_) instances.push_back(instance);
  for (const std::string& instance : instances) {
    step_all(instance);
    read_on(instance);
    behind = behind || channels_.at(instance).backlog.behind();
  }
  for (auto& [instance, items] : orphans_) {
    waiting_ -= std::erase_if(items, [&, &name = instance](const Item& item) {
      if (!is_expired(item)) return false;
      bury(item.id, name, kNoChannel);
      return true;
    });
  }
  if (waiting_ != 0 || behind) look_later();
}

/// From the store, when the channel has room for more of what memory had none for.
void Delivery::read_on(const std::string& instance) {
  Channel& channel = channels_.at(instance);
  if (draining_) return;
  const auto after = channel.backlog.read_on();
  if (!after) return;
  env_.store.outbox(
      false, *after, kPage,
      [alive = alive_, instance, from = *after](const Result<std::vector<OutboxRow>>& rows) {
        if (*alive == nullptr) return;
        Delivery& self = **alive;
        Backlog& backlog = self.channels_.at(instance).backlog;
        if (rows.has_error()) {
          self.env_.log.error("delivery.store_failed",
                              {{"channel", instance}, {"error", rows.error().message}});
          backlog.failed();
          self.look_later();
          return;
        }
        for (const OutboxRow& row : *rows) {
          if (row.entry.channel != instance) continue;
          if (backlog.holds(row.id) || self.is_being_stored(row)) continue;
          auto item = self.item_of(row);
          if (item.has_error()) {
            self.bury(row.id, instance, item.error().message);
            continue;
          }
          if (!backlog.found(row.id)) break;
          self.put(instance, std::move(*item));
        }
        backlog.page_over(rows->empty() ? from : rows->back().id, rows->size() == kPage);
        self.read_on(instance);
      });
}

}  // namespace openclaw::pipeline
