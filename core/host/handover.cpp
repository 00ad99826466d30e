// One HTTP request between its connection's loop and the loop of the instance that answers it.
#include "core/host/handover.hpp"

#include <utility>

namespace openclaw::host {

OwnedRequest::OwnedRequest(const http::Request& request)
    : method(request.method()),
      path(request.path()),
      query(request.query()),
      client_ip(request.client_ip()),
      headers(request.headers()) {}

std::size_t OwnedRequest::weight() const {
  std::size_t bytes = sizeof(*this) + method.size() + path.size() + query.size() + body.size();
  for (const auto& [key, value] : headers)
    bytes += sizeof(http::Header) + key.size() + value.size();
  return bytes;
}

Handover::Handover(OwnedRequest request, http::ResponderPtr responder, Inflow::Share share)
    : loop_(responder->loop()),
      request_(std::move(request)),
      responder_(std::move(responder)),
      share_(std::move(share)) {}

void Handover::watch(runtime::Millis deadline, runtime::Task late) {
  // Weak: the connection owns what it calls, and must not own itself through it.
  deadline_ =
      loop_.after(deadline, [weak = weak_from_this(), when_late = std::move(late)]() mutable {
        const auto self = weak.lock();
        if (self == nullptr) return;
        self->refuse(504, "timeout", "the channel did not answer in time");
        const bool taken = [&] {
          const std::lock_guard lock(self->mutex_);
          return self->taken_;
        }();
        if (taken) when_late();
      });
  responder_->on_gone([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->release();
  });
}

std::optional<OwnedRequest> Handover::take() {
  const std::lock_guard lock(mutex_);
  share_ = {};
  if (responder_ == nullptr) return std::nullopt;
  taken_ = true;
  return std::exchange(request_, std::nullopt);
}

void Handover::answer(unsigned status, http::Headers headers, std::string body) {
  // On the connection's loop, where the deadline can be called off too.
  loop_.dispatch([&loop = loop_, timer = deadline_, responder = release(), status,
                  h = std::move(headers), b = std::move(body)]() mutable {
    loop.cancel(timer);
    if (responder != nullptr) responder->respond(status, std::move(h), std::move(b));
  });
}

void Handover::refuse(unsigned status, std::string_view type, std::string_view message,
                      http::Headers extra) {
  extra.emplace_back("Content-Type", "application/json");
  answer(status, std::move(extra), http::error_body(type, message));
}

http::ResponderPtr Handover::release() {
  const std::lock_guard lock(mutex_);
  request_.reset();
  share_.lighten();
  return std::move(responder_);
}

}  // namespace openclaw::host
