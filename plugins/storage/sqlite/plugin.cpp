// The storage plugin "sqlite": one file beside the gateway.
#include <nlohmann/json.hpp>

#include "open.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/storage.hpp"

namespace openclaw::sqlite {

class Sqlite final : public sdk::Storage {
 public:
  Sqlite(sdk::Host& host, std::string_view, std::string_view section_json) : Storage(host) {
    const auto section = nlohmann::json::parse(section_json, nullptr, false);
    if (!section.is_object()) throw sdk::Refused("the storage section must be a mapping");
    const auto path = section.find("path");
    if (path == section.end() || !path->is_string()) {
      throw sdk::Refused("storage.path must name the database file");
    }
    path_ = path->get<std::string>();
    if (path_.empty() || path_.front() != '/' || path_.find('\0') != std::string::npos) {
      throw sdk::Refused("storage.path must be an absolute path, not '" + path_ + "'");
    }
  }

  std::unique_ptr<sdk::StoreConnection> open(std::uint32_t role) override {
    if (role == OC_STORE_WRITER) {
      return open_writer(path_, [this](const std::string& event, const std::string& words) {
        host().log(OC_LOG_WARN, event, sdk::to_text(nlohmann::json{{"remedy", words}}));
      });
    }
    if (role == OC_STORE_READER) return open_reader(path_);
    if (role == OC_STORE_SNAPSHOT) return open_snapshot(path_);
    throw sdk::StoreError(OC_E_INVAL, "a connection is opened either to write or to read");
  }

 private:
  std::string path_;
};

}  // namespace openclaw::sqlite

OPENCLAW_PLUGIN(openclaw::sqlite::Sqlite, openclaw::sdk::StorageSlots<openclaw::sqlite::Sqlite>,
                OC_PF_LOCAL_IO)
