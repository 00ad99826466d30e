// Applies the IANA special-purpose address registries.
#include "core/http/egress/address_policy.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace openclaw::http::egress {
namespace {

using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;

struct Range4 {
  std::uint32_t base;
  unsigned bits;
};

// https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr std::array<Range4, 15> special4{{
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // shared, CGNAT
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local, cloud metadata
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // 6to4 relays
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarking
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
}};

bool is_public4(const address_v4& address) {
  const std::uint32_t value = address.to_uint();
  return std::none_of(special4.begin(), special4.end(), [value](const Range4& range) {
    return (value ^ range.base) >> (32 - range.bits) == 0;
  });
}

address_v4 embedded(const address_v6::bytes_type& bytes, std::size_t at) {
  return address_v4({bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]});
}

bool starts_with(const address_v6::bytes_type& bytes, std::initializer_list<unsigned char> prefix) {
  return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_public6(const address_v6& address) {
  const auto bytes = address.to_bytes();
  if (address.is_v4_mapped()) return is_public4(embedded(bytes, 12));
  if (starts_with(bytes, {0x00, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) {  // NAT64
    return is_public4(embedded(bytes, 12));
  }
  // Only 2000::/3 is global unicast; this also drops ::, ::1, compatible, fc00::/7, fe80::/10,
  // ff00::/8.
  if ((bytes[0] & 0xE0) != 0x20) return false;
  if (starts_with(bytes, {0x20, 0x02})) return is_public4(embedded(bytes, 2));   // 6to4
  if (starts_with(bytes, {0x20, 0x01, 0x0D, 0xB8})) return false;                // documentation
  if (starts_with(bytes, {0x3F, 0xFF}) && (bytes[2] & 0xF0) == 0) return false;  // documentation
  // 2001::/23 holds Teredo, benchmarking, ORCHID and other protocol assignments.
  return !(starts_with(bytes, {0x20, 0x01}) && (bytes[2] & 0xFE) == 0);
}

}  // namespace

bool is_public(const boost::asio::ip::address& address) {
  return address.is_v4() ? is_public4(address.to_v4()) : is_public6(address.to_v6());
}

}  // namespace openclaw::http::egress
