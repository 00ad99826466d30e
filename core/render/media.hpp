// Finds the pictures and other files in an answer that a platform can show by their address.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/render/document.hpp"

namespace openclaw::render {

/// What a platform takes beside text.
struct MediaFormat {
  std::vector<std::string> kinds;    ///< image | audio | video | document
  std::size_t caption_limit = 1024;  ///< in the platform's unit of text
};

struct Media {
  std::string url;   ///< http or https
  std::string mime;  ///< guessed from the address; "image/*" when it says nothing
  std::string name;  ///< the address's last part, may be empty

  bool operator==(const Media&) const = default;
};

struct CaptionedMedia {
  Media media;
  std::string caption;  ///< may be empty
};

/// What a block holds, when that is nothing but Markdown images (`![caption](address)`) of kinds
/// that the platform takes, outside of lists and quotes; else nothing.
std::vector<CaptionedMedia> media_in(const Document& document, std::size_t block,
                                     const MediaFormat& format);

}  // namespace openclaw::render
