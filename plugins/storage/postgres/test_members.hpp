// What the tests of several gateways on one schema have in common.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test_server.hpp"

namespace openclaw::postgres {

inline const oc_plugin_api& the_plugin() {
  return *oc_plugin_entry_1(0)->api;
}

/// "a" is 0, "b" is 1 ...
inline std::string member_name(int number) {
  return std::string(1, static_cast<char>('a' + number));
}

class Members : public ::testing::Test {
 protected:
  /// In `sql` @ stands for the schema.
  std::int64_t number(const std::string& sql) {
    std::string out = sql;
    for (auto at = out.find('@'); at != std::string::npos; at = out.find('@')) {
      out.replace(at, 1, place_.schema + ".");
    }
    return server_.number(out);
  }
  /// How many lanes do not say what the inbox and the outbox say.
  std::int64_t wrong_lanes() {
    return number(
        "SELECT count(*) FROM @lanes l FULL JOIN ("
        "  SELECT sha256(session) AS key, count(member) AS held, count(*) - count(member) AS "
        "nobodys,"
        "         coalesce(max(member), 0) AS holder, count(DISTINCT member) AS holders,"
        "         coalesce(min(id) FILTER (WHERE member IS NULL), 0) AS oldest"
        "  FROM (SELECT session, member, id FROM @inbox UNION ALL"
        "        SELECT session, member, NULL FROM @outbox WHERE counted) rows"
        "  GROUP BY session) i USING (key)"
        " WHERE (l.held, l.nobodys, l.holder) IS DISTINCT FROM (i.held, i.nobodys, i.holder)"
        "   OR i.holders > 1 OR (l.nobodys > 0 AND l.oldest <> i.oldest)");
  }

  TestServer& server_ = TestServer::shared();
  TestPlace place_;
  testing::StoreInstance instance_{the_plugin(), place_.section_json()};
};

}  // namespace openclaw::postgres
