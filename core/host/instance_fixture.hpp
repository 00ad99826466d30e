// A plugin scripted by the test, in a gateway of fakes.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <map>

#include "core/host/instance.hpp"
#include "openclaw/channel.h"
#include "openclaw/cpp/text.hpp"
#include "openclaw/provider.h"

namespace openclaw::host {

/// The slots of a plugin that is linked into the test; what is not scripted completes at once.
struct Script {
  oc_host* host = nullptr;
  const oc_host_api* api = nullptr;
  std::string config;
  std::function<void(oc_op)> start, stop, chat;
  std::function<void(oc_op, const oc_message&)> send;
  std::function<void(std::uint32_t, std::string)> partial;
  std::function<void(oc_op, const oc_attachment&, std::uint64_t)> fetch;
  std::function<void(const oc_reaction&)> react;
  std::function<void(const oc_typing&)> typing;
  std::vector<oc_op> cancelled;
  std::atomic<int> destroyed{0};

  static inline Script* next = nullptr;  ///< whose create comes next

  oc_status complete(oc_op op, oc_status failed = OC_OK, std::string_view why = {}) const {
    const oc_error error{sizeof error, failed, 0, 0, sdk::str(why), {}};
    return api->complete(host, op, failed == OC_OK ? nullptr : &error, {}, {});
  }
  template <class Table>
  const Table* service(const char* id) const {
    return static_cast<const Table*>(api->ext(host, sdk::str(id)));
  }
  void run(std::function<void(oc_op)>& slot, oc_op op) {
    if (slot) {
      slot(op);
    } else {
      complete(op);
    }
  }
};

inline Script& script_of(oc_inst* inst) {
  return *reinterpret_cast<Script*>(inst);
}

inline const oc_channel scripted_channel = {
    sizeof(oc_channel),
    OC_CHANNEL_PARTIALS | OC_CHANNEL_TYPING | OC_CHANNEL_MEDIA | OC_CHANNEL_REACTIONS,
    0,
    [](oc_inst* i, oc_op op, const oc_message* m) noexcept {
      Script& s = script_of(i);
      if (s.send) s.send(op, *m);
      if (!s.send) s.complete(op);
    },
    [](oc_inst* i, const oc_partial* p) noexcept {
      if (script_of(i).partial) script_of(i).partial(p->kind, sdk::copy(p->text));
    },
    [](oc_inst* i, const oc_typing* t) noexcept {
      if (script_of(i).typing) script_of(i).typing(*t);
    },
    [](oc_inst* i, oc_op op, const oc_attachment* a, std::uint64_t max_bytes) noexcept {
      script_of(i).fetch(op, *a, max_bytes);
    },
    [](oc_inst* i, const oc_reaction* r) noexcept { script_of(i).react(*r); }};

inline const oc_provider scripted_provider = {
    sizeof(oc_provider), 0, [](oc_inst* i, oc_op op, const oc_chat_request*) noexcept {
      script_of(i).run(script_of(i).chat, op);
    }};

inline const oc_plugin_api scripted_api = {
    sizeof(oc_plugin_api),
    0,
    [](oc_host* host, const oc_host_api* api, oc_str, oc_str config, oc_error*) noexcept {
      Script* s = Script::next;
      s->host = host;
      s->api = api;
      s->config = sdk::copy(config);
      return reinterpret_cast<oc_inst*>(s);
    },
    [](oc_inst*, oc_str id) noexcept -> const void* {
      if (sdk::view(id) == "oc.channel/1") return &scripted_channel;
      return sdk::view(id) == "oc.provider/1" ? &scripted_provider : nullptr;
    },
    [](oc_inst* i, oc_op op) noexcept { script_of(i).run(script_of(i).start, op); },
    nullptr,
    [](oc_inst* i, oc_op op) noexcept { script_of(i).cancelled.push_back(op); },
    [](oc_inst* i, oc_op op) noexcept { script_of(i).run(script_of(i).stop, op); },
    [](oc_inst* i) noexcept { ++script_of(i).destroyed; }};

inline const oc_descriptor scripted = {sizeof(oc_descriptor), 1, 0, 0, 0, 0, {}, {}, &scripted_api};

class QuietInbound final : public InboundSink {
 public:
  Errc failure = Errc::again;
  void submit(pipeline::Inbound, pipeline::Done<pipeline::Submitted> done) override {
    done(Error{failure, "no pipeline in this test"});
  }
  void history(pipeline::Inbound, std::uint32_t, pipeline::Done<pipeline::History> done) override {
    done(Error{Errc::again, "no pipeline in this test"});
  }
  void stop(pipeline::Inbound, pipeline::Done<std::size_t> done) override { done(std::size_t{0}); }
};

class NoMetrics final : public MetricSink {
 public:
  std::uint32_t define(bool, const std::string&, const std::string&, const std::string&,
                       const std::string&) override {
    return 0;
  }
  void add(std::uint32_t, double) override {}
  void set(std::uint32_t, double) override {}
};

/// Values only; each answer comes from the loop, never inside the call.
class ValueStore final : public pipeline::StorePort {
 public:
  void write(pipeline::Write write, pipeline::Done<pipeline::Written> done) override {
    const auto* put = std::get_if<pipeline::PutValue>(&write);
    Result<pipeline::Written> result =
        Error{failure.value_or(Errc::conflict), "another version is there"};
    if (put != nullptr && !failure) {
      auto& row = values[put->ns + "|" + put->key];
      if (put->expect_version == UINT64_MAX || put->expect_version == row.version) {
        row = {put->key, put->value, row.version + 1};
        result = pipeline::Written{row.version, false};
      }
    }
    answer(std::move(done), std::move(result));
  }
  void value(std::string ns, std::string key, pipeline::Done<pipeline::StoredValue> done) override {
    const auto it = values.find(ns + "|" + key);
    answer(std::move(done), it == values.end() ? Result<pipeline::StoredValue>(
                                                     Error{Errc::not_found, "no such value"})
                                               : Result<pipeline::StoredValue>(it->second));
  }
  void history(std::string, std::uint32_t, std::uint64_t,
               pipeline::Done<pipeline::History>) override {}
  void inbox(bool, std::uint64_t, std::uint32_t,
             pipeline::Done<std::vector<pipeline::InboxRow>>) override {}
  void outbox(bool, std::uint64_t, std::uint32_t,
              pipeline::Done<std::vector<pipeline::OutboxRow>>) override {}
  void idle_sessions(std::int64_t, std::uint32_t,
                     pipeline::Done<std::vector<pipeline::SessionRow>>) override {}
  void stats(pipeline::Done<pipeline::StoreStats>) override {}

  std::map<std::string, pipeline::StoredValue> values;
  std::optional<Errc> failure;  ///< of every write

 private:
  template <class T>
  static void answer(pipeline::Done<T> done, Result<T> result) {
    runtime::Loop::current()->post(
        [d = std::move(done), r = std::move(result)]() mutable { d(std::move(r)); });
  }
};

class InstanceTest : public ::testing::Test {
 protected:
  void TearDown() override {
    if (instance != nullptr) on_loop([this] { instance->destroy(); });
    home.stop();
    home.join();
    loop.stop();
    loop.join();
  }

  Instance& make(Deadlines deadlines = {}, Limits limits = {}, std::string section = "{}") {
    Manifest manifest;
    manifest.id = "scripted";
    manifest.kind = "channel";
    manifest.secrets = {"botToken", "unset"};
    manifest.hosts = {"api.example.org"};
    manifest.url_keys = {"apiRoot"};
    manifest.text.limit = 300;
    manifest.text.dialect.bold = render::Markup{"<b>", "</b>"};
    return make(std::move(manifest), std::make_shared<Library>(Library::linked(scripted)),
                deadlines, limits, std::move(section));
  }
  Instance& make(Manifest manifest, std::shared_ptr<Library> library, Deadlines deadlines = {},
                 Limits limits = {}, std::string section = "{}") {
    Script::next = &script;
    instance = std::make_unique<Instance>(
        Instance::Setup{manifest.id, std::move(manifest), std::move(library), std::move(section),
                        loop, egress, environment, deadlines, limits});
    created = instance->create();
    loop.start();
    home.start();
    return *instance;
  }

  /// Runs `fn` on the loop and waits for it.
  template <class Fn>
  void on_loop(Fn fn) {
    std::promise<void> ran;
    // What `fn` posts to its own loop waits for the end of that task, so another thread's task may
    // overtake it: the second hop makes this a barrier behind everything that `fn` posted.
    loop.post([&] {
      fn();
      loop.post([&] { ran.set_value(); });
    });
    ASSERT_EQ(ran.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }
  template <class T>
  static T get(std::future<T>& future) {
    if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
      throw std::runtime_error("it never came");
    }
    return future.get();
  }
  /// "" when the start went well, else why not.
  std::string start() {
    std::promise<std::string> said;
    auto future = said.get_future();
    loop.post([&] {
      instance->start([&said](const Result<void>& r) {
        said.set_value(r.has_error() ? r.error().message : std::string{});
      });
    });
    return get(future);
  }
  /// A call that the script keeps open; `outcome` gets how it ends.
  struct Outcome {
    std::promise<Errc> promise;
    std::future<Errc> future = promise.get_future();
    std::atomic<int> times{0};
  };
  oc_op begin(Outcome& outcome, runtime::Millis deadline = runtime::Millis{60000},
              CallEmit emit = {}) {
    oc_op op = 0;
    on_loop([&] {
      op = instance->call(
          "probe", deadline, std::move(emit),
          [&outcome](const std::optional<CallError>& e, std::string_view, const std::string&) {
            if (++outcome.times == 1) {
              outcome.promise.set_value(e ? e->error.code : Errc{});
            }
          },
          [](oc_inst*, oc_op) {});
    });
    return op;
  }

  log::Log log{log::Level::debug, false};
  http::Routes routes;
  QuietInbound inbound;
  ValueStore store;
  NoMetrics metrics;
  runtime::Loop loop{"instance"}, home{"home"};
  cluster::Cluster cluster{home, store, log};
  Environment environment{log, routes, inbound, store, cluster, metrics, "test"};
  Script script;
  http::egress::Client egress{loop};
  std::unique_ptr<Instance> instance;
  Result<void> created;
};

}  // namespace openclaw::host
