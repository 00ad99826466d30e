// Parts are those of OpenAI's chat completions: text, refusal, image_url, file.
#include "content.hpp"

#include <array>
#include <optional>
#include <string_view>

#include "openclaw/cpp/json.hpp"

namespace openclaw::anthropic {

using nlohmann::json;

namespace {

struct DataUrl {
  std::string media_type, base64;
};

std::optional<DataUrl> data_url(std::string_view url) {
  constexpr std::string_view kScheme = "data:", kMark = ";base64,";
  if (url.substr(0, kScheme.size()) != kScheme) return std::nullopt;
  const auto mark = url.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  auto type = url.substr(kScheme.size(), mark - kScheme.size());
  type = type.substr(0, type.find(';'));
  return DataUrl{std::string(type), std::string(url.substr(mark + kMark.size()))};
}

bool is_image(std::string_view media_type) {
  static constexpr std::array<std::string_view, 4> kTypes = {"image/jpeg", "image/png", "image/gif",
                                                             "image/webp"};
  for (const auto type : kTypes) {
    if (media_type == type) return true;
  }
  return false;
}

std::string append_image(const json& part, json& blocks) {
  const auto it = part.find("image_url");
  // Some clients give the URL itself instead of {"url": ...}.
  const std::string url = it == part.end()  ? std::string{}
                          : it->is_string() ? it->get<std::string>()
                                            : sdk::string_at(*it, "url");
  if (url.rfind("https://", 0) == 0 || url.rfind("http://", 0) == 0) {
    blocks.push_back({{"type", "image"}, {"source", {{"type", "url"}, {"url", url}}}});
    return {};
  }
  const auto data = data_url(url);
  if (!data) return "an image_url must be an http URL or a base64 data URL";
  if (!is_image(data->media_type)) return "an image must be a JPEG, PNG, GIF or WebP";
  blocks.push_back(
      {{"type", "image"},
       {"source", {{"type", "base64"}, {"media_type", data->media_type}, {"data", data->base64}}}});
  return {};
}

std::string append_file(const json& part, json& blocks) {
  const auto file = part.find("file");
  const auto data =
      data_url(file == part.end() ? std::string{} : sdk::string_at(*file, "file_data"));
  if (!data || data->media_type != "application/pdf")
    return "a file must be a PDF given as a base64 data URL";
  json block{
      {"type", "document"},
      {"source", {{"type", "base64"}, {"media_type", "application/pdf"}, {"data", data->base64}}}};
  const std::string name = sdk::string_at(*file, "filename");
  if (!name.empty()) block["title"] = name;
  blocks.push_back(std::move(block));
  return {};
}

void append_text(const std::string& text, json& blocks) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return;
  blocks.push_back({{"type", "text"}, {"text", text}});
}

std::string append_part(const json& part, json& blocks) {
  const std::string type = sdk::string_at(part, "type");
  const std::size_t before = blocks.size();
  std::string problem;
  if (type == "text") {
    append_text(sdk::string_at(part, "text"), blocks);
  } else if (type == "refusal") {
    append_text(sdk::string_at(part, "refusal"), blocks);
  } else if (type == "image_url") {
    problem = append_image(part, blocks);
  } else if (type == "file") {
    problem = append_file(part, blocks);
  } else {
    problem = "Anthropic takes no content of type \"" + type.substr(0, 40) + "\"";
  }
  const auto cache = part.is_object() ? part.find("cache_control") : part.end();
  if (blocks.size() > before && cache != part.end() && cache->is_object())
    blocks.back()["cache_control"] = *cache;
  return problem;
}

}  // namespace

std::string append_content(const json& content, json& blocks) {
  if (content.is_null()) return {};
  if (content.is_string()) {
    append_text(content.get_ref<const std::string&>(), blocks);
    return {};
  }
  if (!content.is_array()) return "a message's content must be text or a list of parts";
  for (const auto& part : content) {
    if (auto problem = append_part(part, blocks); !problem.empty()) return problem;
  }
  return {};
}

}  // namespace openclaw::anthropic
