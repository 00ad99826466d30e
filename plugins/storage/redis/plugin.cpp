// The storage plugin "redis": keys under one prefix on a Redis server.
#include <nlohmann/json.hpp>

#include "member.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/storage.hpp"
#include "snapshot.hpp"

namespace openclaw::redis {

class Redis final : public sdk::Storage {
 public:
  static constexpr std::uint32_t kCaps = OC_STORAGE_SHARED;

  Redis(sdk::Host& host, std::string_view, std::string_view section_json)
      : Storage(host), settings_(read_settings(section_json)) {}

  std::unique_ptr<sdk::StoreConnection> open(std::uint32_t role) override {
    if (role == OC_STORE_READER) return std::make_unique<Reader>(settings_);
    if (role == OC_STORE_SNAPSHOT) return std::make_unique<Snapshot>(settings_, tell());
    if (role != OC_STORE_WRITER) {
      throw sdk::StoreError(OC_E_INVAL, "a connection is opened either to write or to read");
    }
    return std::make_unique<Writer>(settings_, tell());
  }
  std::unique_ptr<sdk::StoreConnection> open_member(const oc_member& member) override {
    return std::make_unique<Member>(settings_, member, tell());
  }

 private:
  Writer::Tell tell() {
    return [this](Writer::Tone tone, const std::string& event, const std::string& words) {
      host().log(tone == Writer::Tone::note ? OC_LOG_INFO : OC_LOG_WARN, event,
                 sdk::to_text(nlohmann::json{{"remedy", words}}));
    };
  }

  Settings settings_;
};

}  // namespace openclaw::redis

OPENCLAW_PLUGIN(openclaw::redis::Redis, openclaw::sdk::StorageSlots<openclaw::redis::Redis>,
                OC_PF_LOCAL_IO)
