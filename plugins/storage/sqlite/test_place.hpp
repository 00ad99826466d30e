// A temporary folder with one database, for tests.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "openclaw/testing/storage_contract.hpp"

namespace openclaw::sqlite {

class TestPlace : public testing::StorePlace {
 public:
  TestPlace() {
    std::string pattern = std::filesystem::temp_directory_path() / "openclaw-sqlite-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    folder = pattern;
  }
  ~TestPlace() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  [[nodiscard]] std::string path() const { return folder / "data" / "sessions.db"; }
  [[nodiscard]] std::string section_json() const override { return section_for(path()); }
  static std::string section_for(const std::string& path) {
    return R"({"type":"sqlite","path":")" + path + R"("})";
  }

  std::filesystem::path folder;
};

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

}  // namespace openclaw::sqlite
