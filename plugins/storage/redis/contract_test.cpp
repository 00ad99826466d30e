// The storage contract, run on this plugin against a real server.
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

const auto kMakePlace = [] { return std::make_unique<TestPlace>(); };

[[maybe_unused]] const int kChecks =
    testing::add_storage_contract("Redis", *oc_plugin_entry_1(0)->api, kMakePlace);
[[maybe_unused]] const int kSharedChecks =
    testing::add_shared_storage_contract("Redis", *oc_plugin_entry_1(0)->api, kMakePlace);

}  // namespace
}  // namespace openclaw::redis
