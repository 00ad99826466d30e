// PostgreSQL's binary form of numbers and arrays.
#include "parameters.hpp"

#include <stdexcept>

namespace openclaw::postgres {

namespace {

void put32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((value >> shift) & 0xffU);
}

void put64(std::string& out, std::int64_t number) {
  const auto value = static_cast<std::uint64_t>(number);
  put32(out, static_cast<std::uint32_t>(value >> 32U));
  put32(out, static_cast<std::uint32_t>(value));
}

std::uint32_t read32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

}  // namespace

void Array::add(std::int64_t number) {
  put32(elements_, 8);
  put64(elements_, number);
  ++n_;
}

void Array::add(std::string_view bytes) {
  put32(elements_, static_cast<std::uint32_t>(bytes.size()));
  elements_ += bytes;
  ++n_;
}

std::string Array::binary() const {
  std::string out;
  out.reserve(elements_.size() + 20);
  put32(out, n_ == 0 ? 0 : 1);  // dimensions
  put32(out, 0);                // no NULLs
  put32(out, element_type_);
  if (n_ == 0) return out;
  put32(out, n_);
  put32(out, 1);  // the first one's index
  return out += elements_;
}

Parameters& Parameters::add(std::uint32_t type, std::string value) {
  types_.push_back(type);
  values_.push_back(std::move(value));
  return *this;
}

Parameters& Parameters::number(std::int64_t value) {
  std::string out;
  put64(out, value);
  return add(kInt8, std::move(out));
}

Parameters& Parameters::bytes(std::string_view value) {
  return add(kBytea, std::string(value));
}

Parameters& Parameters::text(std::string_view value) {
  return add(kText, std::string(value));
}

Parameters& Parameters::uuid(std::string_view value) {
  return add(kUuid, std::string(value));
}

Parameters& Parameters::numbers(const Array& array) {
  return add(kInt8Array, array.binary());
}

Parameters& Parameters::byte_strings(const Array& array) {
  return add(kByteaArray, array.binary());
}

std::vector<const char*> Parameters::values() const {
  std::vector<const char*> out;
  for (const auto& value : values_) out.push_back(value.data());
  return out;
}

std::vector<int> Parameters::lengths() const {
  std::vector<int> out;
  for (const auto& value : values_) out.push_back(static_cast<int>(value.size()));
  return out;
}

std::int64_t read_number(std::string_view eight_bytes) {
  if (eight_bytes.size() != 8) throw std::runtime_error("a number is not of 8 bytes");
  const std::uint64_t high = read32(eight_bytes), low = read32(eight_bytes.substr(4));
  return static_cast<std::int64_t>(high << 32U | low);
}

std::vector<std::int64_t> read_numbers(std::string_view binary) {
  const auto broken = [] { return std::runtime_error("an array cannot be read"); };
  if (binary.size() < 12) throw broken();
  if (read32(binary) == 0) return {};
  if (binary.size() < 20 || read32(binary) != 1 || read32(binary.substr(8)) != kInt8) {
    throw broken();
  }
  const std::uint32_t n = read32(binary.substr(12));
  binary.remove_prefix(20);
  if (binary.size() != std::uint64_t{n} * 12) throw broken();
  std::vector<std::int64_t> out;
  out.reserve(n);
  for (; !binary.empty(); binary.remove_prefix(12)) {
    if (read32(binary) != 8) throw broken();
    out.push_back(read_number(binary.substr(4, 8)));
  }
  return out;
}

}  // namespace openclaw::postgres
