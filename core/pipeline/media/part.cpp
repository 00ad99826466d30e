#include "core/pipeline/media/part.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/render/chunk.hpp"

namespace openclaw::pipeline {

using nlohmann::json;

namespace {

constexpr std::size_t kTextBytes = 128U << 10U;

bool holds(std::string_view bytes, std::size_t at, std::string_view what) {
  return bytes.size() >= at + what.size() && bytes.substr(at, what.size()) == what;
}

bool starts(std::string_view text, std::string_view with) {
  return holds(text, 0, with);
}

/// "image/PNG; x=y" → "image/png".
std::string essence(std::string_view mime) {
  std::string out(mime.substr(0, mime.find(';')));
  while (!out.empty() && out.back() == ' ') out.pop_back();
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string extension(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string() : essence(name.substr(dot + 1));
}

/// The types that vision models read, by the formats' own signatures.
std::string_view image_type(std::string_view bytes) {
  if (starts(bytes, "\x89PNG\r\n\x1a\n")) return "image/png";
  if (starts(bytes, "\xff\xd8\xff")) return "image/jpeg";
  if (starts(bytes, "GIF87a") || starts(bytes, "GIF89a")) return "image/gif";
  if (starts(bytes, "RIFF") && holds(bytes, 8, "WEBP")) return "image/webp";
  return {};
}

/// OpenAI's `input_audio.format`, of which it takes itself wav and mp3; others take more.
std::string_view audio_format(std::string_view bytes) {
  if (starts(bytes, "RIFF") && holds(bytes, 8, "WAVE")) return "wav";
  if (starts(bytes, "ID3")) return "mp3";
  if (starts(bytes, "OggS")) return "ogg";
  if (starts(bytes, "fLaC")) return "flac";
  if (holds(bytes, 4, "ftyp")) return "m4a";
  if (bytes.size() >= 2 && bytes[0] == '\xff') {
    const auto second = static_cast<unsigned char>(bytes[1]);
    if ((second & 0xF6U) == 0xF0U) return "aac";  // ADTS: layer 0
    if ((second & 0xE0U) == 0xE0U) return "mp3";
  }
  return {};
}

bool is_text(const std::string& mime, std::string_view name) {
  static constexpr std::array kTypes = {
      "application/json",       "application/xml",  "application/yaml", "application/x-yaml",
      "application/javascript", "application/x-sh", "application/toml", "application/sql"};
  static constexpr std::array kExtensions = {
      "txt", "md",  "csv", "tsv", "json", "xml",  "yaml", "yml", "toml", "ini", "log", "py", "js",
      "ts",  "cpp", "hpp", "c",   "h",    "java", "go",   "rs",  "rb",   "sh",  "sql", "css"};
  if (starts(mime, "text/")) return true;
  if (std::find(kTypes.begin(), kTypes.end(), mime) != kTypes.end()) return true;
  const bool unknown = mime.empty() || mime == "application/octet-stream";
  return unknown &&
         std::find(kExtensions.begin(), kExtensions.end(), extension(name)) != kExtensions.end();
}

bool is_pdf(const std::string& mime, std::string_view name) {
  return mime == "application/pdf" ||
         ((mime.empty() || mime == "application/octet-stream") && extension(name) == "pdf");
}

void append_base64(std::string& out, std::string_view bytes) {
  const std::size_t at = out.size();
  out.resize(at + 4 * ((bytes.size() + 2) / 3) + 1);  // and OpenSSL's NUL
  const int written = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + at),
                                      reinterpret_cast<const unsigned char*>(bytes.data()),
                                      static_cast<int>(bytes.size()));
  out.resize(at + static_cast<std::size_t>(written));
}

std::string in_quotes(std::string_view text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Put together by hand: a JSON tree would hold the bytes once more.
std::string image_part(std::string_view type, std::string_view bytes) {
  std::string out = R"({"type":"image_url","image_url":{"url":"data:)";
  out += type;
  out += ";base64,";
  append_base64(out, bytes);
  return out += "\"}}";
}

std::string audio_part(std::string_view format, std::string_view bytes) {
  std::string out = R"({"type":"input_audio","input_audio":{"format":")";
  out += format;
  out += R"(","data":")";
  append_base64(out, bytes);
  return out += "\"}}";
}

std::string pdf_part(std::string_view name, std::string_view bytes) {
  std::string out = R"({"type":"file","file":{"filename":)";
  out += in_quotes(name.empty() ? "document.pdf" : name);
  out += R"(,"file_data":"data:application/pdf;base64,)";
  append_base64(out, bytes);
  return out += "\"}}";
}

/// What of a text the model is shown, cut between characters.
std::string_view head_of(std::string_view text) {
  if (text.size() <= kTextBytes) return text;
  std::size_t end = kTextBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

MediaPart text_part(std::string_view name, std::string_view bytes) {
  const std::string_view head = head_of(bytes);
  if (head.find('\0') != std::string_view::npos || render::valid_utf8(head) != head) {
    return {{}, "it is not text in UTF-8"};
  }
  std::string text = "Contents of ";
  text += name.empty() ? "the file" : name;
  text += ":\n";
  text += head;
  if (head.size() < bytes.size()) text += "\n[… the rest of the file is left out]";
  return {R"({"type":"text","text":)" + in_quotes(text) + "}", {}, true};
}

}  // namespace

bool worth_fetching(const Attachment& a) {
  const std::string mime = essence(a.mime);
  if (mime == "image/svg+xml") return false;
  return starts(mime, "image/") || starts(mime, "audio/") || is_pdf(mime, a.name) ||
         is_text(mime, a.name);
}

MediaPart media_part(const Attachment& a, std::string_view said, std::string_view bytes) {
  const std::string mime = essence(said.empty() ? std::string_view(a.mime) : said);
  if (bytes.empty()) return {{}, "it is empty"};
  if (const auto type = image_type(bytes); !type.empty()) return {image_part(type, bytes), {}};
  if (starts(mime, "image/")) return {{}, "not a kind of picture that models read"};
  if (starts(mime, "audio/")) {
    const auto format = audio_format(bytes);
    if (format.empty()) return {{}, "not a kind of sound that models hear"};
    return {audio_part(format, bytes), {}};
  }
  if (starts(bytes, "%PDF-")) return {pdf_part(a.name, bytes), {}};
  if (is_pdf(mime, a.name)) return {{}, "it is not a PDF"};
  if (!is_text(mime, a.name)) return {{}, "not a kind of file that models read"};
  return text_part(a.name, bytes);
}

}  // namespace openclaw::pipeline
