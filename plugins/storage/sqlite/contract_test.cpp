// The storage contract, run on this plugin.
#include "test_place.hpp"

namespace openclaw::sqlite {
namespace {

[[maybe_unused]] const int kChecks = testing::add_storage_contract(
    "Sqlite", *oc_plugin_entry_1(0)->api, [] { return std::make_unique<TestPlace>(); });

}  // namespace
}  // namespace openclaw::sqlite
