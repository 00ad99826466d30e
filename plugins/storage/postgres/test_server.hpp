// A real PostgreSQL server for tests: of this program's own, on a socket in a temporary folder.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "openclaw/testing/storage_contract.hpp"

namespace openclaw::postgres {

/// PostgreSQL and pgbouncer refuse to be root's.
constexpr const char* kServerUser = "postgres";

class TestServer {
 public:
  TestServer();
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  /// One for the whole program, started when it is first asked for.
  static TestServer& shared();

  /// Starts it and waits until it says that it is ready; lines for postgresql.conf.
  void start(const std::string& settings = {});
  /// SIGTERM waits for clients to go, SIGINT ends their transactions, SIGQUIT is a crash.
  void stop(int signal);
  [[nodiscard]] std::string url() const;
  /// That of its socket.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// One statement, each time on a connection of its own.
  void run(const std::string& sql) const;
  [[nodiscard]] std::int64_t number(const std::string& sql) const;

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
};

std::string section(const std::string& url, const std::string& schema);

/// An empty schema of the shared server.
class TestPlace final : public testing::StorePlace {
 public:
  /// `url`: another way to the shared server.
  explicit TestPlace(std::string url = TestServer::shared().url());
  ~TestPlace() override;
  [[nodiscard]] std::string section_json() const override { return section(url_, schema); }
  [[nodiscard]] std::vector<std::string> earlier_versions() const override { return {"1", "2"}; }
  void make(const std::string& version) override;

  std::string schema;

 private:
  std::string url_;
};

}  // namespace openclaw::postgres
