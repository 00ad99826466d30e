// A store of 100,000 waiting messages is read at the start, and the first answer waits for that:
// hence the fastest parser there is, for this one thing.
#include "core/pipeline/message_fields.hpp"

#include <simdjson.h>

#include <new>

namespace openclaw::pipeline {

namespace {

namespace dom = simdjson::dom;

/// What a parser has grown to is kept with its thread up to messages of this many bytes.
constexpr std::size_t kKept = 4096;

bool read(const dom::element& value, std::string& into) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  into = text;
  return true;
}

bool read(const dom::element& value, std::int64_t& into) {
  return value.get(into) == simdjson::SUCCESS;
}

bool read(const dom::element& value, std::uint64_t& into) {
  return value.get(into) == simdjson::SUCCESS;
}

bool read(const dom::element& value, bool& into) {
  return value.get(into) == simdjson::SUCCESS;
}

/// The name of the member that is of a wrong type, or none.
std::string_view read_attachment(const dom::object& object, Attachment& into) {
  for (const auto [key, value] : object) {
    const bool right = key == "mime"    ? read(value, into.mime)
                       : key == "name"  ? read(value, into.name)
                       : key == "ref"   ? read(value, into.ref)
                       : key == "bytes" ? read(value, into.bytes)
                                        : true;
    if (!right) return key;
  }
  return {};
}

std::string_view read_attachments(const dom::element& value, std::vector<Attachment>& into) {
  constexpr std::string_view kName = "attachments";
  dom::array array;
  if (value.get(array) != simdjson::SUCCESS) return kName;
  into.clear();
  for (const dom::element& element : array) {
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return kName;
    if (const auto wrong = read_attachment(object, into.emplace_back()); !wrong.empty())
      return wrong;
  }
  return {};
}

std::string_view read_message(const dom::object& object, const MessageFields& fields) {
  const auto read_text = [&](std::string_view key, const dom::element& value) {
    for (const auto& [name, into] : fields.texts) {
      if (name == key) return read(value, *into);
    }
    return true;
  };
  for (const auto [key, value] : object) {
    if (key == "attachments") {
      if (const auto wrong = read_attachments(value, fields.attachments); !wrong.empty())
        return wrong;
      continue;
    }
    const bool right = key == "ts" && fields.ts != nullptr ? read(value, *fields.ts)
                       : key == "mentioned" && fields.mentioned != nullptr
                           ? read(value, *fields.mentioned)
                           : read_text(key, value);
    if (!right) return key;
  }
  return {};
}

std::string read_with(dom::parser& parser, std::string_view json, const MessageFields& fields) {
  dom::object object;
  const auto problem = parser.parse(json.data(), json.size()).get(object);
  if (problem == simdjson::MEMALLOC) throw std::bad_alloc();  // it says nothing of the message
  if (problem != simdjson::SUCCESS) return "is not a JSON object";
  const auto wrong = read_message(object, fields);
  return wrong.empty() ? std::string{} : "has a field of a wrong type: " + std::string(wrong);
}

}  // namespace

std::string read_fields(std::string_view json, const MessageFields& fields) {
  if (json.size() > kKept) {
    dom::parser once;
    return read_with(once, json, fields);
  }
  thread_local dom::parser parser;
  return read_with(parser, json, fields);
}

}  // namespace openclaw::pipeline
