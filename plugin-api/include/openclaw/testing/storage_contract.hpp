// What every storage plugin promises, as checks that a plugin's own test runs:
//
//   class Place final : public openclaw::testing::StorePlace { ... };  // e.g. a temporary folder
//   const int checks = openclaw::testing::add_storage_contract(
//       "Mine", *oc_plugin_entry_1(0)->api, [] { return std::make_unique<Place>(); });
//
// at namespace scope registers them as gtest tests MineContract.*. Link OpenClaw::storage_contract.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "openclaw/testing/storage_client.hpp"

namespace openclaw::testing {

/// Where one check's store lives: empty at first, the same for each open, gone with the object.
class StorePlace {
 public:
  virtual ~StorePlace() = default;
  [[nodiscard]] virtual std::string section_json() const = 0;
  /// Whether a snapshot is to be had while a gateway writes.
  [[nodiscard]] virtual bool has_snapshots() const { return true; }
  /// In which versions of the engine's own format stores exist, today's too if you like; each must
  /// be opened by today's engine, and go on. See write_known_content().
  [[nodiscard]] virtual std::vector<std::string> earlier_versions() const { return {}; }
  /// Makes the store as that version has left it after write_known_content().
  virtual void make(const std::string& version) {
    throw std::logic_error("this place cannot make version " + version);
  }
};
using MakeStorePlace = std::function<std::unique_ptr<StorePlace>()>;

/// Writes something of everything into an empty store. Before an engine gets another format, its
/// author has the last version's writer do this, closes it, and keeps what is there as a fixture in
/// the engine's folder: from that StorePlace::make() makes such a store for all time, whose content
/// the checks expect, whichever later version opens it.
void write_known_content(StoreClient& writer);

/// A store under test, with its writer open.
class StoreUnderTest {
 public:
  StoreUnderTest(const oc_plugin_api& api, const MakeStorePlace& make_place);
  ~StoreUnderTest() { writer.close(); }  // before the instance, as the ABI has it
  StoreUnderTest(const StoreUnderTest&) = delete;
  StoreUnderTest& operator=(const StoreUnderTest&) = delete;

  StoreClient writer;
  StoreClient reader() { return instance_->reader(); }
  StoreClient second_writer() { return instance_->writer(); }
  /// With the writer closed, as the store is either one gateway's or members'.
  StoreClient member(std::string_view name, std::uint32_t lease_ms = StoreInstance::kLongLeaseMs);
  /// One that may not be let in: its `last` tells. The writer stays as it is.
  StoreClient try_member(std::string_view name,
                         std::uint32_t lease_ms = StoreInstance::kLongLeaseMs,
                         std::string_view info_json = kMemberInfo) {
    return instance_->member(name, lease_ms, info_json);
  }
  [[nodiscard]] bool has_snapshots() const { return place_->has_snapshots(); }
  StoreClient snapshot() { return instance_->snapshot(); }
  /// With the writer closed, as an engine without snapshots wants it.
  StoreClient snapshot_alone();
  [[nodiscard]] std::vector<std::string> earlier_versions() const {
    return place_->earlier_versions();
  }
  /// Another store, which such a version has left; nobody has opened it since.
  [[nodiscard]] std::unique_ptr<StoreUnderTest> of_version(const std::string& version) const;
  /// An empty store of the same engine.
  [[nodiscard]] std::unique_ptr<StoreUnderTest> another() const;
  /// Ends the instance and opens the same store again, as after a restart.
  void reopen();

  // Shorthands of the checks.
  std::uint64_t ingest(std::string event_id = {}, std::string session = "agent:main:main");
  /// Ingests, claims and ends one message; the reply waits in the outbox. Its outbox id.
  std::uint64_t turn(const std::string& idem_key, std::uint64_t epoch = 1,
                     const std::string& session = "agent:main:main");

 private:
  StoreUnderTest(const StoreUnderTest& like, const std::string& version);
  void start();

  const oc_plugin_api& api_;
  const MakeStorePlace& make_place_;
  std::unique_ptr<StorePlace> place_;
  std::optional<StoreInstance> instance_;
};

/// Registers every check; their number.
int add_storage_contract(const std::string& name, const oc_plugin_api& api,
                         MakeStorePlace make_place);
/// Those of members, MineSharedContract.*, for an engine that says OC_STORAGE_SHARED.
int add_shared_storage_contract(const std::string& name, const oc_plugin_api& api,
                                MakeStorePlace make_place);

}  // namespace openclaw::testing
