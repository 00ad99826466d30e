// Rows are netstrings in an order that batch.cpp gave them.
#include "rows.hpp"

#include <cstdlib>
#include <string>

#include "netstring.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::redis {

using sdk::str;

namespace {

/// Of digits that this plugin wrote.
std::int64_t number_of(std::string_view digits) {
  return std::strtoll(std::string(digits).c_str(), nullptr, 10);
}

}  // namespace

oc_inbox_row message_in(Item row) {
  auto fields = row[3].text();
  const auto next = [&] { return str(take_netstring(fields)); };
  oc_inbox_row out{};
  out.size = sizeof out;
  out.received_ms = number_of(take_netstring(fields));
  out.id = row[0].id();
  out.attempts = static_cast<std::uint32_t>(row[1].number());
  out.epoch = row[2].id();
  out.session = next();
  out.agent = next();
  out.channel = next();
  out.account = next();
  out.event_id = next();
  out.payload_json = next();
  out.reason = str(row[4].text());
  out.dead_ms = row[5].number();
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
  const auto id = row[0].text();
  return {sizeof(oc_transcript_entry),
          static_cast<std::uint32_t>(fields[1].number()),
          static_cast<std::uint64_t>(number_of(id.substr(0, id.find('-')))),
          fields[3].number(),
          str(fields[5].text()),
          str(fields[7].text())};
}

}  // namespace openclaw::redis
