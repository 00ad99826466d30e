// The key-value statements.
#include "kv.hpp"

#include <algorithm>

#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::sqlite {

using sdk::str;
using sdk::view;

KeyValues::KeyValues(Database& database)
    : version_(database.handle(), "SELECT version FROM kv WHERE ns = ? AND key = ?"),
      put_(database.handle(), "INSERT OR REPLACE INTO kv VALUES (?, ?, ?, ?)"),
      remove_(database.handle(), "DELETE FROM kv WHERE ns = ? AND key = ?"),
      get_(database.handle(), "SELECT key, value, version FROM kv WHERE ns = ? AND key = ?"),
      from_(database.handle(),
            "SELECT key, value, version FROM kv WHERE ns = ? AND key >= ? ORDER BY key") {}

void KeyValues::write(const oc_write_kv& w, Totals& totals, oc_write_result& result) {
  std::uint64_t version = 0;
  {
    Rows row(version_, view(w.ns), view(w.key));
    if (row.next()) version = static_cast<std::uint64_t>(row.integer(0));
  }
  if (w.expect_version != OC_KV_ANY && w.expect_version != version) {
    return sdk::refuse(result, sdk::kOtherVersion);
  }
  if ((w.flags & OC_KV_DELETE) != 0) {
    if (version != 0) remove_.run(view(w.ns), view(w.key));
    return;
  }
  put_.run(view(w.ns), view(w.key), ++totals.last_version, view(w.value));
  result.id = static_cast<std::uint64_t>(totals.last_version);
}

namespace {
oc_kv_row kv_row(const Rows& row) {
  return {sizeof(oc_kv_row), 0, str(row.text(0)), str(row.text(1)),
          static_cast<std::uint64_t>(row.integer(2))};
}
}  // namespace

bool KeyValues::get(oc_str ns, oc_str key, oc_visit_kv visit, void* ctx) {
  Rows row(get_, view(ns), view(key));
  if (!row.next()) return false;
  const oc_kv_row out = kv_row(row);
  visit(ctx, &out);
  return true;
}

void KeyValues::list(oc_str ns, oc_str prefix, oc_str after_key, std::uint32_t limit,
                     oc_visit_kv visit, void* ctx) {
  const auto wanted = view(prefix), last = view(after_key);
  Rows row(from_, view(ns), std::max(wanted, last));
  for (std::uint32_t seen = 0; seen < limit && row.next();) {
    const oc_kv_row out = kv_row(row);
    if (!view(out.key).starts_with(wanted)) return;
    if (view(out.key) <= last) continue;
    if (visit(ctx, &out) == 0) return;
    ++seen;
  }
}

}  // namespace openclaw::sqlite
