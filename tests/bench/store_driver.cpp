// Drives a storage plugin as the gateway does, and prints what came of it as JSON:
//   openclaw_store_driver '{"mode": "turns", "storage": {"type": ...}, "sessions": 16, ...}'
#include <malloc.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "tests/bench/store_load.hpp"
#include "tests/bench/store_world.hpp"

namespace {

using namespace openclaw::bench;  // NOLINT(google-build-using-namespace): it is the program's own
using nlohmann::json;
using openclaw::runtime::SteadyClock;
using std::chrono::duration;

constexpr std::uint32_t kSendsAtOnce = 16;  // see core/pipeline/delivery/delivery_window.hpp
constexpr std::uint64_t kFewest = 100;      // turns, for a p99
constexpr std::chrono::milliseconds kLook{10};
constexpr std::chrono::seconds kLongest{600};

double quantile(std::vector<float>& sorted, double q) {
  if (sorted.empty()) throw std::runtime_error("nothing ended in the time that was measured");
  const auto at = static_cast<std::size_t>(q * static_cast<double>(sorted.size()));
  return sorted[std::min(at, sorted.size() - 1)];
}

json result_of(const Moment& from, const Moment& to, std::vector<float> times) {
  std::sort(times.begin(), times.end());
  const double seconds = duration<double>(to.at - from.at).count();
  const auto n = static_cast<double>(times.size());
  const auto batches = static_cast<double>(to.batches - from.batches);
  const auto writes = static_cast<double>(to.writes - from.writes);
  json threads = json::object();
  for (const auto& [name, us] : to.thread_us) {
    const auto before = from.thread_us.find(name);
    const double spent = us - (before == from.thread_us.end() ? 0 : before->second);
    if (spent / n >= 0.1) threads[name] = spent / n;
  }
  return {{"count", times.size()},
          {"seconds", seconds},
          {"rate", n / seconds},
          {"p50ms", quantile(times, 0.5)},
          {"p99ms", quantile(times, 0.99)},
          {"cpuUs", (to.cpu_us - from.cpu_us) / n},
          {"batchesPerSecond", batches / seconds},
          {"writesPerBatch", batches == 0 ? 0 : writes / batches},
          {"writesEach", writes / n},
          {"commitMs", batches == 0 ? 0 : double(to.commit_ns - from.commit_ns) / 1e6 / batches},
          {"threads", threads}};
}

void check(const World& world, const Load& load) {
  const std::string why = load.failure().empty() ? world.failure() : load.failure();
  if (!why.empty()) throw std::runtime_error(why);
}

void finish(World& world, Load& load) {
  world.on([&] { load.stop(); });
  const auto until = SteadyClock::now() + kLongest;
  while (world.on([&] { return load.under_way(); }) != 0) {
    if (SteadyClock::now() > until) throw std::runtime_error("what was begun never ended");
    std::this_thread::sleep_for(kLook);
    check(world, load);
  }
  world.on([&] { world.heard = {}; });  // a crowd's answers still come
  check(world, load);
}

/// `over`, asked on the loop, ends it before its time; where nobody asks, the loop is left alone.
json measure(World& world, Load& load, const json& how, const std::function<bool()>& over = {}) {
  world.on([&] { load.begin(); });
  std::this_thread::sleep_for(duration<double>(how.value("warmup", 0.5)));
  const Moment from = world.on([&] {
    load.measure();
    return Moment::now(world.store());
  });
  const auto until = from.at + duration<double>(how.at("seconds").get<double>());
  while (SteadyClock::now() < until && !(over && world.on(over))) {
    std::this_thread::sleep_for(kLook);
  }
  const Moment to = world.on([&] { return Moment::now(world.store()); });
  auto times = world.on([&] { return load.take_times(); });
  finish(world, load);
  return result_of(from, to, std::move(times));
}

/// Of a question, or an answer.
std::string text_of(const json& how, char letter) {
  return std::string(how.value("text", std::size_t{200}), letter);
}

json turns(World& world, const json& how, std::uint32_t channels) {
  world.start();
  world.begin_turns();
  Talk talk(world, how.at("sessions"), channels, text_of(how, 't'));
  return measure(world, talk, how);
}

IngestOptions ingest_options(const json& how) {
  IngestOptions out;
  out.in_flight = how.value("sessions", 1U);
  out.sessions = how.value("chats", 1000U);
  out.bytes = how.value("bytes", std::size_t{1000});
  out.count = how.value("count", UINT64_MAX);
  out.channel = how.value("channel", "");
  out.first_chat = how.value("firstChat", std::uint64_t{0});
  return out;
}

/// So many messages, however long that takes.
json stored(World& world, IngestOptions options) {
  const std::uint64_t count = options.count;
  Ingest ingest(world, std::move(options));
  const auto from = world.on([&] {
    ingest.measure();
    const Moment moment = Moment::now(world.store());
    ingest.begin();
    return moment;
  });
  while (world.on([&] { return ingest.ended(); }) < count) {
    std::this_thread::sleep_for(kLook);
    check(world, ingest);
  }
  const Moment to = Moment::now(world.store());
  return result_of(from, to, world.on([&] { return ingest.take_times(); }));
}

json ingest(World& world, const json& how) {
  IngestOptions options = ingest_options(how);
  if (how.contains("count")) return stored(world, std::move(options));
  Ingest load(world, std::move(options));
  return measure(world, load, how);
}

/// Reads what waits, and how long that took.
double start(World& world) {
  const auto began = SteadyClock::now();
  world.start();
  return duration<double, std::milli>(SteadyClock::now() - began).count();
}

/// Sessions that talk, while another has very much waiting.
json crowd(World& world, const json& how, std::uint32_t channels) {
  const std::uint64_t waiting = how.value("waiting", std::uint64_t{0});
  if (waiting > 0) {
    IngestOptions options;
    options.in_flight = 256;
    options.sessions = 1;
    options.count = waiting;
    options.channel = "bench0";
    stored(world, options);
  }
  const double start_ms = start(world);
  const std::uint32_t sessions = how.at("sessions");
  Talk talk(world, sessions, channels, text_of(how, 't'));
  world.begin_turns();
  json out = measure(world, talk, how, [&] {
    return waiting > 0 && world.pipeline().waiting() <= sessions && talk.ended() >= kFewest;
  });
  out["startMs"] = start_ms;
  out["left"] = world.on([&] { return world.pipeline().waiting(); });
  return out;
}

json run(const json& how) {
  const std::string mode = how.at("mode");
  const std::uint32_t sessions = how.value("sessions", 1U);
  WorldOptions options;
  options.storage_json = how.at("storage").dump();
  options.instance = how.value("instance", "");
  options.mode = how.value("queue", "collect");
  options.answer = text_of(how, 'a');
  options.concurrency = how.value("concurrency", std::max(1U, sessions));
  const std::uint32_t channels =
      how.value("channels", (sessions + kSendsAtOnce - 1) / kSendsAtOnce);
  options.channels = channels;
  options.readers = how.value("readers", options.readers);
  World world(options, std::filesystem::read_symlink("/proc/self/exe").string());
  if (mode == "turns") return turns(world, how, channels);
  if (mode == "ingest") return ingest(world, how);
  if (mode == "start") return {{"startMs", start(world)}, {"waiting", world.pipeline().waiting()}};
  if (mode == "crowd") return crowd(world, how, channels);
  throw std::runtime_error("there is no mode '" + mode + "'");
}

}  // namespace

int main(int argc, char** argv) {
  ::mallopt(M_ARENA_MAX, 2);  // as the gateway does
  ::signal(SIGPIPE, SIG_IGN);
  if (argc != 2) {
    std::fprintf(stderr, "usage: openclaw_store_driver JSON, see tests/bench/store_driver.cpp\n");
    return 2;
  }
  try {
    std::printf("%s\n", run(json::parse(argv[1])).dump().c_str());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "openclaw_store_driver: %s\n", e.what());
    return 1;
  }
  return 0;
}
