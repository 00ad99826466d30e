// Decides how a model is shown what a person has attached.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/pipeline/message.hpp"

namespace openclaw::pipeline {

/// Where an attachment belongs: the number of a message of the turn, or the id of an entry of its
/// conversation.
struct MediaOwner {
  enum class Kind : std::uint8_t { question, history } kind = Kind::question;
  std::uint64_t id = 0;
  auto operator<=>(const MediaOwner&) const = default;
};

/// One attachment, as the model gets it.
struct MediaPart {
  /// An element of an OpenAI message's content array: text, image_url, input_audio or file. Empty:
  /// the attachment is only mentioned.
  std::string json;
  std::string why_not;  ///< without json: a few words, "not a picture that models read"
  bool text = false;    ///< json is text, which every model reads
};

/// By its type, before anything is fetched: whether the bytes could become a part at all.
bool worth_fetching(const Attachment& attachment);

/// `mime` is what the platform says of the bytes, or empty. Pictures, sound and PDF are known by
/// their first bytes, not by what they are said to be; what says that it is text must be UTF-8, and
/// is cut at 128 KiB.
MediaPart media_part(const Attachment& attachment, std::string_view mime, std::string_view bytes);

}  // namespace openclaw::pipeline
