// Reads a stored message's JSON into variables, without a tree of it in between.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/pipeline/ports.hpp"

namespace openclaw::pipeline {

/// What nlohmann::json::sax_parse() tells. Members that nobody asked for are passed over, whatever
/// they hold: a newer gateway may have written them.
class MessageFields {
 public:
  using Texts = std::vector<std::pair<std::string_view, std::string*>>;

  MessageFields(Texts texts, std::vector<Attachment>& attachments)
      : texts_(std::move(texts)), attachments_(attachments) {}

  std::int64_t* ts = nullptr;
  bool* mentioned = nullptr;

  /// Whether `json` is an object with values of the right types. Else error() says why not.
  bool read(std::string_view json) {
    return nlohmann::json::sax_parse(json, this) && error_.empty();
  }
  [[nodiscard]] const std::string& error() const { return error_; }

  // ---- what the parser calls ----

  bool null() { return other(); }
  bool boolean(bool value) {
    if (where_ != Where::message || key_ != "mentioned" || mentioned == nullptr) return other();
    *mentioned = value;
    return true;
  }
  bool number_integer(std::int64_t value) {
    if (where_ != Where::message || key_ != "ts" || ts == nullptr) return other();
    *ts = value;
    return true;
  }
  bool number_unsigned(std::uint64_t value) {
    if (where_ == Where::file && key_ == "bytes") {
      attachments_.back().bytes = value;
      return true;
    }
    return number_integer(static_cast<std::int64_t>(value));
  }
  bool number_float(double, const std::string&) { return other(); }
  bool string(std::string& value) {
    std::string* const text = this->text();
    if (text == nullptr) return other();
    text->assign(value);  // not moved: the parser's buffer is larger, and it goes on with it
    return true;
  }
  bool binary(nlohmann::json::binary_t&) { return other(); }
  bool start_object(std::size_t) {
    if (where_ == Where::outside) return go(Where::message);
    if (where_ != Where::files) return begin_other();
    attachments_.emplace_back();
    return go(Where::file);
  }
  bool key(std::string& key) {
    if (where_ != Where::passed) key_.swap(key);
    return true;
  }
  bool end_object() {
    if (where_ == Where::file) return go(Where::files);
    return where_ == Where::message || end_other();
  }
  bool start_array(std::size_t) {
    if (where_ == Where::message && key_ == "attachments") {
      attachments_.clear();  // should the member be there twice
      return go(Where::files);
    }
    return begin_other();
  }
  bool end_array() { return where_ == Where::files ? go(Where::message) : end_other(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) {
    return fail("is not a JSON object");
  }

 private:
  enum class Where : std::uint8_t { outside, message, files, file, passed };

  bool go(Where where) {
    where_ = where;
    return true;
  }
  bool fail(const std::string& why) {
    if (error_.empty()) error_ = why;
    return false;
  }
  /// Where the text of the present member belongs, or null.
  std::string* text() {
    if (where_ == Where::message) {
      for (const auto& [name, into] : texts_) {
        if (name == key_) return into;
      }
    } else if (where_ == Where::file) {
      Attachment& file = attachments_.back();
      if (key_ == "mime") return &file.mime;
      if (key_ == "name") return &file.name;
      if (key_ == "ref") return &file.ref;
    }
    return nullptr;
  }
  bool is_asked_for() {
    if (where_ == Where::message) {
      return text() != nullptr || key_ == "attachments" || (ts != nullptr && key_ == "ts") ||
             (mentioned != nullptr && key_ == "mentioned");
    }
    return where_ == Where::files || text() != nullptr || key_ == "bytes";
  }
  /// A value that is of another type than its member's, or of a member that nobody asked for.
  bool other() {
    if (where_ == Where::outside) return fail("is not a JSON object");
    if (where_ == Where::passed || !is_asked_for()) return true;
    return fail("has a field of a wrong type: " + key_);
  }
  bool begin_other() {
    if (!other()) return false;
    if (depth_++ == 0) {
      behind_ = where_;
      where_ = Where::passed;
    }
    return true;
  }
  bool end_other() {
    if (--depth_ == 0) where_ = behind_;
    return true;
  }

  Texts texts_;
  std::vector<Attachment>& attachments_;
  Where where_ = Where::outside, behind_ = Where::outside;
  std::size_t depth_ = 0;  ///< of what is passed over
  std::string key_, error_;
};

}  // namespace openclaw::pipeline
