// A storage plugin that is scripted by the test: what fails, waits and closes; and a port over it.
#pragma once

#include <gmock/gmock.h>

#include "core/host/instance_fixture.hpp"
#include "core/host/storage/storage_port.hpp"

namespace openclaw::host {

/// What the scripted engine does with a batch; its connections are this object.
struct Engine {
  std::function<oc_status(std::uint64_t n)> apply = [](std::uint64_t) { return OC_OK; };
  /// What it says of each write.
  std::function<void(oc_write_result&)> result = [](oc_write_result& r) { r.status = OC_OK; };
  /// The rows that its lists give; their sizes are the test's.
  std::vector<oc_inbox_row> inbox;
  std::vector<oc_outbox_row> outbox;
  /// What else happens in a list of the inbox, and in a close.
  std::function<void()> read = [] {}, close = [] {};
  std::vector<oc_session_row> sessions;
  std::vector<oc_record> records;  ///< in its dump
  std::pair<std::int64_t, std::uint32_t> asked_idle{};
  /// Gives how soon it is to be called again.
  std::function<oc_status(std::uint32_t& next_ms)> renew = [](std::uint32_t& next_ms) {
    next_ms = 0;
    return OC_OK;
  };
  /// Of members.
  std::function<oc_status(const oc_member&, oc_store_conn** out)> join =
      [this](const oc_member&, oc_store_conn** out) {
        ++open;
        *out = reinterpret_cast<oc_store_conn*>(this);
        return OC_OK;
      };
  std::uint32_t collect_deadline_ms = 0;  ///< what the last one was given
  std::function<oc_status(const oc_collect&, std::uint32_t& more)> collect =
      [](const oc_collect&, std::uint32_t& more) {
        more = 0;
        return OC_OK;
      };
  std::function<oc_status(std::uint32_t max_ms)> wait = [](std::uint32_t) { return OC_OK; };
  std::vector<oc_member_row> members;
  std::uint64_t epoch = 0;
  std::atomic<int> dead = 0;  ///< in its stats
  std::string more_stats;     ///< these too, with a comma behind each
  std::vector<std::uint64_t> batches;
  std::atomic<int> open{0};
  oc_storage slots;  ///< what its plugin shows
  Engine();
  static inline Engine* current = nullptr;
};

inline oc_status no_read(oc_error* error) {
  sdk::fill(error, 0, "no reads here");
  return OC_E_IO;
}

template <class Row>
oc_status give(const std::vector<Row>& rows, std::uint32_t (*visit)(void*, const Row*) noexcept,
               void* ctx) {
  for (const auto& row : rows) {
    if (visit(ctx, &row) == 0) break;
  }
  return OC_OK;
}

inline const oc_storage engine_slots = {
    sizeof(oc_storage),
    OC_STORAGE_SHARED,
    [](oc_inst*, std::uint32_t, oc_store_conn** out, oc_error*) noexcept -> oc_status {
      ++Engine::current->open;
      *out = reinterpret_cast<oc_store_conn*>(Engine::current);
      return OC_OK;
    },
    [](oc_store_conn*) noexcept {
      Engine::current->close();
      --Engine::current->open;
    },
    [](oc_store_conn*, const oc_write*, oc_write_result* results, std::uint64_t n, std::uint32_t,
       std::uint32_t stride, std::uint32_t, oc_error* error) noexcept -> oc_status {
      Engine::current->batches.push_back(n);
      for (std::uint64_t i = 0; i < n; ++i) {
        auto* bytes = reinterpret_cast<char*>(results) + i * stride;
        Engine::current->result(*reinterpret_cast<oc_write_result*>(bytes));
      }
      error->msg = sdk::str("the disk is full");
      return Engine::current->apply(n);
    },
    [](oc_store_conn*, oc_str, std::uint32_t, std::uint64_t, std::uint32_t, oc_visit_entry, void*,
       oc_error* e) noexcept { return no_read(e); },
    [](oc_store_conn*, std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t,
       oc_visit_inbox visit, void* ctx, oc_error*) noexcept {
      Engine::current->read();
      return give(Engine::current->inbox, visit, ctx);
    },
    [](oc_store_conn*, std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t,
       oc_visit_outbox visit, void* ctx,
       oc_error*) noexcept { return give(Engine::current->outbox, visit, ctx); },
    [](oc_store_conn*, oc_str, oc_str, oc_str, std::uint32_t, std::uint32_t, oc_visit_kv, void*,
       oc_error* e) noexcept { return no_read(e); },
    [](oc_store_conn*, oc_str, oc_str, std::uint32_t, oc_visit_kv, void*, oc_error* e) noexcept {
      return no_read(e);
    },
    [](oc_store_conn*, oc_str, oc_str, std::uint32_t, std::uint32_t, oc_visit_session, void*,
       oc_error* e) noexcept { return no_read(e); },
    [](oc_store_conn*, std::uint32_t, oc_put_text put, void* ctx, oc_error*) noexcept -> oc_status {
      const std::string said = "{" + Engine::current->more_stats + R"("deadInbox":)" +
                               std::to_string(Engine::current->dead) +
                               R"(,"deadOutbox":5,"unknownOutbox":2})";
      put(ctx, sdk::str(said));
      return OC_OK;
    },
    [](oc_store_conn*, std::uint32_t, std::uint64_t* epoch, oc_error*) noexcept -> oc_status {
      *epoch = Engine::current->epoch;
      return OC_OK;
    },
    [](oc_store_conn*, std::int64_t before_ms, std::uint32_t limit, std::uint32_t,
       oc_visit_session visit, void* ctx, oc_error*) noexcept {
      Engine::current->asked_idle = {before_ms, limit};
      return give(Engine::current->sessions, visit, ctx);
    },
    [](oc_store_conn*, std::uint32_t, std::uint32_t* next_ms, oc_error* error) noexcept {
      error->msg = sdk::str("another gateway has taken over");
      return Engine::current->renew(*next_ms);
    },
    [](oc_store_conn*, oc_str, std::uint64_t, std::uint32_t, oc_visit_record visit, oc_put_text put,
       void* ctx, oc_error*) noexcept {
      put(ctx, {});
      return give(Engine::current->records, visit, ctx);
    },
    [](oc_inst*, const oc_member* member, oc_store_conn** out, oc_error* error) noexcept {
      error->msg = sdk::str("another gateway has that name");
      return Engine::current->join(*member, out);
    },
    [](oc_store_conn*, const oc_collect* wanted, std::uint32_t deadline_ms, std::uint32_t* more,
       oc_error* error) noexcept {
      error->msg = sdk::str("another gateway has taken over");
      Engine::current->collect_deadline_ms = deadline_ms;
      return Engine::current->collect(*wanted, *more);
    },
    [](oc_store_conn*, oc_str, std::uint32_t max_ms, oc_error*) noexcept {
      return Engine::current->wait(max_ms);
    },
    [](oc_store_conn*, std::uint32_t, oc_visit_member visit, void* ctx, oc_error*) noexcept {
      return give(Engine::current->members, visit, ctx);
    }};

inline Engine::Engine() : slots(engine_slots) {}

inline const oc_plugin_api engine_api = [] {
  oc_plugin_api api = scripted_api;
  api.ext = [](oc_inst*, oc_str id) noexcept -> const void* {
    return sdk::view(id) == "oc.storage/1" ? &Engine::current->slots : nullptr;
  };
  return api;
}();
inline const oc_descriptor engine_descriptor = {
    sizeof(oc_descriptor), 1, 0, 0, 0, 0, {}, {}, &engine_api};

class StoragePortTest : public InstanceTest {
 protected:
  void SetUp() override { Engine::current = &engine; }
  static runtime::TimePoint soon() { return runtime::SteadyClock::now() + runtime::Millis(20000); }

  void make_engine() {
    Manifest manifest;
    manifest.id = "engine";
    manifest.kind = "storage";
    manifest.file = "/lib/engine.so";
    make(std::move(manifest), std::make_shared<Library>(Library::linked(engine_descriptor)));
  }
  StoragePort& open(StoragePort::Options options = {}) {
    make_engine();
    EXPECT_FALSE(created.has_error());
    port = std::make_unique<StoragePort>(log, options, [this](const std::string&) { ++fatals; });
    EXPECT_FALSE(port->open(*instance).has_error());
    return *port;
  }
  std::future<Errc> write(Error* error = nullptr) {
    auto said = std::make_shared<std::promise<Errc>>();
    loop.post([this, said, error] {
      port->write(pipeline::PutValue{"n", "k", "v"},
                  [said, error](const Result<pipeline::Written>& r) {
                    if (error != nullptr && r.has_error()) *error = r.error();
                    said->set_value(r.has_error() ? r.error().code : Errc{});
                  });
    });
    return said->get_future();
  }
  /// What a list of `T` gives: its rows, or the error.
  template <class T>
  Result<std::vector<T>> list(void (StoragePort::*slot)(bool, std::uint64_t, std::uint32_t,
                                                        pipeline::Done<std::vector<T>>)) {
    auto said = std::make_shared<std::promise<Result<std::vector<T>>>>();
    loop.post([this, said, slot] {
      (port.get()->*slot)(true, 0, 10,
                          [said](Result<std::vector<T>> r) { said->set_value(std::move(r)); });
    });
    auto future = said->get_future();
    return get(future);
  }
  /// Holds the writer inside its first batch until the returned promise is set.
  std::promise<void> hold_first_batch() {
    std::promise<void> release;
    engine.apply = [this, gate = release.get_future().share()](std::uint64_t) -> oc_status {
      if (engine.batches.size() == 1) {
        inside.set_value();
        gate.wait();
      }
      return OC_OK;
    };
    return release;
  }

  Engine engine;
  std::promise<void> inside;
  std::unique_ptr<StoragePort> port;
  std::atomic<int> fatals{0};
};

}  // namespace openclaw::host
