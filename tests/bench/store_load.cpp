#include "tests/bench/store_load.hpp"

#include <dirent.h>
#include <time.h>

#include <charconv>
#include <fstream>
#include <utility>

namespace openclaw::bench {

using runtime::SteadyClock;

Moment Moment::now(const host::StoragePort& store) {
  Moment out;
  out.at = SteadyClock::now();
  timespec cpu{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  out.cpu_us = static_cast<double>(cpu.tv_sec) * 1e6 + static_cast<double>(cpu.tv_nsec) / 1e3;
  out.batches = store.counters().batches.load();
  out.writes = store.counters().writes.load();
  out.commit_ns = store.counters().commit_ns.load();
  if (DIR* tasks = ::opendir("/proc/self/task")) {
    while (const dirent* entry = ::readdir(tasks)) {
      const std::string folder = std::string("/proc/self/task/") + entry->d_name;
      std::string name;
      double ns = 0;
      if (std::ifstream(folder + "/comm") >> name && std::ifstream(folder + "/schedstat") >> ns) {
        out.thread_us[name] += ns / 1e3;
      }
    }
    ::closedir(tasks);
  }
  return out;
}

void Load::over(runtime::TimePoint began) {
  --under_way_;
  ++ended_;
  if (!times_) return;
  times_->push_back(std::chrono::duration<float, std::milli>(SteadyClock::now() - began).count());
}

void Load::fail(std::string why) {
  --under_way_;
  if (failure_.empty()) failure_ = std::move(why);
  stop();
}

Talk::Talk(World& world, std::uint32_t sessions, std::uint32_t channels, std::string text)
    : world_(world), channels_(channels), text_(std::move(text)), began_(sessions) {}

void Talk::begin() {
  world_.heard = [this](const std::string& chat) { heard(chat); };
  for (std::size_t i = 0; i < began_.size(); ++i) say(i);
}

void Talk::say(std::size_t session) {
  if (stopping()) return;
  began_[session] = SteadyClock::now();
  started();
  const auto channel = static_cast<std::uint32_t>(session % channels_);
  world_.pipeline().submit(world_.message("talker" + std::to_string(session), channel, text_),
                           [this](const Result<pipeline::Submitted>& submitted) {
                             using Outcome = pipeline::Submitted::Outcome;
                             if (submitted.has_error()) {
                               fail(submitted.error().message);
                             } else if (submitted->outcome != Outcome::accepted) {
                               fail("a message was not accepted");
                             }
                           });
}

void Talk::heard(const std::string& chat) {
  constexpr std::string_view kName = "talker";
  if (!chat.starts_with(kName)) return;
  std::size_t session = 0;
  std::from_chars(chat.data() + kName.size(), chat.data() + chat.size(), session);
  over(began_.at(session));
  world_.loop().post([this, session] { say(session); });
}

void Ingest::begin() {
  for (std::uint32_t i = 0; i < options_.in_flight; ++i) store_one();
}

void Ingest::store_one() {
  if (stopping() || begun_ == options_.count) return;
  const std::uint64_t chat = options_.first_chat + begun_++ % options_.sessions;
  auto message = world_.message(std::to_string(chat), 0, "Hello ");
  if (!options_.channel.empty()) message.instance = message.from.channel = options_.channel;
  auto row = world_.row(std::move(message), options_.bytes);
  started();
  const auto began = SteadyClock::now();
  world_.store().write(std::move(row), [this, began](const Result<pipeline::Written>& written) {
    if (written.has_error()) return fail(written.error().message);
    if (written->duplicate || written->elsewhere) return fail("a message was not stored as new");
    over(began);
    store_one();
  });
}

}  // namespace openclaw::bench
