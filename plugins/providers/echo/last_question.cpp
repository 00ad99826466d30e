// A long conversation is read in one pass: only the newest message is kept.
#include "last_question.hpp"

#include <nlohmann/json.hpp>

namespace openclaw::echo {

namespace {

/// Follows {"messages":[{"role":..,"content":".."|[{"type":"text","text":".."}]}]}. Levels are
/// counted in open braces and brackets: a message's keys are at 3, a content part's at 5.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::string question;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }

  bool start_object(std::size_t) override {
    if (level_ == 0) root_is_object_ = true;
    ++level_;
    if (level_ == 3 && in_messages_) from_user_ = false, text_.clear();
    if (level_ == 5 && in_content_) is_text_ = false, part_.clear();
    return true;
  }
  bool end_object() override {
    if (level_ == 3 && in_messages_ && from_user_) question.swap(text_);
    if (level_ == 5 && in_content_ && is_text_) text_ += part_;
    --level_;
    return true;
  }
  bool start_array(std::size_t) override {
    if (level_ == 0) return false;
    ++level_;
    if (level_ == 2 && key_ == Key::messages) in_messages_ = true;
    if (level_ == 4 && in_messages_ && key_ == Key::content) in_content_ = true;
    return true;
  }
  bool end_array() override {
    if (level_ == 2) in_messages_ = false;
    if (level_ == 4) in_content_ = false;
    --level_;
    return true;
  }
  bool key(string_t& name) override {
    key_ = Key::other;
    if (level_ == 1 && name == "messages") key_ = Key::messages;
    if (level_ == 3 && in_messages_) {
      if (name == "role") key_ = Key::role;
      if (name == "content") key_ = Key::content;
    }
    if (level_ == 5 && in_content_) {
      if (name == "type") key_ = Key::type;
      if (name == "text") key_ = Key::text;
    }
    return true;
  }
  bool string(string_t& value) override {
    if (level_ == 3 && key_ == Key::role) from_user_ = value == "user";
    if (level_ == 3 && key_ == Key::content) text_.swap(value);
    if (level_ == 5 && key_ == Key::type) is_text_ = value == "text";
    if (level_ == 5 && key_ == Key::text) part_.swap(value);
    return level_ > 0;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

  [[nodiscard]] bool root_is_object() const { return root_is_object_; }

 private:
  enum class Key { other, messages, role, content, type, text };
  std::size_t level_ = 0;
  Key key_ = Key::other;
  bool root_is_object_ = false, in_messages_ = false, in_content_ = false;
  bool from_user_ = false, is_text_ = false;
  std::string text_, part_;
};

}  // namespace

std::optional<std::string> last_question(std::string_view body) {
  Reader reader;
  if (!nlohmann::json::sax_parse(body, &reader) || !reader.root_is_object()) return std::nullopt;
  return std::move(reader.question);
}

}  // namespace openclaw::echo
