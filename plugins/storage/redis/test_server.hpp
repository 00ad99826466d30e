// A real Redis server for tests: of this program's own, on a socket in a temporary folder.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "link.hpp"
#include "openclaw/testing/storage_contract.hpp"

namespace openclaw::redis {

class TestServer {
 public:
  /// `settings`: words of its command line, as start() takes them.
  explicit TestServer(std::vector<std::string> settings = durable());
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  /// One for the whole program, started when it is first asked for.
  static TestServer& shared();
  /// Nothing that was acknowledged is lost.
  static std::vector<std::string> durable();
  /// Everything is lost when it ends.
  static std::vector<std::string> forgetful();

  /// Starts it and waits until it says that it is ready.
  void start(std::vector<std::string> settings);
  void start() { start(settings_); }
  /// SIGTERM is an orderly end, SIGKILL a crash.
  void stop(int signal);
  /// SIGSTOP pauses it, SIGCONT lets it go on.
  void signal(int number) const;
  [[nodiscard]] std::string url() const { return "redis+unix://" + socket(); }
  [[nodiscard]] std::string socket() const { return (folder_ / "socket").string(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// One command, each time on a connection of its own.
  Reply run(const Args& command) const;
  [[nodiscard]] std::int64_t number(const Args& command) const { return run(command).number(); }
  [[nodiscard]] std::string text(const Args& command) const {
    return std::string(run(command).text());
  }

 private:
  std::filesystem::path folder_;
  std::vector<std::string> settings_;
  pid_t pid_ = -1;
};

/// A port on which nobody listens.
int free_port();

std::string section(const std::string& url, const std::string& prefix);

/// A prefix of its own on a server.
class TestPlace final : public testing::StorePlace {
 public:
  explicit TestPlace(TestServer& server = TestServer::shared());
  ~TestPlace() override;
  [[nodiscard]] std::string section_json() const override { return section(server_.url(), prefix); }
  [[nodiscard]] bool has_snapshots() const override { return false; }
  [[nodiscard]] std::vector<std::string> earlier_versions() const override { return {"1", "2"}; }
  void make(const std::string& version) override;
  /// The name of one of the store's keys.
  [[nodiscard]] std::string key(const std::string& name) const {
    return "{" + prefix + "}:" + name;
  }

  std::string prefix;

 private:
  TestServer& server_;
};

}  // namespace openclaw::redis
