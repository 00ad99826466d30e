// The durable JSON form of messages.
#include "core/pipeline/message.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/pipeline/message_fields.hpp"
#include "core/pipeline/quoted.hpp"

namespace openclaw::pipeline {

using nlohmann::json;

namespace {

const char* kind_name(ChatKind kind) {
  switch (kind) {
    case ChatKind::group:
      return "group";
    case ChatKind::room:
      return "room";
    case ChatKind::direct:
      break;
  }
  return "direct";
}

ChatKind kind_from(const std::string& name) {
  if (name == "group") return ChatKind::group;
  return name == "room" ? ChatKind::room : ChatKind::direct;
}

/// A JSON object whose members are put in order; each turn writes two of them.
class ObjectText {
 public:
  /// `bytes`: of the longest texts, as a guess.
  explicit ObjectText(std::size_t bytes) : out_("{") { out_.reserve(bytes + 256); }

  void put_always(std::string_view key, std::string_view value) {
    begin(key);
    append_quoted(out_, value);
  }
  void put(std::string_view key, std::string_view value) {
    if (!value.empty()) put_always(key, value);
  }
  /// A value as JSON has it.
  void put_literal(std::string_view key, std::string_view json) {
    begin(key);
    out_ += json;
  }
  /// With those that have no name or the like too, so that each has its four members.
  void put(const std::vector<Attachment>& attachments) {
    if (!attachments.empty()) put_literal("attachments", list_of(attachments));
  }
  std::string take() {
    out_ += '}';
    return std::move(out_);
  }

 private:
  void begin(std::string_view key) {
    if (out_.size() > 1) out_ += ',';
    out_ += '"';
    out_ += key;
    out_ += "\":";
  }
  static std::string list_of(const std::vector<Attachment>& attachments) {
    std::string out = "[";
    for (const Attachment& a : attachments) {
      ObjectText object(a.ref.size());
      object.put_literal("bytes", std::to_string(a.bytes));
      object.put_always("mime", a.mime);
      object.put_always("name", a.name);
      object.put_always("ref", a.ref);
      if (out.size() > 1) out += ',';
      out += object.take();
    }
    return out + ']';
  }

  std::string out_;
};

/// Throws json::exception.
std::vector<Attachment> attachments_in(const json& j) {
  std::vector<Attachment> out;
  for (const auto& a : j.value("attachments", json::array())) {
    out.push_back({a.value("mime", ""), a.value("name", ""), a.value("ref", ""),
                   a.value("bytes", std::uint64_t{0})});
  }
  return out;
}

}  // namespace

std::string attachments_meta(const Inbound& message) {
  if (message.attachments.empty()) return {};
  ObjectText object(0);
  object.put(message.attachments);
  object.put_always("instance", message.instance);
  return object.take();
}

std::vector<Attachment> attachments_of(std::string_view meta_json, std::string_view instance) {
  // Most entries have none, which needs no parser.
  if (meta_json.find("\"attachments\"") == std::string_view::npos) return {};
  const json meta = json::parse(meta_json, nullptr, false);
  if (!meta.is_object() || !meta.contains("instance") || meta["instance"] != instance) return {};
  try {
    return attachments_in(meta);
  } catch (const json::exception&) {
    return {};  // written by another version: the text still mentions them
  }
}

std::string to_json(const Inbound& m) {
  ObjectText object(m.text.size() + m.extra_json.size());
  object.put("account", m.from.account);
  object.put(m.attachments);
  object.put("channel", m.from.channel);
  object.put("chat", m.from.chat_id);
  object.put("extra", m.extra_json);
  object.put_always("instance", m.instance);
  object.put("kind", kind_name(m.from.kind));
  if (m.mentioned) object.put_literal("mentioned", "true");
  object.put("message", m.message_id);
  object.put("replyTo", m.reply_to);
  object.put("sender", m.from.sender_id);
  object.put("senderName", m.sender_name);
  object.put("text", m.text);
  object.put("thread", m.from.thread_id);
  object.put_literal("ts", std::to_string(m.ts_ms));
  return object.take();
}

Result<Inbound> inbound_from_json(std::string_view text) {
  Inbound m;
  std::string kind;
  const auto problem = read_fields(text, {.texts = {{"text", &m.text},
                                                    {"instance", &m.instance},
                                                    {"kind", &kind},
                                                    {"channel", &m.from.channel},
                                                    {"account", &m.from.account},
                                                    {"chat", &m.from.chat_id},
                                                    {"thread", &m.from.thread_id},
                                                    {"sender", &m.from.sender_id},
                                                    {"senderName", &m.sender_name},
                                                    {"message", &m.message_id},
                                                    {"replyTo", &m.reply_to},
                                                    {"extra", &m.extra_json}},
                                          .attachments = m.attachments,
                                          .ts = &m.ts_ms,
                                          .mentioned = &m.mentioned});
  if (!problem.empty()) return Error{Errc::invalid, "an inbox row " + problem};
  m.from.kind = kind_from(kind);
  return m;
}

std::string to_json(const Outbound& m) {
  ObjectText object(m.text.size() + m.plain.size() + m.extra_json.size());
  object.put(m.attachments);
  object.put_always("chat", m.chat_id);
  object.put("extra", m.extra_json);
  object.put("key", m.idem_key);
  object.put("plain", m.plain);
  object.put("replyTo", m.reply_to);
  object.put_always("text", m.text);
  object.put("thread", m.thread_id);
  object.put("turn", m.turn_id);
  return object.take();
}

Result<Outbound> outbound_from_json(std::string_view text) {
  Outbound m;
  const auto problem = read_fields(text, {.texts = {{"text", &m.text},
                                                    {"chat", &m.chat_id},
                                                    {"thread", &m.thread_id},
                                                    {"replyTo", &m.reply_to},
                                                    {"key", &m.idem_key},
                                                    {"turn", &m.turn_id},
                                                    {"plain", &m.plain},
                                                    {"extra", &m.extra_json}},
                                          .attachments = m.attachments});
  if (!problem.empty()) return Error{Errc::invalid, "an outbox row " + problem};
  return m;
}

}  // namespace openclaw::pipeline
