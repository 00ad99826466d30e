// The life of one plugin instance.
#include "core/host/instance.hpp"

#include "core/host/call_error.hpp"
#include "core/host/elf_note.hpp"
#include "core/host/handover.hpp"
#include "core/host/services/services.hpp"
#include "core/runtime/wall_clock.hpp"
#include "openclaw/channel.h"
#include "openclaw/cpp/text.hpp"
#include "openclaw/provider.h"
#include "openclaw/storage.h"

namespace openclaw::host {

using runtime::Millis;
using sdk::str;

Instance::Instance(Setup setup)
    : name_(std::move(setup.name)),
      manifest_(std::move(setup.manifest)),
      library_(std::move(setup.library)),
      section_json_(std::move(setup.section_json)),
      loop_(setup.loop),
      egress_(setup.egress),
      env_(setup.environment),
      handle_(std::make_shared<Instance*>(this)),
      inflow_(std::make_shared<Inflow>(setup.limits.inflow, setup.limits.inflow_bytes)),
      deadlines_(setup.deadlines),
      calls_(setup.limits.calls),
      requests_(setup.limits.requests),
      replies_(setup.limits.replies),
      sockets_(setup.limits.sockets) {
  status_.since_unix_ms = runtime::unix_ms();
  // Here, not in create(): that may run, and hang, on a thread of its own.
  auto secrets =
      Secrets::take(section_json_, manifest_.secrets, manifest_.hosts, manifest_.url_keys);
  if (secrets.has_error()) {
    unusable_ = secrets.error();
  } else {
    secrets_ = std::move(*secrets);
  }
}

Instance::~Instance() {
  *handle_ = nullptr;
}

Result<void> Instance::create() {
  if (unusable_) return *unusable_;
  oc_error error = blank_error();
  inst_ = library_->api().create(as_host(), &host_api(), str(name_), str(section_json_), &error);
  if (inst_ != nullptr) {
    auto sound = check_slots();
    if (sound.has_error()) destroy();
    return sound;
  }
  std::string reason = secrets_.redact(sdk::view(error.msg));
  if (reason.empty()) reason = "the plugin refused its configuration without a reason";
  return Error{Errc::invalid, manifest_.id + ": " + reason};
}

Result<void> Instance::check_slots() {
  const auto refuse = [this](const std::string& what) {
    return Error{Errc::plugin, file_name(manifest_.file) + ": the plugin has no " + what};
  };
  const std::string id = "oc." + manifest_.kind + "/1";
  // Asked for once: it stays for the instance's life, and ext() is the plugin's code.
  const void* const table = library_->api().ext(inst_, str(id));
  if (table == nullptr) return refuse(manifest_.kind + " slots (" + id + ")");
  const char* missing = nullptr;
  if (manifest_.kind == "channel") {
    if (!OC_HAS(static_cast<const oc_channel*>(table), oc_channel, send)) missing = "send";
  } else if (manifest_.kind == "provider") {
    if (!OC_HAS(static_cast<const oc_provider*>(table), oc_provider, chat)) missing = "chat";
  } else {
    const auto* s = static_cast<const oc_storage*>(table);
    // The last of 1.0's slots shows that the table holds the others.
    if (!OC_HAS(s, oc_storage, renew)) {
      missing = "renew";
    } else if (s->open == nullptr || s->close == nullptr || s->apply == nullptr ||
               s->history == nullptr || s->inbox == nullptr || s->outbox == nullptr ||
               s->kv == nullptr || s->kv_get == nullptr || s->sessions == nullptr ||
               s->stats == nullptr || s->max_epoch == nullptr || s->idle_sessions == nullptr) {
      missing = "complete set of storage slots";
    } else if ((s->caps & OC_STORAGE_SHARED) != 0 &&
               !(OC_HAS(s, oc_storage, open_member) && OC_HAS(s, oc_storage, collect) &&
                 OC_HAS(s, oc_storage, wait) && OC_HAS(s, oc_storage, members))) {
      missing = "complete set of the slots that OC_STORAGE_SHARED promises";
    }
  }
  if (missing != nullptr) return refuse(missing);
  slots_id_ = id;
  slots_ = table;
  return {};
}

void Instance::start(runtime::UniqueFunction<void(Result<void>)> done) {
  const auto slot = library_->api().start;
  call(
      "start", deadlines_.start, {},
      [handle = handle_, d = std::move(done)](std::optional<CallError> error, std::string_view,
                                              const std::string&) mutable {
        if (error) {
          // Null when it was destroyed before it had started: then it is stopped, not failed.
          if (*handle != nullptr) {
            (*handle)->set_status(InstanceState::failed, error->error.message);
          }
          d(error->error);
        } else {
          d(Result<void>{});
        }
      },
      [slot](oc_inst* inst, oc_op op) { slot(inst, op); });
}

void Instance::quiesce(runtime::UniqueFunction<void()> done) {
  const auto slot = library_->api().quiesce;
  if (slot == nullptr || !alive()) {
    done();
    return;
  }
  call(
      "quiesce", deadlines_.quiesce, {},
      [this, d = std::move(done)](const std::optional<CallError>&, std::string_view,
                                  const std::string&) mutable {
        let_go_of_leases();  // it takes no more in: another gateway may
        d();
      },
      [slot](oc_inst* inst, oc_op op) { slot(inst, op); });
}

void Instance::stop(runtime::UniqueFunction<void()> done) {
  const auto slot = library_->api().stop;
  if (slot == nullptr || !alive()) {
    done();
    return;
  }
  call(
      "stop", deadlines_.stop, {},
      [d = std::move(done)](const std::optional<CallError>&, std::string_view,
                            const std::string&) mutable { d(); },
      [slot](oc_inst* inst, oc_op op) { slot(inst, op); });
}

void Instance::destroy() {
  for (const auto& [method, path] : routes_) env_.routes.remove(method, path);
  routes_.clear();
  inflow_->shut();
  *handle_ = nullptr;
  let_go_of_leases();
  env_.cluster.stop_listening(name_);
  drop_requests("this channel was stopped");
  oc_inst* inst = std::exchange(inst_, nullptr);
  // A fenced plugin's instance is left where it is: its code may still run inside the call that it
  // never returned from, on memory that destroy would free. The process ends soon or lives on
  // without it; either is better than a use after free.
  if (inst != nullptr && !fenced_.load()) library_->api().destroy(inst);
  fail_open_calls({{Errc::cancelled, name_ + " was stopped"}, OC_EF_MAYBE_DONE});
  if (inst != nullptr && status().state != InstanceState::failed) {
    change_status(InstanceState::stopped, {}, false);
  }
}

void Instance::let_go_of_leases() {
  env_.cluster.release_all(name_ + ":");
}

void Instance::drop_requests(std::string_view why) {
  for (const oc_op op : requests_.ids()) {
    auto request = requests_.close(op);
    if (request->transfer != 0) egress_.cancel(request->transfer);
    loop_.cancel(request->timer);
  }
  for (const oc_op op : replies_.ids()) {
    auto reply = replies_.close(op);
    (*reply)->refuse(503, "unavailable", why);
  }
  for (const oc_op op : sockets_.ids()) sockets_.close(op);
}

const void* Instance::slots_for(std::string_view id) const {
  return alive() && id == slots_id_ ? slots_ : nullptr;
}

// ---- routes ----

void Instance::remember_route(std::string method, std::string path) {
  routes_.emplace_back(std::move(method), std::move(path));
}

std::optional<http::Auth> Instance::route_auth(std::string_view path) const {
  const std::string own = "/channels/" + name_ + "/";
  if (path.size() > own.size() && path.substr(0, own.size()) == own) return http::Auth::handler;
  for (const auto& route : manifest_.routes) {
    const bool wildcard =
        route.path.size() >= 2 && route.path.substr(route.path.size() - 2) == "/*";
    const bool named = wildcard ? path.substr(0, route.path.size() - 1) ==
                                      std::string_view(route.path).substr(0, route.path.size() - 1)
                                : path == route.path;
    if (!named) continue;
    switch (route.auth) {
      case ManifestRoute::Auth::none:
        return http::Auth::none;
      case ManifestRoute::Auth::api_key:
        return http::Auth::api_key;
      case ManifestRoute::Auth::plugin:
        return http::Auth::handler;
    }
  }
  return std::nullopt;
}

void Instance::log(log::Level level, std::string_view event,
                   std::initializer_list<log::Field> fields) {
  if (!env_.log.writes(level)) return;
  std::vector<log::Field> clean;
  clean.reserve(fields.size());
  for (const auto& f : fields) clean.emplace_back(f.key, secrets_.redact(f.value));
  env_.log.write(level, name_, event, clean);
}

}  // namespace openclaw::host
