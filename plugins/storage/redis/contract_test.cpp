// The storage contract, run on this plugin against a real server.
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

[[maybe_unused]] const int kChecks = testing::add_storage_contract(
    "Redis", *oc_plugin_entry_1(0)->api, [] { return std::make_unique<TestPlace>(); });

}  // namespace
}  // namespace openclaw::redis
