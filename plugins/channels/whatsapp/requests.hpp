// Bodies of requests to a number's /messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openclaw::whatsapp {

/// Absent when `to` can be no person or group of WhatsApp's.
std::optional<std::string> text_body(std::string_view to, std::string_view text,
                                     std::string_view reply_to);

/// Marks a person's message as read, and shows them that an answer is being written.
std::string typing_body(std::string_view wamid);

}  // namespace openclaw::whatsapp
