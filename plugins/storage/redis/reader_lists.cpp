// The lists: pages of one script each, so that what a page shows was so at one moment. Of messages
// that wait: reader_waiting.cpp.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/holder.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"
#include "reader.hpp"
#include "rows.hpp"

namespace openclaw::redis {

using sdk::str;
using sdk::view;

namespace {

std::uint64_t bounded(std::uint64_t number) {
  return std::min(number, sdk::kLargestNumber);
}

bool has_more(const Reply& page) {
  return page[0].text() == "1" && page.size() > 1;
}

/// Where those that begin with `prefix` and come after `last` begin, for ZRANGEBYLEX.
std::string begin_of(std::string_view prefix, std::string_view last) {
  return last < prefix || last.empty() ? "[" + std::string(prefix) : "(" + std::string(last);
}

std::uint32_t visit_session(Item row, oc_visit_session visit, void* ctx) {
  const oc_session_row out = {sizeof out,  0,           str(row[0].text()),
                              row[1].id(), row[2].id(), row[3].number()};
  return visit(ctx, &out);
}

}  // namespace

void Reader::history(oc_str session, std::uint32_t max_entries, std::uint64_t max_bytes,
                     std::uint32_t deadline_ms, oc_visit_entry visit, void* ctx) {
  const TimePoint deadline = deadline_in(deadline_ms);
  std::vector<Reply> pages;  // the newest first, and so is each inside
  std::string from = "+", oldest;
  std::uint32_t entries_left = max_entries;
  std::uint64_t bytes_left = max_bytes;
  constexpr std::size_t kFirstEntry = 2;
  while (entries_left > 0) {
    pages.push_back(ask(history_script(),
                        Args{view(session), from, oldest}
                            .number(std::min(entries_left, kPageRows))
                            .number(bounded(bytes_left))
                            .number(kPageBytes),
                        deadline));
    const Reply& page = pages.back();
    if (page.size() <= kFirstEntry) break;
    for (std::size_t i = kFirstEntry; i < page.size(); ++i) {
      bytes_left -= page[i][1][5].text().size();
    }
    entries_left -= static_cast<std::uint32_t>(page.size() - kFirstEntry);
    if (page[1].text() != "1") break;
    oldest = page[0].text();
    from = "(" + std::string(page[page.size() - 1][0].text());
  }
  for (auto page = pages.rbegin(); page != pages.rend(); ++page) {
    for (std::size_t i = page->size(); i > kFirstEntry; --i) {
      const oc_transcript_entry entry = entry_in((*page)[i - 1]);
      if (visit(ctx, &entry) == 0) return;
    }
  }
}

/// `row`: one row of queue.lua, to a visitor; its answer.
template <class Row>
void Reader::list(std::string_view which, std::uint64_t after_id, std::uint32_t limit,
                  std::uint32_t deadline_ms, Row row) {
  const TimePoint deadline = deadline_in(deadline_ms);
  std::uint64_t after = bounded(after_id);
  while (limit > 0) {
    const Reply page = ask(
        queue_script(),
        Args{which}.number(after).number(std::min(limit, kPageRows)).number(kPageBytes), deadline);
    for (std::size_t i = 1; i < page.size(); ++i) {
      if (row(page[i]) == 0) return;
      after = page[i][0].id();
    }
    if (!has_more(page)) return;
    limit -= static_cast<std::uint32_t>(page.size() - 1);
  }
}

void Reader::inbox(std::uint32_t which, std::uint64_t after_id, std::uint32_t limit,
                   std::uint32_t deadline_ms, oc_visit_inbox visit, void* ctx) {
  if (which != OC_LIST_DEAD) return waiting(after_id, limit, deadline_ms, visit, ctx);
  list("dead", after_id, limit, deadline_ms, [&](Item row) {
    const oc_inbox_row out = message_in(row);
    return visit(ctx, &out);
  });
}

void Reader::outbox(std::uint32_t which, std::uint64_t after_id, std::uint32_t limit,
                    std::uint32_t deadline_ms, oc_visit_outbox visit, void* ctx) {
  list(which == OC_LIST_DEAD ? "held" : "outbox", after_id, limit, deadline_ms, [&](Item row) {
    oc_outbox_entry entry{};
    const oc_outbox_row out = reply_in(row, entry);
    return visit(ctx, &out);
  });
}

void Reader::kv(oc_str ns, oc_str prefix, oc_str after_key, std::uint32_t limit,
                std::uint32_t deadline_ms, oc_visit_kv visit, void* ctx) {
  const TimePoint deadline = deadline_in(deadline_ms);
  const auto wanted = view(prefix), last = view(after_key);
  std::string from = begin_of(wanted, last);
  while (limit > 0) {
    const Reply page =
        ask(values_script(),
            Args{view(ns), wanted, from}.number(std::min(limit, kPageRows)).number(kPageBytes),
            deadline);
    for (std::size_t i = 1; i < page.size(); ++i) {
      const Item row = page[i];
      const oc_kv_row out = {sizeof out, 0, str(row[0].text()), str(row[2].text()), row[1].id()};
      if (visit(ctx, &out) == 0) return;
      from = "(" + std::string(row[0].text());
    }
    if (!has_more(page)) return;
    limit -= static_cast<std::uint32_t>(page.size() - 1);
  }
}

void Reader::sessions(oc_str prefix, oc_str after, std::uint32_t limit, std::uint32_t deadline_ms,
                      oc_visit_session visit, void* ctx) {
  const TimePoint deadline = deadline_in(deadline_ms);
  std::string from = begin_of(view(prefix), view(after));
  while (limit > 0) {
    const Reply page =
        ask(sessions_script(), Args{"name", view(prefix), from}.number(std::min(limit, kPageRows)),
            deadline);
    for (std::size_t i = 1; i < page.size(); ++i) {
      if (visit_session(page[i], visit, ctx) == 0) return;
      from = "(" + std::string(page[i][0].text());
    }
    if (!has_more(page)) return;
    limit -= static_cast<std::uint32_t>(page.size() - 1);
  }
}

void Reader::idle_sessions(std::int64_t before_ms, std::uint32_t limit, std::uint32_t deadline_ms,
                           oc_visit_session visit, void* ctx) {
  const TimePoint deadline = deadline_in(deadline_ms);
  std::uint32_t seen = 0;
  while (seen < limit) {
    const Reply page =
        ask(sessions_script(),
            Args{"idle"}.number(before_ms).number(seen).number(std::min(limit - seen, kPageRows)),
            deadline);
    for (std::size_t i = 1; i < page.size(); ++i) {
      if (visit_session(page[i], visit, ctx) == 0) return;
    }
    if (!has_more(page)) return;
    seen += static_cast<std::uint32_t>(page.size() - 1);
  }
}

void Reader::members(std::uint32_t deadline_ms, oc_visit_member visit, void* ctx) {
  const Reply rows = ask(members_script(), {}, deadline_in(deadline_ms));
  std::vector<Item> members;
  for (std::size_t i = 0; i < rows.size(); ++i) members.push_back(rows[i]);
  std::sort(members.begin(), members.end(),
            [](Item a, Item b) { return a[0].text() < b[0].text(); });
  for (const Item row : members) {
    auto leases = nlohmann::json::array();
    for (std::size_t i = 0; i < row[7].size(); ++i) leases.push_back(row[7][i].text());
    const std::string process = sdk::name_of_holder(row[2].text()),
                      leases_json = sdk::to_text(leases);
    const oc_member_row out = {sizeof out,         0,
                               str(row[0].text()), str(row[1].text()),
                               str(process),       str(leases_json),
                               row[3].number(),    row[4].number(),
                               row[5].id(),        row[6].id()};
    if (visit(ctx, &out) == 0) return;
  }
}

}  // namespace openclaw::redis
