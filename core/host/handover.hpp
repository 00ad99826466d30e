// One HTTP request between its connection's loop and the loop of the instance that answers it.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/host/inflow.hpp"
#include "core/http/message.hpp"
#include "core/runtime/loop.hpp"
#include "openclaw/abi.h"

namespace openclaw::host {

/// A request's fields, owned: they cross from the connection's loop to the instance's.
struct OwnedRequest {
  std::string method, path, query, body, client_ip;
  http::Headers headers;

  /// All but the body, which is worth copying only once there is room for it.
  explicit OwnedRequest(const http::Request& request);
  [[nodiscard]] std::size_t weight() const;
};

/// Whoever comes first ends it: the plugin's answer, the deadline, or a client that goes away. The
/// last two happen on the connection's loop, so that a stuck instance holds neither the client nor
/// what it sent. Shared by the instance and what is posted between the two loops.
class Handover : public std::enable_shared_from_this<Handover> {
 public:
  /// [the connection's loop]
  Handover(OwnedRequest request, http::ResponderPtr responder, Inflow::Share share);

  /// [the connection's loop] Answers 504 after `deadline`; `late` then runs here as well, if the
  /// instance has taken the request.
  void watch(runtime::Millis deadline, runtime::Task late);

  /// [the instance's loop] The request; nothing when nobody waits for its answer any more.
  std::optional<OwnedRequest> take();

  /// [any thread] Without effect when it was answered, or the client has gone.
  void answer(unsigned status, http::Headers headers, std::string body);
  void refuse(unsigned status, std::string_view type, std::string_view message,
              http::Headers extra = {});

  oc_op op = 0;  ///< [the instance's loop] the plugin's name for it

 private:
  /// Lets go of the request; what is returned is the right to answer it.
  http::ResponderPtr release();

  runtime::Loop& loop_;  ///< the connection's
  runtime::TimerId deadline_{};

  std::mutex mutex_;  ///< guards what follows
  std::optional<OwnedRequest> request_;
  http::ResponderPtr responder_;
  Inflow::Share share_;
  bool taken_ = false;
};

}  // namespace openclaw::host
