// Binds transfers to the host: requests, timers, completions.
#include "openclaw/cpp/provider/chat_client.hpp"

#include <algorithm>
#include <utility>

#include "transfer.hpp"

namespace openclaw::sdk {

namespace {

// How long an answered stream may still run, so that its connection can be used again.
constexpr std::uint64_t kDrainMs = 1000;
// For answers that are not streamed: their first byte comes after the last token.
constexpr std::uint32_t kWholeAnswerMs = 600'000;

// Failures in a row; one may be a hiccup.
constexpr std::uint32_t kUnwellAfter = 3;

const Failure kCancelled{OC_E_CANCELLED, "cancelled"};

}  // namespace

ChatClient::ChatClient(Host& host, const ErrorMap& errors) : host_(host), errors_(errors) {}
ChatClient::~ChatClient() = default;

void ChatClient::refuse(oc_op op, Failure failure) {
  if (failure.code == OC_E_AUTH) report(&failure);
  host_.post([this, op, f = std::move(failure)] { host_.fail(op, f); });
}

bool ChatClient::admit(oc_op op) {
  if (!quiet_) return true;
  refuse(op, {OC_E_AGAIN, errors_.provider() + " is stopping", OC_EF_RETRY | OC_EF_NOT_DONE});
  return false;
}

void ChatClient::chat(oc_op op, const oc_chat_request& asked, HttpRequest request,
                      std::unique_ptr<ChatParser> parser) {
  if (!admit(op)) return;
  const bool stream = (asked.flags & OC_CHAT_STREAM) != 0;
  request.max_bytes = kMaxAnswer;
  request.connect_ms = asked.connect_ms;
  request.total_ms = asked.total_ms;
  // The host's are a backstop: any byte satisfies them, a keep-alive too.
  const std::uint32_t whole = asked.total_ms == 0 ? kWholeAnswerMs : asked.total_ms;
  request.first_byte_ms = stream ? asked.first_token_ms : whole;
  request.idle_ms = stream ? asked.idle_ms : whole;
  auto transfer =
      std::make_unique<Transfer>(host_, errors_, op, stream,
                                 ProgressDeadline(host_.now_ms(), stream ? asked.first_token_ms : 0,
                                                  stream ? asked.idle_ms : 0));
  transfer->parser = std::move(parser);
  launch(std::move(transfer), request);
  look_at_deadline(op);
}

void ChatClient::launch(std::unique_ptr<Transfer> transfer, const HttpRequest& request) {
  Transfer* t = transfer.get();
  // The host calls none of these after done, so `t` is alive in all of them.
  HttpHandler handler;
  handler.head = [t](std::uint32_t status, const Headers& headers) { t->head(status, headers); };
  if (t->stream) {
    handler.data = [this, t](std::string_view chunk) {
      if (t->answered) return;
      const auto failure = t->data(chunk);
      if (!failure && !t->complete()) return;
      conclude(*t, failure);
      host_.cancel(std::exchange(t->timer, 0));
      if (failure) {
        host_.cancel(t->http);
      } else {
        t->timer = host_.after(kDrainMs, [this, op = t->op] {
          const auto it = transfers_.find(op);
          if (it != transfers_.end()) host_.cancel(it->second->http);
        });
      }
    };
  }
  handler.done = [this, t](const std::optional<Failure>& failure, std::uint32_t,
                           const std::string& body) {
    if (!t->answered) conclude(*t, t->finish(failure, body));
    forget(t->op);
  };
  t->http = host_.http(request, std::move(handler));
  if (t->http == 0) {
    refuse(t->op, errors_.busy());
    return;
  }
  transfers_.emplace(t->op, std::move(transfer));
}

void ChatClient::conclude(Transfer& t, const std::optional<Failure>& failure) {
  t.answered = true;
  report(failure ? &*failure : nullptr);
  if (failure) {
    host_.fail(t.op, *failure);
  } else {
    host_.complete(t.op);
  }
}

void ChatClient::look_at_deadline(oc_op op) {
  const auto it = transfers_.find(op);
  if (it == transfers_.end() || it->second->answered) return;
  Transfer& t = *it->second;
  const std::int64_t left = t.deadline.left_ms(host_.now_ms());
  if (left < 0) return;
  if (left > 0) {
    // Looks again then, rather than moving a timer at each token.
    t.timer = host_.after(static_cast<std::uint64_t>(left), [this, op] { look_at_deadline(op); });
    return;
  }
  t.timer = 0;
  host_.cancel(t.http);
  conclude(t, errors_.no_progress(t.deadline.begun(), t.deadline.limit_ms()));
}

void ChatClient::cancel(Transfer& t) {
  if (t.answered) return;
  t.answered = true;
  host_.cancel(t.http);
  host_.post([this, op = t.op] { host_.fail(op, kCancelled); });
}

void ChatClient::cancel(oc_op op) {
  const auto it = transfers_.find(op);
  if (it != transfers_.end()) cancel(*it->second);
}

void ChatClient::forget(oc_op op) {
  const auto it = transfers_.find(op);
  host_.cancel(it->second->timer);
  transfers_.erase(it);
  settle();
}

void ChatClient::settle() {
  if (!transfers_.empty()) return;
  for (const oc_op op : std::exchange(waiting_, {})) host_.complete(op);
}

void ChatClient::quiesce(oc_op op) {
  quiet_ = true;
  waiting_.push_back(op);
  host_.post([this] { settle(); });
}

void ChatClient::stop(oc_op op) {
  for (auto& [chat, transfer] : transfers_) {
    cancel(*transfer);
    host_.cancel(transfer->http);
  }
  quiesce(op);
}

void ChatClient::report(const Failure* failure) {
  if (failure == nullptr) {
    failures_in_a_row_ = 0;
    // The host holds it against what the provider's instances on other loops have met.
    host_.evidence(OC_EVIDENCE_RECEIVED);
    if (std::exchange(troubled_, false)) host_.status(OC_STATE_CONNECTED);
    return;
  }
  const bool operator_needed = failure->code == OC_E_AUTH || (failure->flags & OC_EF_BILLING) != 0;
  const bool unwell =
      failure->code == OC_E_NET || failure->code == OC_E_DEADLINE || failure->code == OC_E_AGAIN;
  if (unwell) ++failures_in_a_row_;
  // Anything else is the request's own, or passing.
  if (!operator_needed && !(unwell && failures_in_a_row_ >= kUnwellAfter)) return;
  troubled_ = true;
  host_.status(OC_STATE_DEGRADED, failure->message);  // again each time: it is news
}

}  // namespace openclaw::sdk
