// Reads payloads trusting none of them, and writes the three that this client sends.
#include "payload.hpp"

#include "openclaw/cpp/json.hpp"

namespace openclaw::discord {

namespace {
using nlohmann::json;
constexpr const char* kToken = "${secret:botToken}";
/// As far as a JSON number is exact.
constexpr std::int64_t kMaxSeq = INT64_C(1) << 53;
}  // namespace

std::optional<Payload> decode_payload(std::string_view text) {
  json parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  const auto op = parsed.find("op");
  if (op == parsed.end() || !op->is_number_integer()) return std::nullopt;
  const auto number = op->get<std::int64_t>();
  if (number < 0 || number > 1000) return std::nullopt;
  Payload payload;
  payload.op = static_cast<int>(number);
  const std::int64_t seq = sdk::integer_at(parsed, "s");
  if (seq > 0 && seq <= kMaxSeq) payload.seq = seq;
  payload.event = sdk::string_at(parsed, "t");
  if (const auto data = parsed.find("d"); data != parsed.end()) payload.data = std::move(*data);
  return payload;
}

std::string identify_payload() {
  return sdk::to_text(
      json{{"op", static_cast<int>(Op::identify)},
           {"d",
            {{"token", kToken},
             {"intents", kIntents},
             // The least: whole member lists are of no use here.
             {"large_threshold", 50},
             {"properties", {{"os", "linux"}, {"browser", "openclaw"}, {"device", "openclaw"}}}}}});
}

std::string resume_payload(std::string_view session_id, std::int64_t seq) {
  return sdk::to_text(json{{"op", static_cast<int>(Op::resume)},
                           {"d", {{"token", kToken}, {"session_id", session_id}, {"seq", seq}}}});
}

std::string heartbeat_payload(std::int64_t seq) {
  json payload = {{"op", static_cast<int>(Op::heartbeat)}, {"d", nullptr}};
  if (seq > 0) payload["d"] = seq;
  return sdk::to_text(payload);
}

}  // namespace openclaw::discord
