// The storage contract, run on this plugin.
#include <sqlite3.h>

#include <stdexcept>

#include "migrate.hpp"
#include "schema.hpp"
#include "test_place.hpp"

namespace openclaw::sqlite {
namespace {

/// Where databases of earlier versions may be too, from versions/.
class ContractPlace final : public TestPlace {
 public:
  [[nodiscard]] std::vector<std::string> earlier_versions() const override { return {"1", "2"}; }
  void make(const std::string& version) override {
    std::filesystem::create_directory(folder / "data");
    sqlite3* database = nullptr;
    const std::string sql = std::string(kSchema) +
                            "PRAGMA application_id=" + std::to_string(kApplicationId) +
                            "; PRAGMA user_version=" + version + ";" +
                            bytes_of(OPENCLAW_SQLITE_VERSIONS "/" + version + ".sql");
    const bool made = sqlite3_open(path().c_str(), &database) == SQLITE_OK &&
                      sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    const std::string reason = made ? "" : sqlite3_errmsg(database);
    sqlite3_close(database);
    if (!made) throw std::runtime_error("version " + version + ": " + reason);
  }
};

[[maybe_unused]] const int kChecks = testing::add_storage_contract(
    "Sqlite", *oc_plugin_entry_1(0)->api, [] { return std::make_unique<ContractPlace>(); });

}  // namespace
}  // namespace openclaw::sqlite
