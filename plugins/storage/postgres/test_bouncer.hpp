// A real pgbouncer in transaction mode before the tests' server.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "test_server.hpp"

namespace openclaw::postgres {

class TestBouncer {
 public:
  explicit TestBouncer(const TestServer& server);
  ~TestBouncer();
  TestBouncer(const TestBouncer&) = delete;
  TestBouncer& operator=(const TestBouncer&) = delete;

  /// One for the whole program, before the shared server.
  static TestBouncer& shared();

  [[nodiscard]] std::string url() const {
    return "postgres://openclaw@/postgres?port=6432&host=" + folder_.string();
  }

 private:
  std::filesystem::path folder_;
  pid_t pid_ = -1;
};

}  // namespace openclaw::postgres
