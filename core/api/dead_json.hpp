// What the routes of dead letters read and write, as JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/dead_letters/dead_letters.hpp"

namespace openclaw::api {

struct DeadQuery {
  pipeline::DeadId after;
  std::uint32_t limit = 50;  ///< 1 to 100
  bool text = false;
};
/// Reads what follows the '?'. Errors: invalid, with the parameter's name.
Result<DeadQuery> parse_dead_query(std::string_view query);

/// Reads {"ids":["m12","r7"]}, at most 500 of them. Errors: invalid.
Result<std::vector<pipeline::DeadId>> parse_dead_ids(std::string_view body);

/// Texts only with `with_text`, each cut at 4000 bytes.
std::string dead_page_json(const pipeline::DeadPage& page, bool with_text, std::int64_t unix_ms);

std::string dead_outcomes_json(const std::vector<pipeline::DeadOutcome>& outcomes);

}  // namespace openclaw::api
