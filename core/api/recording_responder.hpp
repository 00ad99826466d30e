// A client of the API handlers that writes down what it is answered, for their tests.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/http/message.hpp"

namespace openclaw::api {

/// What the client saw; shared by a test and the responder it gave away.
struct Received {
  unsigned status = 0;  ///< 0 = no head yet
  http::Headers headers;
  std::vector<std::string> writes;  ///< of a stream
  std::string body;                 ///< of a whole answer
  bool ended = false;
  runtime::Task gone;

  [[nodiscard]] std::string text() const {
    std::string all = body;
    for (const auto& bytes : writes) all += bytes;
    return all;
  }
};

class RecordingResponder final : public http::Responder {
 public:
  RecordingResponder(runtime::Loop& loop, std::string body, std::shared_ptr<Received> received)
      : loop_(loop), received_(std::move(received)) {
    request_.text = std::move(body);
  }

  void respond(unsigned status, http::Headers headers, std::string body) override {
    begin(status, std::move(headers));
    received_->body = std::move(body);
    received_->ended = true;
  }
  void begin(unsigned status, http::Headers headers) override {
    received_->status = status;
    received_->headers = std::move(headers);
  }
  bool write(std::string bytes) override {
    received_->writes.push_back(std::move(bytes));
    return true;
  }
  void end() override { received_->ended = true; }
  void on_gone(runtime::Task gone) override { received_->gone = std::move(gone); }
  [[nodiscard]] const http::Request& request() const override { return request_; }
  [[nodiscard]] runtime::Loop& loop() override { return loop_; }

 private:
  struct Posted final : http::Request {
    std::string text, ip = "127.0.0.1";
    [[nodiscard]] std::string_view method() const override { return "POST"; }
    [[nodiscard]] std::string_view path() const override { return "/v1/chat/completions"; }
    [[nodiscard]] std::string_view query() const override { return {}; }
    [[nodiscard]] std::string_view header(std::string_view) const override { return {}; }
    [[nodiscard]] http::Headers headers() const override { return {}; }
    [[nodiscard]] std::string_view body() const override { return text; }
    [[nodiscard]] const std::string& client_ip() const override { return ip; }
  };

  runtime::Loop& loop_;
  std::shared_ptr<Received> received_;
  Posted request_;
};

}  // namespace openclaw::api
