// The gateway's Prometheus figures, kept by prometheus-cpp.
#include "core/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <fstream>
#include <map>
#include <mutex>
#include <unistd.h>
#include <unordered_map>
#include <vector>

namespace openclaw::metrics {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

namespace {

constexpr std::size_t kMaxPluginMetrics = 32;

const Histogram::BucketBoundaries kRequestBuckets = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05,
                                                     0.1,    0.5,    1,     5,     10,   60};
const Histogram::BucketBoundaries kTurnBuckets = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1,
                                                  2.5,   5,     10,   30,   60,  300, 600};

bool valid_name(std::string_view name) {
  if (name.empty() || name.size() > 100) return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return name.front() < '0' || name.front() > '9';
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  double resident = 0;
  statm >> pages >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  Family<Counter>& requests = BuildCounter()
                                  .Name("openclaw_http_requests_total")
                                  .Help("Answered HTTP requests.")
                                  .Register(registry);
  Family<Histogram>& request_seconds = BuildHistogram()
                                           .Name("openclaw_http_request_duration_seconds")
                                           .Help("Time from the request's head to the answer's end.")
                                           .Register(registry);
  Family<Counter>& messages = BuildCounter()
                                  .Name("openclaw_messages_total")
                                  .Help("Inbound messages by what became of them at the door.")
                                  .Register(registry);
  Family<Counter>& turns =
      BuildCounter().Name("openclaw_turns_total").Help("Finished turns.").Register(registry);
  Family<Histogram>& turn_seconds = BuildHistogram()
                                        .Name("openclaw_turn_duration_seconds")
                                        .Help("Time a turn held its lane.")
                                        .Register(registry);
  Family<Counter>& deliveries = BuildCounter()
                                    .Name("openclaw_deliveries_total")
                                    .Help("Replies by how their delivery ended.")
                                    .Register(registry);
  Family<Counter>& provider_calls = BuildCounter()
                                        .Name("openclaw_provider_calls_total")
                                        .Help("Calls to LLM providers that bypass sessions.")
                                        .Register(registry);
  Family<Histogram>& provider_seconds = BuildHistogram()
                                            .Name("openclaw_provider_call_duration_seconds")
                                            .Help("Time of calls that bypass sessions.")
                                            .Register(registry);

  struct Watched {
    Counter* counter = nullptr;
    Gauge* gauge = nullptr;
    std::function<double()> read;
  };
  std::mutex mutex;
  std::map<std::string, Family<Counter>*> counter_families;
  std::map<std::string, Family<Gauge>*> gauge_families;
  std::vector<Watched> watched;
  struct Own {
    Counter* counter = nullptr;
    Gauge* gauge = nullptr;
  };
  std::vector<Own> own;
  std::map<std::string, std::size_t> own_count;
  std::map<std::string, std::uint32_t> own_index;

  Family<Counter>& counter_family(const std::string& name, const std::string& help) {
    auto& family = counter_families[name];
    if (family == nullptr) family = &BuildCounter().Name(name).Help(help).Register(registry);
    return *family;
  }
  Family<Gauge>& gauge_family(const std::string& name, const std::string& help) {
    auto& family = gauge_families[name];
    if (family == nullptr) family = &BuildGauge().Name(name).Help(help).Register(registry);
    return *family;
  }
};

Metrics::Metrics(const std::string& version) : impl_(std::make_unique<Impl>()) {
  BuildGauge()
      .Name("openclaw_build_info")
      .Help("Always 1; the version is a label.")
      .Register(impl_->registry)
      .Add({{"version", version}})
      .Set(1);
  watch(false, "process_resident_memory_bytes", "Resident memory.", "", "", resident_bytes);
  watch(true, "process_cpu_seconds_total", "User and system CPU time.", "", "", cpu_seconds);
}

Metrics::~Metrics() = default;

void Metrics::http_request(std::string_view method, std::string_view route, unsigned status,
                           double seconds) {
  // The label lookup hashes several strings: each thread keeps what it has found.
  struct Pair {
    Counter* count;
    Histogram* time;
  };
  thread_local std::unordered_map<std::string, Pair> found;
  thread_local std::string key;
  key.assign(method);
  key += ' ';
  key += route;
  key += static_cast<char>('0' + (status / 100) % 10);
  auto it = found.find(key);
  if (it == found.end()) {
    static constexpr std::array<const char*, 10> kClasses = {"0xx", "1xx", "2xx", "3xx", "4xx",
                                                             "5xx", "6xx", "7xx", "8xx", "9xx"};
    const std::string r(route);
    it = found
             .emplace(key, Pair{&impl_->requests.Add({{"method", std::string(method)},
                                                      {"route", r},
                                                      {"status", kClasses.at((status / 100) % 10)}}),
                                &impl_->request_seconds.Add({{"route", r}}, kRequestBuckets)})
             .first;
  }
  it->second.count->Increment();
  it->second.time->Observe(seconds);
}

void Metrics::message(const std::string& channel, const char* outcome) {
  impl_->messages.Add({{"channel", channel}, {"outcome", outcome}}).Increment();
}

void Metrics::turn(const char* outcome, double seconds) {
  impl_->turns.Add({{"outcome", outcome}}).Increment();
  impl_->turn_seconds.Add({}, kTurnBuckets).Observe(seconds);
}

void Metrics::delivery(const std::string& channel, const char* outcome) {
  impl_->deliveries.Add({{"channel", channel}, {"outcome", outcome}}).Increment();
}

void Metrics::provider_call(const std::string& provider, const char* outcome, double seconds) {
  impl_->provider_calls.Add({{"outcome", outcome}, {"provider", provider}}).Increment();
  impl_->provider_seconds.Add({{"provider", provider}}, kTurnBuckets).Observe(seconds);
}

void Metrics::watch(bool counter, const std::string& name, const std::string& help,
                    const std::string& label, const std::string& value,
                    std::function<double()> read) {
  const std::lock_guard lock(impl_->mutex);
  const prometheus::Labels labels =
      label.empty() ? prometheus::Labels{} : prometheus::Labels{{label, value}};
  Impl::Watched w;
  if (counter) {
    w.counter = &impl_->counter_family(name, help).Add(labels);
  } else {
    w.gauge = &impl_->gauge_family(name, help).Add(labels);
  }
  w.read = std::move(read);
  impl_->watched.push_back(std::move(w));
}

std::uint32_t Metrics::define(bool counter, const std::string& plugin, const std::string& instance,
                              const std::string& name, const std::string& help) {
  const std::lock_guard lock(impl_->mutex);
  if (!valid_name(name)) return 0;
  std::string id = plugin;
  for (char& c : id) c = c == '-' ? '_' : c;
  std::string full = "openclaw_plugin_" + id + "_" + name;
  if (counter && !full.ends_with("_total")) full += "_total";
  // One name is one kind: a plugin may not define it again as the other.
  if (counter ? impl_->gauge_families.count(full) != 0 : impl_->counter_families.count(full) != 0) {
    return 0;
  }
  // Instances of one plugin on several loops share their figures.
  const std::string key = full + '\x1f' + instance;
  if (const auto known = impl_->own_index.find(key); known != impl_->own_index.end()) {
    return known->second;
  }
  if (impl_->own_count[instance] >= kMaxPluginMetrics) return 0;
  Impl::Own own;
  if (counter) {
    own.counter = &impl_->counter_family(full, help).Add({{"instance", instance}});
  } else {
    own.gauge = &impl_->gauge_family(full, help).Add({{"instance", instance}});
  }
  impl_->own.push_back(own);
  ++impl_->own_count[instance];
  return impl_->own_index[key] = static_cast<std::uint32_t>(impl_->own.size());
}

void Metrics::add(std::uint32_t metric, double value) {
  const std::lock_guard lock(impl_->mutex);
  if (metric == 0 || metric > impl_->own.size()) return;
  const auto& own = impl_->own[metric - 1];
  if (own.gauge != nullptr) own.gauge->Increment(value);
  if (own.counter != nullptr && value >= 0) own.counter->Increment(value);
}

void Metrics::set(std::uint32_t metric, double value) {
  const std::lock_guard lock(impl_->mutex);
  if (metric == 0 || metric > impl_->own.size()) return;
  if (auto* gauge = impl_->own[metric - 1].gauge) gauge->Set(value);
}

std::string Metrics::scrape() {
  {
    const std::lock_guard lock(impl_->mutex);
    for (const auto& w : impl_->watched) {
      const double now = w.read();
      if (w.gauge != nullptr) w.gauge->Set(now);
      if (w.counter != nullptr) w.counter->Increment(std::max(0.0, now - w.counter->Value()));
    }
  }
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace openclaw::metrics
