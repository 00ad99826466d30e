// The storage plugin "postgres": a schema in a PostgreSQL database.
#include <nlohmann/json.hpp>

#include "member.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/storage.hpp"

namespace openclaw::postgres {

class Postgres final : public sdk::Storage {
 public:
  static constexpr std::uint32_t kCaps = OC_STORAGE_SHARED;

  Postgres(sdk::Host& host, std::string_view, std::string_view section_json)
      : Storage(host), settings_(read_settings(section_json)) {}

  std::unique_ptr<sdk::StoreConnection> open(std::uint32_t role) override {
    if (role == OC_STORE_READER) return std::make_unique<Reader>(settings_);
    if (role == OC_STORE_SNAPSHOT) {
      auto reader = std::make_unique<Reader>(settings_);
      reader->hold_moment();
      return reader;
    }
    if (role != OC_STORE_WRITER) {
      throw sdk::StoreError(OC_E_INVAL, "a connection is opened either to write or to read");
    }
    return std::make_unique<Writer>(settings_, warn());
  }

  std::unique_ptr<sdk::StoreConnection> open_member(const oc_member& self) override {
    return std::make_unique<Member>(settings_, self, warn());
  }

 private:
  Writer::Warn warn() {
    return [this](const std::string& event, const std::string& words) {
      host().log(OC_LOG_WARN, event, sdk::to_text(nlohmann::json{{"remedy", words}}));
    };
  }

  Settings settings_;
};

}  // namespace openclaw::postgres

OPENCLAW_PLUGIN(openclaw::postgres::Postgres,
                openclaw::sdk::StorageSlots<openclaw::postgres::Postgres>, OC_PF_LOCAL_IO)
