// POST /v1/chat/completions: chooses between a turn in a session and a provider's own answer.
#include "core/api/chat_completions.hpp"

#include "core/api/agent_answer.hpp"
#include "core/api/agent_name.hpp"
#include "core/api/chat_request.hpp"
#include "core/api/direct_answer.hpp"
#include "core/pipeline/routing/session_key.hpp"

namespace openclaw::api {

namespace {

void refuse(http::Responder& responder, unsigned status, const std::string& message) {
  http::respond_error(responder, status, "invalid_request_error", message);
}

void ask_agent(http::ResponderPtr responder, const std::string& agent, Gateway& gateway) {
  auto request = parse_chat_request(responder->request().body());
  if (request.has_error()) {
    refuse(*responder, 400, request.error().message);
    return;
  }
  if (!has_agent(gateway.config, agent)) {
    refuse(*responder, 404, "no agent named " + agent.substr(0, 200) + ": see GET /v1/models");
    return;
  }
  auto session = pipeline::http_session_key(
      agent, responder->request().header("x-openclaw-session-key"), request->user);
  if (session.has_error()) {
    refuse(*responder, 400, session.error().message);
    return;
  }
  answer_with_agent(std::move(responder), std::move(*request), agent, std::move(*session), gateway);
}

}  // namespace

void add_chat_completions_route(http::Routes& routes, Gateway& gateway) {
  routes.add("POST", "/v1/chat/completions", http::Auth::api_key, http::OriginCheck::mutations,
             [&gateway](http::ResponderPtr responder) {
               auto envelope = scan_chat_envelope(responder->request().body());
               if (envelope.has_error()) {
                 refuse(*responder, 400, envelope.error().message);
                 return;
               }
               if (const auto agent = agent_of(envelope->model, gateway.config)) {
                 ask_agent(std::move(responder), *agent, gateway);
                 return;
               }
               const auto slash = envelope->model.find('/');
               pipeline::ProviderPort* provider =
                   slash == std::string::npos ? nullptr
                                              : gateway.provider(envelope->model.substr(0, slash));
               if (provider == nullptr || slash + 1 == envelope->model.size()) {
                 refuse(*responder, 404,
                        "no model named " + envelope->model.substr(0, 200) +
                            ": use openclaw/AGENT or PROVIDER/MODEL, see GET /v1/models");
                 return;
               }
               answer_directly(std::move(responder), *envelope, envelope->model.substr(slash + 1),
                               *provider, gateway);
             });
}

}  // namespace openclaw::api
