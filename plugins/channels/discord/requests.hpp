// The REST calls: paths, bodies, and what each is limited by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "buckets.hpp"
#include "content.hpp"

namespace openclaw::discord {

struct Request {
  std::string method, path;  ///< the path after .../v10
  std::string body;          ///< JSON, or empty
  Route route;
  bool authorized = true;  ///< with the bot's token
};

Request gateway_request();
Request channel_request(const std::string& channel_id);
/// Absent when the channel's id is not one that Discord could have given.
std::optional<Request> message_request(std::string_view channel_id, const Content& content,
                                       std::string_view reply_to, std::string_view nonce);
/// A message that pings nobody and makes no notification, made once for its nonce.
std::optional<Request> preview_request(std::string_view channel_id, std::string_view text,
                                       std::string_view nonce);
std::optional<Request> edit_request(std::string_view channel_id, std::string_view message_id,
                                    std::string_view text);
std::optional<Request> delete_request(std::string_view channel_id, std::string_view message_id);
std::optional<Request> typing_request(std::string_view channel_id);
/// Puts the bot's own reaction there, or takes it away. Absent when an id is not one of Discord's.
std::optional<Request> reaction_request(std::string_view channel_id, std::string_view message_id,
                                        std::string_view emoji, bool on);
/// Registers /ask beside whatever other commands the application has.
Request command_request(const std::string& application_id);

/// How an interaction is answered: valid for 15 minutes.
struct Interaction {
  std::string application_id, token;
  std::int64_t unix_ms = 0;  ///< when it was made
  static constexpr std::int64_t kValidMs = 14 * 60 * 1000;

  /// For extra_json, and back: absent when there is none, or not one of ours.
  [[nodiscard]] std::string to_json() const;
  static std::optional<Interaction> from_extra(std::string_view extra_json);
};
/// The answer that stands there now: "thinking" until it is edited.
Request original_request(const Interaction& interaction);
Request edit_original_request(const Interaction& interaction, const Content& content);

}  // namespace openclaw::discord
