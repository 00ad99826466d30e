// Bodies of requests to a number's /messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openclaw::whatsapp {

/// Absent when `to` can be no person or group of WhatsApp's.
std::optional<std::string> text_body(std::string_view to, std::string_view text,
                                     std::string_view reply_to);

/// What WhatsApp is to get from an address and show.
struct Media {
  std::string url, mime, name;
};
/// Absent as text_body is, and for a type that WhatsApp is not known to take: it would be accepted
/// now, and reported as failed later, when nothing can be sent in its place. Audio has no caption.
std::optional<std::string> media_body(std::string_view to, const Media& media,
                                      std::string_view caption, std::string_view reply_to);
/// What is sent in its place.
std::string text_instead(const Media& media, std::string_view caption);

/// An empty emoji takes the number's reaction away. Absent when the ids can be none of WhatsApp's.
std::optional<std::string> reaction_body(std::string_view to, std::string_view wamid,
                                         std::string_view emoji);

/// Marks a person's message as read, and shows them that an answer is being written.
std::string typing_body(std::string_view wamid);

}  // namespace openclaw::whatsapp
