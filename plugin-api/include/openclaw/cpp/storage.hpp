// Base classes of storage plugins. Connections may throw StoreError; the barrier turns it into a
// status. Another exception that leaves apply is OC_E_UNKNOWN, which ends the gateway: nobody can
// say whether the commit happened. Each connection is used by one thread at a time [pool].
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "openclaw/cpp/plugin.hpp"
#include "openclaw/storage.h"

namespace openclaw::sdk {

/// `what()` is one sentence for the operator that names the remedy.
struct StoreError : std::runtime_error {
  StoreError(oc_status status, const std::string& what) : std::runtime_error(what), code(status) {}
  oc_status code;  ///< OC_E_IO | OC_E_UNKNOWN | OC_E_NOTFOUND | OC_E_DEADLINE | OC_E_AGAIN ...
};

/// One batch as the host lays it out: its structs may be longer than those this was built with.
class StoreWrites {
 public:
  /// Throws StoreError when the strides cannot be those of 1.0's structs or longer ones.
  StoreWrites(const oc_write* writes, oc_write_result* results, std::uint64_t n,
              std::uint32_t write_stride, std::uint32_t result_stride)
      : writes_(reinterpret_cast<const char*>(writes)),
        results_(reinterpret_cast<char*>(results)),
        n_(n),
        write_stride_(write_stride),
        result_stride_(result_stride) {
    if (write_stride < sizeof(oc_write) || write_stride % alignof(oc_write) != 0 ||
        result_stride < sizeof(oc_write_result) || result_stride % alignof(oc_write_result) != 0) {
      throw StoreError(OC_E_INVAL, "the host's batch has strides that ABI 1.0 does not allow");
    }
  }
  [[nodiscard]] std::uint64_t size() const { return n_; }
  [[nodiscard]] const oc_write& write(std::uint64_t index) const {
    return *reinterpret_cast<const oc_write*>(writes_ + index * write_stride_);
  }
  /// Its `size` is the host's and stays as it is.
  [[nodiscard]] oc_write_result& result(std::uint64_t index) const {
    return *reinterpret_cast<oc_write_result*>(results_ + index * result_stride_);
  }

 private:
  const char* writes_;
  char* results_;
  std::uint64_t n_;
  std::uint32_t write_stride_, result_stride_;
};

inline StoreError not_shared() {
  return {OC_E_NOSYS, "this engine serves one gateway at a time"};
}

class StoreConnection {
 public:
  virtual ~StoreConnection() = default;
  virtual void apply(const StoreWrites& writes, std::uint32_t deadline_ms) = 0;
  virtual void history(oc_str session, std::uint32_t max_entries, std::uint64_t max_bytes,
                       std::uint32_t deadline_ms, oc_visit_entry visit, void* ctx) = 0;
  virtual void inbox(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
                     std::uint32_t deadline_ms, oc_visit_inbox visit, void* ctx) = 0;
  virtual void outbox(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
                      std::uint32_t deadline_ms, oc_visit_outbox visit, void* ctx) = 0;
  virtual void kv(oc_str ns, oc_str prefix, oc_str after_key, std::uint32_t limit,
                  std::uint32_t deadline_ms, oc_visit_kv visit, void* ctx) = 0;
  virtual void kv_get(oc_str ns, oc_str key, std::uint32_t deadline_ms, oc_visit_kv visit,
                      void* ctx) = 0;
  virtual void sessions(oc_str prefix, oc_str after, std::uint32_t limit, std::uint32_t deadline_ms,
                        oc_visit_session visit, void* ctx) = 0;
  virtual void stats(std::uint32_t deadline_ms, oc_put_text put, void* ctx) = 0;
  virtual std::uint64_t max_epoch(std::uint32_t deadline_ms) = 0;
  virtual void idle_sessions(std::int64_t before_ms, std::uint32_t limit, std::uint32_t deadline_ms,
                             oc_visit_session visit, void* ctx) = 0;
  virtual void dump(oc_str, std::uint64_t, std::uint32_t, oc_visit_record, oc_put_text, void*) {
    throw StoreError(OC_E_NOSYS, "this engine cannot be read as a whole");
  }
  /// The slots of members, for an engine that several gateways can share.
  virtual bool collect(const oc_collect&, std::uint32_t) { throw not_shared(); }
  virtual void wait(oc_str, std::uint32_t) { throw not_shared(); }
  virtual void members(std::uint32_t, oc_visit_member, void*) { throw not_shared(); }
  /// In how many milliseconds to call again; 0 = never, for an engine that leases nothing.
  virtual std::uint32_t renew(std::uint32_t) { return 0; }
};

class Storage : public Plugin {
 public:
  using Plugin::Plugin;
  /// role: OC_STORE_WRITER | OC_STORE_READER | OC_STORE_SNAPSHOT.
  virtual std::unique_ptr<StoreConnection> open(std::uint32_t role) = 0;
  virtual std::unique_ptr<StoreConnection> open_member(const oc_member&) { throw not_shared(); }
};

/// caps of a plugin class: it says `static constexpr std::uint32_t kCaps = OC_STORAGE_SHARED`.
template <class T>
constexpr std::uint32_t storage_caps() {
  if constexpr (requires { T::kCaps; }) {
    return T::kCaps;
  } else {
    return 0;
  }
}

/// What an oc_store_conn points to.
struct GuardedConnection {
  std::unique_ptr<StoreConnection> connection;
  std::string reason;
  static GuardedConnection& of(oc_store_conn* c) {
    return *reinterpret_cast<GuardedConnection*>(c);
  }

  template <class Fn>
  static oc_status guarded(std::string& reason, oc_error* error, Fn fn,
                           oc_status otherwise = OC_E_PLUGIN) noexcept {
    oc_status code = otherwise;
    try {
      fn();
      return OC_OK;
    } catch (const StoreError& e) {
      code = e.code;
      reason = e.what();
    } catch (const std::exception& e) {
      reason = e.what();
    } catch (...) {
      reason = "the storage plugin threw an unknown exception";
    }
    fill(error, code, reason);
    return code;
  }
  template <class Open>
  static oc_status opened(oc_store_conn** out, oc_error* error, Open open) noexcept {
    static thread_local std::string reason;
    return guarded(reason, error, [&] {
      auto self = std::make_unique<GuardedConnection>();
      self->connection = open();
      *out = reinterpret_cast<oc_store_conn*>(self.release());
    });
  }
  template <class Fn>
  static oc_status on(oc_store_conn* c, oc_error* error, Fn fn,
                      oc_status otherwise = OC_E_PLUGIN) noexcept {
    auto& self = of(c);
    return guarded(
        self.reason, error, [&] { fn(*self.connection); }, otherwise);
  }
};

template <class T>
struct StorageSlots {
  static constexpr const char* kId = "oc.storage/1";
  using G = GuardedConnection;
  using C = StoreConnection;
  static constexpr oc_storage table = {
      sizeof(oc_storage),
      storage_caps<T>(),
      [](oc_inst* i, std::uint32_t role, oc_store_conn** out, oc_error* error) noexcept {
        return G::opened(out, error, [&] { return Instance<T>::of(i).plugin->open(role); });
      },
      [](oc_store_conn* c) noexcept { delete &G::of(c); },
      [](oc_store_conn* c, const oc_write* w, oc_write_result* r, std::uint64_t n,
         std::uint32_t write_stride, std::uint32_t result_stride, std::uint32_t ms,
         oc_error* e) noexcept {
        return G::on(
            c, e,
            [&](C& s) {
              s.apply({w, r, n, write_stride, result_stride}, ms);
            },
            OC_E_UNKNOWN);
      },
      [](oc_store_conn* c, oc_str session, std::uint32_t entries, std::uint64_t bytes,
         std::uint32_t ms, oc_visit_entry v, void* ctx, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.history(session, entries, bytes, ms, v, ctx); });
      },
      [](oc_store_conn* c, std::uint32_t list, std::uint64_t after, std::uint32_t limit,
         std::uint32_t ms, oc_visit_inbox v, void* ctx, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.inbox(list, after, limit, ms, v, ctx); });
      },
      [](oc_store_conn* c, std::uint32_t list, std::uint64_t after, std::uint32_t limit,
         std::uint32_t ms, oc_visit_outbox v, void* ctx, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.outbox(list, after, limit, ms, v, ctx); });
      },
      [](oc_store_conn* c, oc_str ns, oc_str prefix, oc_str after, std::uint32_t limit,
         std::uint32_t ms, oc_visit_kv v, void* ctx, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.kv(ns, prefix, after, limit, ms, v, ctx); });
      },
      [](oc_store_conn* c, oc_str ns, oc_str key, std::uint32_t ms, oc_visit_kv v, void* ctx,
         oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.kv_get(ns, key, ms, v, ctx); });
      },
      [](oc_store_conn* c, oc_str prefix, oc_str after, std::uint32_t limit, std::uint32_t ms,
         oc_visit_session v, void* ctx, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.sessions(prefix, after, limit, ms, v, ctx); });
      },
      [](oc_store_conn* c, std::uint32_t ms, oc_put_text put, void* ctx, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.stats(ms, put, ctx); });
      },
      [](oc_store_conn* c, std::uint32_t ms, std::uint64_t* epoch, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { *epoch = s.max_epoch(ms); });
      },
      [](oc_store_conn* c, std::int64_t before, std::uint32_t limit, std::uint32_t ms,
         oc_visit_session v, void* ctx, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.idle_sessions(before, limit, ms, v, ctx); });
      },
      [](oc_store_conn* c, std::uint32_t ms, std::uint32_t* next_ms, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { *next_ms = s.renew(ms); });
      },
      [](oc_store_conn* c, oc_str after, std::uint64_t bytes, std::uint32_t ms, oc_visit_record v,
         oc_put_text put_next, void* ctx, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.dump(after, bytes, ms, v, put_next, ctx); });
      },
      [](oc_inst* i, const oc_member* member, oc_store_conn** out, oc_error* error) noexcept {
        return G::opened(out, error,
                         [&] { return Instance<T>::of(i).plugin->open_member(*member); });
      },
      [](oc_store_conn* c, const oc_collect* wanted, std::uint32_t ms, std::uint32_t* more,
         oc_error* e) noexcept {
        return G::on(
            c, e, [&](C& s) { *more = s.collect(*wanted, ms) ? 1 : 0; }, OC_E_UNKNOWN);
      },
      [](oc_store_conn* c, oc_str instance, std::uint32_t ms, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.wait(instance, ms); });
      },
      [](oc_store_conn* c, std::uint32_t ms, oc_visit_member v, void* ctx, oc_error* e) noexcept {
        return G::on(c, e, [&](C& s) { s.members(ms, v, ctx); });
      }};
};

}  // namespace openclaw::sdk
