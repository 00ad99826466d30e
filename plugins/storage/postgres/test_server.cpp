// Starts and stops the server of the tests.
#include "test_server.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "link.hpp"
#include "openclaw/testing/storage_service.hpp"
#include "scripts.hpp"
#include "settings.hpp"

namespace openclaw::postgres {

namespace {

constexpr std::uint32_t kStatementMs = 20'000;

/// The newest installed version's; Debian keeps several apart.
std::filesystem::path binaries() {
  std::filesystem::path best;
  int newest = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest && std::filesystem::exists(entry.path() / "bin" / "initdb")) {
      newest = version;
      best = entry.path() / "bin";
    }
  }
  if (best.empty()) throw std::runtime_error("PostgreSQL is not installed: ./dev install");
  return best;
}

}  // namespace

TestServer::TestServer() : folder_(testing::make_folder("openclaw-pg", kServerUser)) {
  testing::run_to_end({binaries() / "initdb", "-D", folder_ / "data", "-U", "openclaw",
                       "--auth=trust", "--encoding=UTF8", "--no-locale", "-N"},
                      folder_, kServerUser);
  start();
}

TestServer::~TestServer() {
  stop(SIGQUIT);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TestServer& TestServer::shared() {
  static TestServer server;
  return server;
}

void TestServer::start(const std::string& settings) {
  std::ofstream(folder_ / "data" / "postgresql.auto.conf") << settings;
  pid_ = testing::start_service({binaries() / "postgres", "-D", folder_ / "data", "-k", folder_,
                                 "-c", "listen_addresses=", "-c", "max_connections=50"},
                                folder_, kServerUser);
}

void TestServer::stop(int signal) {
  testing::stop_service(pid_, signal);
}

std::string TestServer::url() const {
  return "postgres://openclaw@/postgres?host=" + folder_.string();
}

void TestServer::run(const std::string& sql) const {
  Link link(url());
  link.open(deadline_in(kStatementMs));
  link.run_script(sql, deadline_in(kStatementMs));
}

std::int64_t TestServer::number(const std::string& sql) const {
  Link link(url());
  link.open(deadline_in(kStatementMs));
  const Rows row = link.run(sql, {}, deadline_in(kStatementMs));
  return row.number(0, 0);
}

std::string section(const std::string& url, const std::string& schema) {
  return R"({"type":"postgres","url":")" + url + R"(","schema":")" + schema + R"("})";
}

TestPlace::TestPlace(std::string url) : url_(std::move(url)) {
  static std::atomic<int> next{1};
  schema = "place_" + std::to_string(next++);
}

TestPlace::~TestPlace() {
  try {
    TestServer::shared().run("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
  } catch (const PgError& error) {
    ADD_FAILURE() << "the schema " << schema << " stays: " << error.what();
  }
}

void TestPlace::make(const std::string& version) {
  std::ifstream file(OPENCLAW_POSTGRES_VERSIONS "/" + version + ".sql");
  const std::string rows(std::istreambuf_iterator<char>(file), {});
  if (rows.empty()) throw std::runtime_error("there is no version " + version);
  std::string script = "CREATE SCHEMA @SCHEMA@;" + std::string(kSchemaScript);
  if (version != "1") script += kSchema2Script;
  TestServer::shared().run(for_schema(script + rows, schema));
}

}  // namespace openclaw::postgres
