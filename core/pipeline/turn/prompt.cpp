// Builds the model's request from instructions, history and what is to be answered.
#include "core/pipeline/turn/prompt.hpp"

#include "core/pipeline/quoted.hpp"
#include "core/pipeline/turn/compaction.hpp"

namespace openclaw::pipeline {

namespace {

constexpr std::size_t kAbbreviatedBytes = 200;

void append_message(std::string& out, std::string_view role, std::string_view text,
                    const std::vector<std::string_view>& media = {}) {
  if (out.back() != '[') out += ',';
  out += R"({"role":")";
  out += role;
  out += R"(","content":)";
  if (media.empty()) {
    append_quoted(out, text);
  } else {
    out += R"([{"type":"text","text":)";
    append_quoted(out, text);
    out += '}';
    for (const std::string_view part : media) {
      out += ',';
      out += part;
    }
    out += ']';
  }
  out += '}';
}

void append_owner(std::string& out, std::string_view role, std::string_view text,
                  const PromptParts& parts, MediaOwner owner) {
  const std::string notes = parts.media_notes ? parts.media_notes(owner) : std::string();
  append_message(out, role, notes.empty() ? text : std::string(text) + notes,
                 parts.media ? parts.media(owner) : std::vector<std::string_view>{});
}

/// A guess, so that a long conversation is not moved again and again as the request grows.
std::size_t about_bytes(const PromptParts& parts) {
  constexpr std::size_t kFraming = 64;
  std::size_t bytes = 4 * kFraming + parts.instructions.size() + parts.client_messages_json.size() +
                      parts.client_parameters_json.size();
  for (const auto& question : parts.questions) bytes += question.size() + kFraming;
  if (parts.history != nullptr) {
    for (const HistoryEntry& entry : *parts.history) bytes += entry.text.size() + kFraming;
  }
  return bytes;
}

std::string_view role_name(Role role) {
  switch (role) {
    case Role::assistant:
      return "assistant";
    case Role::system:
      return "system";
    case Role::user:
      break;
  }
  return "user";
}

}  // namespace

Prompt::Prompt(const PromptParts& parts) {
  rest_.reserve(about_bytes(parts));
  rest_ = R"("stream":true,"stream_options":{"include_usage":true},"messages":[)";
  if (!parts.instructions.empty()) append_message(rest_, "system", parts.instructions);
  if (!parts.client_messages_json.empty()) {
    // Checked to be a JSON array when the request was accepted.
    const auto inner = parts.client_messages_json.substr(1, parts.client_messages_json.size() - 2);
    if (rest_.back() != '[' && inner.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      rest_ += ',';
    }
    rest_ += inner;
  } else {
    if (parts.history != nullptr) {
      for (const HistoryEntry* entry : folded(*parts.history)) {
        append_owner(rest_, role_name(entry->role), entry->text, parts,
                     {MediaOwner::Kind::history, entry->id});
      }
    }
    std::uint64_t number = 0;
    for (const auto& question : parts.questions) {
      append_owner(rest_, "user", question, parts, {MediaOwner::Kind::question, number++});
    }
  }
  rest_ += ']';
  if (parts.client_parameters_json.size() > 2) {
    rest_ += ',';
    rest_ += parts.client_parameters_json.substr(1, parts.client_parameters_json.size() - 2);
  }
  rest_ += '}';
}

std::string Prompt::body(std::string_view model) const {
  std::string out = "{\"model\":";
  out.reserve(out.size() + model.size() + rest_.size() + 8);
  append_quoted(out, model);
  out += ',';
  out += rest_;
  return out;
}

std::string question_text(const Inbound& message, bool abbreviated) {
  std::string text = message.text;
  if (abbreviated && text.size() > kAbbreviatedBytes) {
    std::size_t end = kAbbreviatedBytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    text += " […]";
  }
  for (const auto& a : message.attachments) {
    text += (text.empty() ? "[" : "\n[") + (a.mime.empty() ? std::string("file") : a.mime) +
            (a.name.empty() ? "" : ": " + a.name) + "]";
  }
  if (message.from.kind == ChatKind::direct) return text;
  return (message.sender_name.empty() ? message.from.sender_id : message.sender_name) + ": " + text;
}

}  // namespace openclaw::pipeline
