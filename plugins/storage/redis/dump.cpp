// The dump's pages. Nobody writes meanwhile: who dumps holds the store.
#include "dump.hpp"

#include "netstring.hpp"
#include "openclaw/cpp/text.hpp"
#include "rows.hpp"

namespace openclaw::redis {

using sdk::DumpCursor;
using sdk::DumpPage;
using sdk::DumpPart;
using sdk::str;

namespace {

/// Events whose messages have left come first, by time; then those of messages that wait.
constexpr const char* kWaiting = "waiting";

void fill_event(oc_record& record, std::string_view name) {
  record.channel = str(take_netstring(name));
  record.account = str(take_netstring(name));
  record.key = str(take_netstring(name));
}

bool is_last(const Reply& page) {
  return page[0].text() != "1" || page.size() == 1;
}

}  // namespace

void Dump::run(std::string_view after, std::uint64_t max_bytes, oc_visit_record visit,
               oc_put_text put_next, void* ctx) {
  sdk::dump_parts(after, max_bytes, visit, put_next, ctx,
                  [this](DumpCursor& at, DumpPage& page) { return part(at, page); });
}

bool Dump::part(DumpCursor& at, DumpPage& page) {
  switch (at.part) {
    case DumpPart::counters:
      return counters(at, page);
    case DumpPart::sessions:
      return sessions(at, page);
    case DumpPart::values:
      return values(at, page);
    case DumpPart::events:
      return events(at, page);
    case DumpPart::messages:
      return messages("inbox", OC_RECORD_MESSAGE, at, page);
    case DumpPart::dead:
      return messages("dead", OC_RECORD_DEAD, at, page);
    case DumpPart::replies:
      return replies("outbox", at, page);
    case DumpPart::held:
      return replies("held", at, page);
    case DumpPart::end:
      break;
  }
  return true;
}

bool Dump::counters(DumpCursor& at, DumpPage& page) {
  constexpr std::size_t kMaxEpoch = 5, kNextInbox = 8, kNextOutbox = 9;  // of stats.lua
  const Reply row = ask_(stats_script(), {});
  return sdk::put_counters({row[kNextInbox].id(), row[kNextOutbox].id(), row[kMaxEpoch].id()}, at,
                           page);
}

bool Dump::sessions(DumpCursor& at, DumpPage& page) {
  if (!at.a.empty() && !entries(at, page)) return false;
  for (;;) {
    const Reply rows = ask_(sessions_script(),
                            Args{"name", "", (at.a.empty() ? "[" : "(") + at.a}.number(kPageRows));
    for (std::size_t i = 1; i < rows.size(); ++i) {
      at.a = rows[i][0].text();
      at.number = 0;
      oc_record record = DumpPage::record(OC_RECORD_SESSION);
      record.session = str(at.a);
      record.updated_ms = rows[i][3].number();
      record.first = rows[i][4].id();
      record.next = rows[i][5].id();
      if (!page.put(record) || !entries(at, page)) return false;
    }
    if (is_last(rows)) return true;
  }
}

bool Dump::entries(DumpCursor& at, DumpPage& page) {
  for (;;) {
    const Reply rows =
        ask_(entries_script(), Args{at.a}.number(at.number).number(kPageRows).number(kPageBytes));
    for (std::size_t i = 1; i < rows.size(); ++i) {
      const oc_transcript_entry entry = entry_in(rows[i]);
      oc_record record = DumpPage::record(OC_RECORD_ENTRY);
      record.session = str(at.a);
      record.id = at.number = entry.id;
      record.number = entry.role;
      record.at_ms = entry.ts_ms;
      record.text = entry.text;
      record.extra = entry.meta_json;
      if (!page.put(record)) return false;
    }
    if (is_last(rows)) return true;
  }
}

/// The cursor's number is 1 once it stands in a namespace.
bool Dump::values(DumpCursor& at, DumpPage& page) {
  if (at.number == 1 && !values_of(at, false, page)) return false;
  for (;;) {
    const Reply names = ask_(namespaces_script(),
                             Args{(at.number == 1 ? "(" : "[") + at.a}.number(std::uint32_t{1}));
    if (names.size() == 0) return true;
    at.a = names[0].text();
    at.number = 1;
    if (!values_of(at, true, page)) return false;
  }
}

bool Dump::values_of(DumpCursor& at, bool from_the_first, DumpPage& page) {
  std::string from = from_the_first ? "[" : "(" + at.b;
  for (;;) {
    const Reply rows =
        ask_(values_script(), Args{at.a, "", from}.number(kPageRows).number(kPageBytes));
    for (std::size_t i = 1; i < rows.size(); ++i) {
      at.b = rows[i][0].text();
      oc_record record = DumpPage::record(OC_RECORD_VALUE);
      record.ns = str(at.a);
      record.key = str(at.b);
      record.id = rows[i][1].id();
      record.text = str(rows[i][2].text());
      if (!page.put(record)) return false;
    }
    if (is_last(rows)) return true;
    from = "(" + at.b;
  }
}

bool Dump::events(DumpCursor& at, DumpPage& page) {
  while (at.a != kWaiting) {
    const Reply rows = ask_(events_script(), Args().number(at.number).number(kPageRows));
    for (std::size_t i = 1; i < rows.size(); ++i) {
      oc_record record = DumpPage::record(OC_RECORD_EVENT);
      fill_event(record, rows[i][0].text());
      record.id = rows[i][1].id();
      record.at_ms = rows[i][2].number();
      ++at.number;
      if (!page.put(record)) return false;
    }
    if (is_last(rows)) at = DumpCursor{DumpPart::events, 0, kWaiting, {}, {}};
  }
  return list("inbox", at, [&](Item row) {
    const oc_inbox_row message = message_in(row);
    if (row[6].text() != "1") return true;
    oc_record record = DumpPage::record(OC_RECORD_EVENT);
    record.channel = message.channel;
    record.account = message.account;
    record.key = message.event_id;
    record.id = message.id;
    record.at_ms = message.received_ms;
    return page.put(record);
  });
}

/// Rows of queue.lua behind the cursor's number; `row`: false ends the page.
template <class Row>
bool Dump::list(const char* name, DumpCursor& at, Row row) {
  for (;;) {
    const Reply rows =
        ask_(queue_script(), Args{name}.number(at.number).number(kPageRows).number(kPageBytes));
    for (std::size_t i = 1; i < rows.size(); ++i) {
      at.number = rows[i][0].id();
      if (!row(rows[i])) return false;
    }
    if (is_last(rows)) return true;
  }
}

bool Dump::messages(const char* name, std::uint32_t kind, DumpCursor& at, DumpPage& page) {
  return list(name, at, [&](Item row) {
    const oc_inbox_row message = message_in(row);
    oc_record record = DumpPage::record(kind);
    record.id = message.id;
    record.number = message.attempts;
    record.epoch = message.epoch;
    record.at_ms = message.received_ms;
    record.session = message.session;
    record.agent = message.agent;
    record.channel = message.channel;
    record.account = message.account;
    record.key = message.event_id;
    record.text = message.payload_json;
    record.extra = message.reason;
    record.updated_ms = message.dead_ms;
    return page.put(record);
  });
}

bool Dump::replies(const char* name, DumpCursor& at, DumpPage& page) {
  return list(name, at, [&](Item row) {
    oc_outbox_entry entry{};
    const oc_outbox_row reply = reply_in(row, entry);
    oc_record record = DumpPage::record(OC_RECORD_REPLY);
    record.id = reply.id;
    record.number = reply.state;
    record.updated_ms = reply.updated_ms;
    record.at_ms = entry.created_ms;
    record.expires_ms = entry.expires_ms;
    record.session = entry.session;
    record.channel = entry.channel;
    record.account = entry.account;
    record.key = entry.idem_key;
    record.text = entry.payload_json;
    record.extra = reply.reason;
    return page.put(record);
  });
}

}  // namespace openclaw::redis
