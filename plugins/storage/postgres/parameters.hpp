// A statement's parameters in PostgreSQL's binary form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::postgres {

/// An int8[] or bytea[] in the making (source: array_recv in src/backend/utils/adt/arrayfuncs.c).
class Array {
 public:
  explicit Array(std::uint32_t element_type) : element_type_(element_type) {}
  void add(std::int64_t number);
  void add(std::string_view bytes);
  [[nodiscard]] std::uint32_t size() const { return n_; }
  [[nodiscard]] std::string binary() const;
  [[nodiscard]] std::size_t bytes() const { return elements_.size(); }

 private:
  std::uint32_t element_type_, n_ = 0;
  std::string elements_;
};

constexpr std::uint32_t kInt8 = 20, kBytea = 17, kText = 25, kUuid = 2950;
constexpr std::uint32_t kInt8Array = 1016, kByteaArray = 1001;

class Parameters {
 public:
  Parameters& number(std::int64_t value);
  Parameters& bytes(std::string_view value);
  Parameters& text(std::string_view value);
  /// 16 bytes.
  Parameters& uuid(std::string_view value);
  Parameters& numbers(const Array& array);
  Parameters& byte_strings(const Array& array);

  [[nodiscard]] int size() const { return static_cast<int>(types_.size()); }
  [[nodiscard]] const std::vector<std::uint32_t>& types() const { return types_; }
  /// Borrowed until the next parameter is added.
  [[nodiscard]] std::vector<const char*> values() const;
  [[nodiscard]] std::vector<int> lengths() const;

 private:
  Parameters& add(std::uint32_t type, std::string value);
  std::vector<std::uint32_t> types_;
  std::vector<std::string> values_;
};

/// Big-endian, as everything is on the wire.
std::int64_t read_number(std::string_view eight_bytes);
/// An int8[] without NULLs; throws std::runtime_error when it is none.
std::vector<std::int64_t> read_numbers(std::string_view binary);

}  // namespace openclaw::postgres
