// What a message of the bot's shows.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::discord {

struct Content {
  std::string text;   ///< Discord's Markdown
  std::string image;  ///< the address of a picture below it, or empty
};

/// A picture that Discord can show is shown; of anything else Discord makes a preview by itself.
/// The caption is plain text, and shows as such where that fits.
Content content_of(std::string_view url, std::string_view mime, const std::string& caption);

/// The same without the picture, for when Discord does not take its address.
Content without_image(Content content);

}  // namespace openclaw::discord
