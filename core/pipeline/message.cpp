// The durable JSON form of messages.
#include "core/pipeline/message.hpp"

#include <nlohmann/json.hpp>

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

}  // namespace

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
  for (const auto& a : m.attachments) {
    j["attachments"].push_back(
        {{"mime", a.mime}, {"name", a.name}, {"ref", a.ref}, {"bytes", a.bytes}});
  }
  return dump(j);
}

Result<Inbound> inbound_from_json(std::string_view text) {
  const json j = json::parse(text, nullptr, false);
  if (!j.is_object()) return Error{Errc::invalid, "an inbox row is not a JSON object"};
  try {
    Inbound m;
    m.instance = j.value("instance", "");
    m.from.kind = kind_from(j.value("kind", ""));
    m.from.channel = j.value("channel", "");
    m.from.account = j.value("account", "");
    m.from.chat_id = j.value("chat", "");
    m.from.thread_id = j.value("thread", "");
    m.from.sender_id = j.value("sender", "");
    m.sender_name = j.value("senderName", "");
    m.message_id = j.value("message", "");
    m.reply_to = j.value("replyTo", "");
    m.text = j.value("text", "");
    m.extra_json = j.value("extra", "");
    m.ts_ms = j.value("ts", std::int64_t{0});
    for (const auto& a : j.value("attachments", json::array())) {
      m.attachments.push_back({a.value("mime", ""), a.value("name", ""), a.value("ref", ""),
                               a.value("bytes", std::uint64_t{0})});
    }
    return m;
  } catch (const json::exception& e) {
    return Error{Errc::invalid,
                 std::string("an inbox row has a field of a wrong type: ") + e.what()};
  }
}

std::string to_json(const Outbound& m) {
  json j = {{"chat", m.chat_id}, {"text", m.text}};
  put(j, "thread", m.thread_id);
  put(j, "replyTo", m.reply_to);
  put(j, "key", m.idem_key);
  put(j, "turn", m.turn_id);
  put(j, "plain", m.plain);
  put(j, "extra", m.extra_json);
  return dump(j);
}

Result<Outbound> outbound_from_json(std::string_view text) {
  const json j = json::parse(text, nullptr, false);
  if (!j.is_object()) return Error{Errc::invalid, "an outbox row is not a JSON object"};
  try {
    return Outbound{j.value("chat", ""),  j.value("thread", ""), j.value("replyTo", ""),
                    j.value("key", ""),   j.value("turn", ""),   j.value("text", ""),
                    j.value("extra", ""), j.value("plain", "")};
  } catch (const json::exception& e) {
    return Error{Errc::invalid,
                 std::string("an outbox row has a field of a wrong type: ") + e.what()};
  }
}

}  // namespace openclaw::pipeline
