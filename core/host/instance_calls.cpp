// The operations of an instance, and the guard around every call into its code.
#include "core/host/instance.hpp"
#include "core/runtime/wall_clock.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using runtime::Millis;
using sdk::str;

namespace {

constexpr Millis kSlowCall{5};
constexpr Millis kSlowLogEvery{10000};

}  // namespace

// ---- calls into the plugin ----

Instance::Entered Instance::begin_call() {
  const Entered before{runtime::SteadyClock::now(), in_call_.load(std::memory_order_relaxed)};
  if (before.outer == 0) in_call_.store(before.at.time_since_epoch().count());
  return before;
}

void Instance::end_call(const char* slot, Entered before) {
  in_call_.store(before.outer, std::memory_order_relaxed);
  const auto now = runtime::SteadyClock::now();
  if (now - before.at > kSlowCall && now - last_slow_log_ > kSlowLogEvery) {
    last_slow_log_ = now;
    log(log::Level::warn, "plugin.slow_call",
        {{"slot", slot},
         {"ms", std::chrono::duration_cast<Millis>(now - before.at).count()},
         {"hint", "a plugin must not block; report this to its author"}});
  }
}

oc_op Instance::call(const char* slot, Millis deadline, CallEmit emit, CallDone done,
                     const std::function<void(oc_inst*, oc_op)>& issue) {
  Call opened;
  opened.slot = slot;
  opened.emit = std::move(emit);
  opened.done = std::move(done);
  opened.issuing = true;
  const bool usable = alive();
  const oc_op op = usable ? calls_.open(std::move(opened)) : 0;
  if (op == 0) {
    const CallError refused =
        usable ? CallError{{Errc::again, name_ + " has too many calls under way", 1000, true},
                           OC_EF_NOT_DONE | OC_EF_RETRY}
               : CallError{{Errc::plugin, name_ + " is not running", 0, true},
                           OC_EF_NOT_DONE | OC_EF_RETRY};
    loop_.post([refused, d = std::move(opened.done)]() mutable { d(refused, {}, {}); });
    return 0;
  }
  calls_.find(op)->deadline = loop_.after(deadline, [this, op, slot, deadline] {
    Call* late = calls_.find(op);
    if (late == nullptr) return;
    late->deadline = {};
    const std::string said = name_ + " did not complete " + slot + " within " +
                             std::to_string(deadline.count() / 1000) + " s";
    log(log::Level::warn, "plugin.deadline", {{"slot", slot}, {"hint", said}});
    cancel(op);
    settle(op, CallError{{Errc::deadline, said, 0, false, true}, OC_EF_MAYBE_DONE}, {}, {});
  });
  enter(slot, [&](oc_inst* inst) { issue(inst, op); });
  if (Call* issued = calls_.find(op)) issued->issuing = false;
  return op;
}

void Instance::cancel(oc_op op) {
  Call* open = calls_.find(op);
  if (open == nullptr || open->cancelled) return;
  open->cancelled = true;
  const auto slot = library_->api().cancel;
  if (slot != nullptr) enter("cancel", [&](oc_inst* inst) { slot(inst, op); });
}

void Instance::tell(const char* slot, const std::function<void(oc_inst*)>& issue) {
  enter(slot, issue);
}

oc_status Instance::complete(oc_op op, std::optional<CallError> error, std::string json,
                             std::string body) {
  if (!loop_.on_loop()) {
    loop_.post([handle = handle_, op, e = std::move(error), j = std::move(json),
                b = std::move(body)]() mutable {
      if (*handle != nullptr) (*handle)->complete(op, std::move(e), std::move(j), std::move(b));
    });
    return OC_OK;
  }
  Call* open = calls_.find(op);
  if (open == nullptr) {
    log(log::Level::warn, "plugin.wrong_completion",
        {{"hint", "an operation was completed twice, too late, or never existed"}});
    return OC_E_INVAL;
  }
  if (open->issuing) {
    // Completed inside the call that issued it: the contract forbids it, the caller never sees it.
    loop_.post([handle = handle_, op, e = std::move(error), j = std::move(json),
                b = std::move(body)]() mutable {
      if (*handle != nullptr) (*handle)->complete(op, std::move(e), std::move(j), std::move(b));
    });
    return OC_OK;
  }
  settle(op, std::move(error), std::move(json), std::move(body));
  return OC_OK;
}

void Instance::settle(oc_op op, std::optional<CallError> error, std::string json,
                      std::string body) {
  auto closed = calls_.close(op);
  if (!closed) return;
  loop_.cancel(closed->deadline);
  if (closed->unusable) {
    error = CallError{{Errc::plugin, name_ + " emitted what cannot be used"}, OC_EF_MAYBE_DONE};
  } else if (error) {
    error->error.message = secrets_.redact(error->error.message);
  } else if (closed->unheard) {
    // Whoever refused a part must not take what came before it for the whole.
    error = CallError{{Errc::cancelled, "the rest of the answer was not wanted"}, OC_EF_MAYBE_DONE};
  }
  // Reached from the plugin's own calls, which nothing may unwind through. The caller was told, or
  // was being told: it is not told twice.
  try {
    closed->done(std::move(error), json, std::move(body));
  } catch (const std::exception&) {
    log(log::Level::error, "plugin.unusable",
        {{"slot", closed->slot}, {"hint", "its result could not be used; report this"}});
  }
}

oc_status Instance::emit(oc_op op, std::uint32_t kind, std::string_view data) {
  if (!loop_.on_loop()) return OC_E_INVAL;
  Call* open = calls_.find(op);
  if (open == nullptr) return OC_E_INVAL;
  if (open->cancelled || open->unheard) return OC_E_CANCELLED;
  if (!open->emit) return OC_OK;
  // The receiver may close the call inside: nothing of it is touched afterwards.
  const CallEmit emit = open->emit;
  const char* const slot = open->slot;
  try {
    if (emit(kind, data)) return OC_OK;
  } catch (const std::exception&) {
    give_up(op, slot);
    return OC_E_CANCELLED;
  }
  if (Call* still = calls_.find(op)) still->unheard = true;
  return OC_E_CANCELLED;
}

void Instance::give_up(oc_op op, const char* slot) {
  // Without what was thrown: it may quote the text of a message.
  log(log::Level::error, "plugin.unusable",
      {{"slot", slot}, {"hint", "what it emitted could not be used; report this to its author"}});
  Call* open = calls_.find(op);
  if (open == nullptr) return;
  open->unheard = open->unusable = true;
  // Not inside the plugin's own call. It may have completed the op by then, to the same end.
  loop_.post([handle = handle_, op] {
    if (*handle == nullptr) return;
    (*handle)->cancel(op);
    (*handle)->settle(op, std::nullopt, {}, {});
  });
}

void Instance::fail_open_calls(const CallError& error) {
  for (const oc_op op : calls_.ids()) settle(op, error, {}, {});
}

void Instance::answer(oc_op op, const std::optional<CallError>& error, std::string_view json,
                      std::string body) {
  auto request = requests_.close(op);
  if (!request) return;
  loop_.cancel(request->timer);
  oc_error e{};
  std::string detail;
  if (error) {
    if (error->error.http_status != 0) {
      detail = "{\"status\":" + std::to_string(error->error.http_status) + "}";
    }
    e = {sizeof e,
         to_status(error->error.code),
         error->flags,
         error->error.retry_after_ms,
         str(error->error.message),
         str(detail)};
  }
  enter("completion", [&](oc_inst* inst) {
    request->done(inst, request->user, op, error ? &e : nullptr, str(json),
                  body.empty() ? oc_buf{} : sdk::buf(std::move(body)));
  });
}

}  // namespace openclaw::host
