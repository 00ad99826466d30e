#include "core/host/storage/store_value.hpp"

#include <utility>
#include <vector>

#include "core/host/call_error.hpp"
#include "core/host/storage/store_rows.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

Result<std::optional<std::string>> value_of(const oc_storage& slots, oc_store_conn* connection,
                                            const std::string& plugin, const std::string& ns,
                                            const std::string& key, std::uint32_t deadline_ms) {
  using Values = std::vector<pipeline::StoredValue>;
  store_rows::Gathered<Values> found;
  oc_error error = blank_error();
  const oc_status given = slots.kv_get(connection, sdk::str(ns), sdk::str(key), deadline_ms,
                                       &store_rows::take_row<Values, oc_kv_row>, &found, &error);
  const oc_status status = store_rows::end(given, found.malformed, &error);
  if (status == OC_E_NOTFOUND) return std::optional<std::string>();
  if (status != OC_OK) return explain(plugin, status, error);
  if (found.rows.empty()) return std::optional<std::string>();
  return std::optional(std::move(found.rows.front().value));
}

}  // namespace openclaw::host
