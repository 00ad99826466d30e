// The storage contract, run on this plugin against a real server, and through pgbouncer.
#include "test_bouncer.hpp"
#include "test_server.hpp"

namespace openclaw::postgres {
namespace {

[[maybe_unused]] const int kChecks = testing::add_storage_contract(
    "Postgres", *oc_plugin_entry_1(0)->api, [] { return std::make_unique<TestPlace>(); });

[[maybe_unused]] const int kSharedChecks = testing::add_shared_storage_contract(
    "Postgres", *oc_plugin_entry_1(0)->api, [] { return std::make_unique<TestPlace>(); });

[[maybe_unused]] const int kThroughPgbouncer = testing::add_storage_contract(
    "PostgresBehindPgbouncer", *oc_plugin_entry_1(0)->api,
    [] { return std::make_unique<TestPlace>(TestBouncer::shared().url()); });

[[maybe_unused]] const int kSharedThroughPgbouncer = testing::add_shared_storage_contract(
    "PostgresBehindPgbouncer", *oc_plugin_entry_1(0)->api,
    [] { return std::make_unique<TestPlace>(TestBouncer::shared().url()); });

}  // namespace
}  // namespace openclaw::postgres
