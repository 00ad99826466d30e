// A chat completion that a provider answers itself: no session, nothing stored.
#include "core/api/direct_answer.hpp"

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/api/answer_error.hpp"
#include "core/api/completion_json.hpp"
#include "core/api/json_text.hpp"
#include "core/api/keep_alive.hpp"
#include "core/api/tool_fragment.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::api {

namespace {

using pipeline::ChatEvent;

constexpr std::size_t kMaxAnswer = 32U << 20U;

/// One call; shared by its callbacks and the connection's on_gone, and gone with the last of them.
class DirectAnswer : public std::enable_shared_from_this<DirectAnswer> {
 public:
  DirectAnswer(http::ResponderPtr responder, std::string model, bool stream, bool include_usage,
               pipeline::ProviderPort& provider, Gateway& gateway)
      : responder_(std::move(responder)),
        model_(std::move(model)),
        stream_(stream),
        include_usage_(include_usage),
        provider_(provider),
        gateway_(gateway),
        began_(runtime::SteadyClock::now()) {}

  void start(std::string body) {
    auto self = shared_from_this();
    responder_->on_gone([weak = weak_from_this()] {
      if (const auto alive = weak.lock()) alive->client_gone();
    });
    call_ = provider_.chat(
        {model_, std::move(body), stream_, true},
        {[self](ChatEvent kind, std::string_view data) { return self->event(kind, data); },
         [self](std::optional<pipeline::ChatFailure> failure) { self->done(std::move(failure)); }});
    if (stream_) {
      keep_alive_.start(responder_->loop(), gateway_.keep_alive,
                        [this] { put(std::string(kKeepAliveComment)); });
    }
  }

 private:
  CompletionJson& json() {
    if (!json_) {
      json_.emplace(fresh_completion_id(), runtime::unix_ms() / 1000, model_);
    }
    return *json_;
  }

  bool write(std::string bytes) {
    keep_alive_.spoken();
    return put(std::move(bytes));
  }

  bool put(std::string bytes) {
    if (!begun_) {
      begun_ = true;
      responder_->begin(200, {{"Content-Type", "text/event-stream; charset=utf-8"},
                              {"Cache-Control", "no-cache"}});
    }
    return responder_->write(std::move(bytes));
  }

  bool event(ChatEvent kind, std::string_view data) {
    if (gone_) return false;
    if (stream_) return stream_event(kind, data);
    bytes_ += data.size();
    too_large_ = bytes_ > kMaxAnswer;
    if (too_large_) return false;
    switch (kind) {
      case ChatEvent::raw:
        raw_ = data;
        break;
      case ChatEvent::text:
        text_ += data;
        break;
      case ChatEvent::usage:
        usage_ = data;
        break;
      case ChatEvent::finish:
        finish_ = data;
        break;
      case ChatEvent::tool_call:
        gather(data);
        break;
      case ChatEvent::reasoning:
        break;
    }
    return true;
  }

  bool stream_event(ChatEvent kind, std::string_view data) {
    if (kind == ChatEvent::raw) return write(sse(data));
    if (kind == ChatEvent::usage) {
      usage_ = data;
      return true;
    }
    if (kind == ChatEvent::reasoning) return true;
    std::string out;
    if (!std::exchange(first_chunk_sent_, true)) out = sse(json().first_chunk());
    if (kind == ChatEvent::text) out += sse(json().text_chunk(data));
    if (kind == ChatEvent::tool_call) out += sse(json().tool_chunk(data));
    if (kind == ChatEvent::finish) out += sse(json().last_chunk(data));
    return write(std::move(out));
  }

  /// Tool calls come in fragments, by index.
  void gather(std::string_view data) {
    auto call = ToolFragment::parse(data);
    if (!call) return;
    ToolFragment& into = tools_[call->index];
    if (call->id) into.id = std::move(call->id);
    if (call->name) into.name = std::move(call->name);
    if (call->arguments) into.arguments = into.arguments.value_or("") + *call->arguments;
  }

  [[nodiscard]] std::string tools_json() const {
    if (tools_.empty()) return {};
    auto list = nlohmann::json::array();
    for (const auto& [index, call] : tools_) {
      nlohmann::json one = {{"type", "function"},
                            {"function", {{"arguments", call.arguments.value_or("")}}}};
      if (call.id) one["id"] = *call.id;
      if (call.name) one["function"]["name"] = *call.name;
      list.push_back(std::move(one));
    }
    return json_text(list);
  }

  void done(std::optional<pipeline::ChatFailure> failure) {
    call_ = 0;
    keep_alive_.stop();
    const double seconds =
        std::chrono::duration<double>(runtime::SteadyClock::now() - began_).count();
    gateway_.metrics.provider_call(provider_.name(),
                                   failure ? (gone_ ? "cancelled" : "failed") : "ok", seconds);
    if (gone_) return;
    if (too_large_) {
      fail(Error{Errc::too_large, "the model's answer is over 32 MiB; ask for it as a stream"});
    } else if (failure && failure->error.code == Errc::cancelled) {
      // Not by the client, which is there.
      fail(Error{Errc::again, "the gateway is stopping; please try again", 1000, true});
    } else if (failure) {
      fail(failure->error);
    } else if (!stream_) {
      responder_->respond(
          200, {{"Content-Type", "application/json"}},
          !raw_.empty() ? std::move(raw_) : json().whole(text_, finish_, usage_, tools_json()));
    } else {
      write(usage_.empty() || !include_usage_
                ? "data: [DONE]\n\n"
                : sse(json().usage_chunk(usage_)) + "data: [DONE]\n\n");
      responder_->end();
    }
  }

  void fail(const Error& error) {
    if (begun_) {
      // After the head only the stream itself can say that it failed: no [DONE] follows.
      write(sse(error_json(error)));
      responder_->end();
      return;
    }
    answer_error(*responder_, error);
  }

  void client_gone() {
    gone_ = true;
    keep_alive_.stop();
    if (call_ != 0) provider_.cancel(call_);
  }

  http::ResponderPtr responder_;
  std::string model_;
  bool stream_, include_usage_;
  pipeline::ProviderPort& provider_;
  Gateway& gateway_;
  runtime::TimePoint began_;
  pipeline::ChatId call_ = 0;
  bool begun_ = false, gone_ = false, first_chunk_sent_ = false, too_large_ = false;
  std::size_t bytes_ = 0;  ///< of the answer that is not streamed
  std::string raw_, text_, usage_, finish_;
  std::map<int, ToolFragment> tools_;
  std::optional<CompletionJson> json_;
  KeepAlive keep_alive_;
};

}  // namespace

void answer_directly(http::ResponderPtr responder, const ChatEnvelope& envelope,
                     const std::string& model, pipeline::ProviderPort& provider, Gateway& gateway) {
  std::string body = with_model(responder->request().body(), envelope, model);
  const auto answer = std::make_shared<DirectAnswer>(std::move(responder), model, envelope.stream,
                                                     envelope.include_usage, provider, gateway);
  answer->start(std::move(body));
}

}  // namespace openclaw::api
