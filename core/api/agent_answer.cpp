// A chat completion that is a turn in one of the gateway's sessions.
#include "core/api/agent_answer.hpp"

#include <chrono>
#include <memory>

#include "core/api/answer_error.hpp"
#include "core/api/completion_json.hpp"
#include "core/api/keep_alive.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::api {

namespace {

/// Carries a turn's answer to its HTTP client. Called on the pipeline's loop only; the responder
/// takes calls from any thread.
class AgentAnswer final : public pipeline::AnswerListener {
 public:
  AgentAnswer(http::ResponderPtr responder, const ChatRequest& request, std::string id,
              std::string session)
      : responder_(std::move(responder)),
        stream_(request.stream),
        include_usage_(request.include_usage),
        session_(std::move(session)),
        json_(std::move(id), runtime::unix_ms() / 1000, request.model) {}
  /// Dropped without an end: the gateway is stopping, and was not told how the turn ends. No word
  /// of when to ask again, since the turn goes on after the next start.
  ~AgentAnswer() override {
    if (ended_) return;
    fail({Errc::again, "the gateway is stopping; what was stored is answered later", 0, true});
  }
  AgentAnswer(const AgentAnswer&) = delete;
  AgentAnswer& operator=(const AgentAnswer&) = delete;

  void text(std::string_view delta) override {
    if (!stream_) return;
    keep_alive_.spoken();
    std::string out;
    if (!begun_) out = begin();
    out += sse(json_.text_chunk(delta));
    responder_->write(std::move(out));
  }

  void done(Result<pipeline::Answer> answer) override {
    ended_ = true;
    keep_alive_.stop();
    if (answer.has_error()) {
      fail(answer.error());
      return;
    }
    if (!stream_) {
      responder_->respond(
          200, {{"Content-Type", "application/json"}, {"x-openclaw-session-key", session_}},
          json_.whole(answer->text, answer->finish_reason, answer->usage_json, {}));
      return;
    }
    std::string out;
    if (!begun_) out = begin();
    out += sse(json_.last_chunk(answer->finish_reason));
    if (include_usage_) out += sse(json_.usage_chunk(answer->usage_json));
    out += "data: [DONE]\n\n";
    responder_->write(std::move(out));
    responder_->end();
  }

  void keep_alive(runtime::Loop& pipeline_loop, runtime::Millis interval) {
    if (!stream_) return;
    keep_alive_.start(pipeline_loop, interval, [this] {
      std::string out;
      if (!begun_) out = begin();
      responder_->write(out.append(kKeepAliveComment));
    });
  }

 private:
  std::string begin() {
    begun_ = true;
    responder_->begin(200, {{"Content-Type", "text/event-stream; charset=utf-8"},
                            {"Cache-Control", "no-cache"},
                            {"x-openclaw-session-key", session_}});
    return sse(json_.first_chunk());
  }

  void fail(const Error& error) {
    if (begun_) {
      responder_->write(sse(error_json(error)));
      responder_->end();
      return;
    }
    answer_error(*responder_, error);
  }

  http::ResponderPtr responder_;
  bool stream_, include_usage_, begun_ = false, ended_ = false;
  std::string session_;
  CompletionJson json_;
  KeepAlive keep_alive_;
};

}  // namespace

void answer_with_agent(http::ResponderPtr responder, ChatRequest request, const std::string& agent,
                       std::string session, Gateway& gateway) {
  std::string id = fresh_completion_id();
  pipeline::ApiQuestion question;
  question.agent = agent;
  question.text = request.last_user_text;
  question.client_parameters_json = std::move(request.parameters_json);
  if (session.empty()) {
    session = "agent:" + agent + ":http:" + id.substr(id.find('-') + 1);
    question.client_messages_json = std::move(request.messages_json);
  } else {
    question.instructions = std::move(request.instructions);
  }
  question.session = session;
  auto answer = std::make_shared<AgentAnswer>(std::move(responder), request, std::move(id),
                                              std::move(session));
  question.listener = answer;
  gateway.pipeline_loop.post([&gateway, q = std::move(question), a = std::move(answer)]() mutable {
    a->keep_alive(gateway.pipeline_loop, gateway.keep_alive);
    a.reset();
    gateway.pipeline.ask(std::move(q));
  });
}

}  // namespace openclaw::api
