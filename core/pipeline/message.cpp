// The durable JSON form of messages.
#include "core/pipeline/message.hpp"

#include <nlohmann/json.hpp>

#include "core/pipeline/message_fields.hpp"

namespace openclaw::pipeline {

using nlohmann::json;

namespace {

std::string dump(const json& j) {
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

void put(json& j, const char* key, const std::string& value) {
  if (!value.empty()) j[key] = value;
}

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

void put(json& j, const std::vector<Attachment>& attachments) {
  for (const auto& a : attachments) {
    j["attachments"].push_back(
        {{"mime", a.mime}, {"name", a.name}, {"ref", a.ref}, {"bytes", a.bytes}});
  }
}

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
  json meta = {{"instance", message.instance}};
  put(meta, message.attachments);
  return dump(meta);
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
  json j = {{"instance", m.instance}, {"kind", kind_name(m.from.kind)}, {"ts", m.ts_ms}};
  put(j, "channel", m.from.channel);
  put(j, "account", m.from.account);
  put(j, "chat", m.from.chat_id);
  put(j, "thread", m.from.thread_id);
  put(j, "sender", m.from.sender_id);
  put(j, "senderName", m.sender_name);
  put(j, "message", m.message_id);
  put(j, "replyTo", m.reply_to);
  put(j, "text", m.text);
  put(j, "extra", m.extra_json);
  if (m.mentioned) j["mentioned"] = true;
  put(j, m.attachments);
  return dump(j);
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
  json j = {{"chat", m.chat_id}, {"text", m.text}};
  put(j, "thread", m.thread_id);
  put(j, "replyTo", m.reply_to);
  put(j, "key", m.idem_key);
  put(j, "turn", m.turn_id);
  put(j, "plain", m.plain);
  put(j, "extra", m.extra_json);
  put(j, m.attachments);
  return dump(j);
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
