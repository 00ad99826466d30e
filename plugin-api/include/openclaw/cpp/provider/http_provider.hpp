// The base of a provider that asks an HTTP API and reads its answer as events, or as one body.
//
//   class Own final : public openclaw::sdk::HttpProvider {
//     Own(...) : HttpProvider(host, name, ProviderSection::read(...), kDialect) {}
//     ChatCall call(const oc_chat_request& asked) const override;  // where to, and with what body
//     std::unique_ptr<ChatParser> parser(const oc_chat_request& asked) const override;
//   };
//
// Keys, headers, deadlines, cancellation, status, draining and refusals are the base's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "openclaw/cpp/plugin.hpp"
#include "openclaw/cpp/provider/chat_client.hpp"
#include "openclaw/cpp/provider/chat_parser.hpp"
#include "openclaw/cpp/provider/error_map.hpp"
#include "openclaw/cpp/provider/section.hpp"

namespace openclaw::sdk {

/// What an API has of its own besides its requests and answers.
struct HttpDialect {
  std::string_view key_variable;  ///< the environment variable named to whom the key is missing
  std::string_view key_header, key_value;  ///< sent with a key; holds "${secret:apiKey}"
};

/// A chat in the API's own words.
struct ChatCall {
  std::string path;       ///< below the base URL
  std::string body;       ///< JSON
  std::string problem{};  ///< why this request cannot be asked; empty: it can
};

class HttpProvider : public Provider {
 public:
  void start(oc_op op) override;
  void chat(oc_op op, const oc_chat_request& asked) override;
  void cancel(oc_op op) override { client_.cancel(op); }
  void quiesce(oc_op op) override { client_.quiesce(op); }
  void stop(oc_op op) override { client_.stop(op); }

 protected:
  HttpProvider(Host& host, std::string_view name, ProviderSection section, HttpDialect dialect);

  [[nodiscard]] virtual ChatCall call(const oc_chat_request& asked) const = 0;
  /// Of the answer to `asked`. Outlived by errors().
  [[nodiscard]] virtual std::unique_ptr<ChatParser> parser(const oc_chat_request& asked) const = 0;

  /// Sent with every request, unless the section has one of that name.
  void add_header(std::string name, std::string value);
  /// What a parser's failures are made with.
  [[nodiscard]] const ErrorMap& errors() const { return errors_; }

 private:
  /// The API's own server always wants a key; one at another address need not.
  [[nodiscard]] bool lacks_key() const { return !section_.has_key && section_.default_url; }
  [[nodiscard]] Failure missing_key() const { return errors_.missing_key(dialect_.key_variable); }

  const ProviderSection section_;
  const HttpDialect dialect_;
  const ErrorMap errors_;
  Headers headers_;
  ChatClient client_;
};

}  // namespace openclaw::sdk
