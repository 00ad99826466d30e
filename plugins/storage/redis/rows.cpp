// Rows are netstrings in an order that batch.cpp gave them.
#include "rows.hpp"

#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

#include "error.hpp"
#include "netstring.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::redis {

using sdk::str;

namespace {

/// Of digits that this plugin wrote.
std::int64_t number_of(std::string_view digits) {
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, value) != std::from_chars_result{end, {}})
    throw RedisError(RedisError::Kind::server, "a number in the store is none of ours", "FORM");
  return value;
}

oc_inbox_row message_of(std::string_view text) {
  const auto next = [&] { return str(take_netstring(text)); };
  oc_inbox_row out{};
  out.size = sizeof out;
  out.received_ms = number_of(take_netstring(text));
  out.session = next();
  out.agent = next();
  out.channel = next();
  out.account = next();
  out.event_id = next();
  out.payload_json = next();
  return out;
}

struct Claim {
  std::uint32_t attempts;
  std::uint64_t epoch;
};

/// MessagePack, of which the first two values are asked for: {attempts, "epoch", ...}.
Claim claim_of(std::string_view packed) {
  // The usual form by hand: a short array's sign, a small number, a short string.
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(packed[i]); };
  if (packed.size() > 3 && byte(0) == 0x95 && byte(1) < 0x80 && (byte(2) & 0xE0U) == 0xA0) {
    return {byte(1), static_cast<std::uint64_t>(number_of(packed.substr(3, byte(2) & 0x1FU)))};
  }
  const auto values = nlohmann::json::from_msgpack(packed, true, false);
  if (!values.is_array() || values.size() < 2 || !values[0].is_number() || !values[1].is_string())
    throw RedisError(RedisError::Kind::server, "a claim in the store is none of ours", "FORM");
  return {values[0].get<std::uint32_t>(),
          static_cast<std::uint64_t>(number_of(values[1].get_ref<const std::string&>()))};
}

}  // namespace

std::uint64_t place_in_stream(std::string_view id) {
  return static_cast<std::uint64_t>(number_of(id.substr(0, id.find('-'))));
}

oc_inbox_row message_in(Item row) {
  oc_inbox_row out = message_of(row[3].text());
  out.id = row[0].id();
  out.attempts = static_cast<std::uint32_t>(row[1].number());
  out.epoch = row[2].id();
  out.reason = str(row[4].text());
  out.dead_ms = row[5].number();
  return out;
}

oc_inbox_row waiting_message_in(Item entry, Item claim) {
  oc_inbox_row out = message_of(entry[1][1].text());
  out.id = place_in_stream(entry[0].text());
  const Claim held = claim_of(claim.text());
  out.attempts = held.attempts;
  out.epoch = held.epoch;
  return out;
}

oc_outbox_row reply_in(Item row, oc_outbox_entry& entry) {
  auto fields = row[3].text();
  const auto next = [&] { return str(take_netstring(fields)); };
  entry = {};
  entry.size = sizeof entry;
  entry.created_ms = number_of(take_netstring(fields));
  entry.session = next();
  entry.channel = next();
  entry.account = next();
  entry.idem_key = next();
  entry.payload_json = next();
  entry.expires_ms = row[5].number();
  oc_outbox_row out{};
  out.size = sizeof out;
  out.id = row[0].id();
  out.state = static_cast<std::uint32_t>(row[1].number());
  out.updated_ms = row[2].number();
  out.reason = str(row[4].text());
  out.entry = &entry;
  return out;
}

oc_transcript_entry entry_in(Item row) {
  const Item fields = row[1];
  return {sizeof(oc_transcript_entry),    static_cast<std::uint32_t>(fields[1].number()),
          place_in_stream(row[0].text()), fields[3].number(),
          str(fields[5].text()),          str(fields[7].text())};
}

}  // namespace openclaw::redis
