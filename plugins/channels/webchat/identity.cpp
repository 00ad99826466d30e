// Hashing and randomness from OpenSSL.
#include "identity.hpp"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace openclaw::webchat {
namespace {

std::string hex_of(const unsigned char* bytes, std::size_t size) {
  std::string hex;
  for (std::size_t i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[bytes[i] >> 4];
    hex += "0123456789abcdef"[bytes[i] & 15];
  }
  return hex;
}

std::string sha256_hex(const std::string& data, std::size_t digits) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest);
  return hex_of(digest, digits / 2);
}

}  // namespace

bool valid_token(std::string_view token) {
  return token.size() >= 22 && token.size() <= 128 &&
         std::all_of(token.begin(), token.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

std::string sender_id(std::string_view token) {
  return sha256_hex("openclaw-webchat:" + std::string(token), 32);
}

std::string random_id() {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("no secure randomness");
  return hex_of(bytes, sizeof bytes);
}

std::string content_tag(std::string_view bytes) {
  return sha256_hex(std::string(bytes), 16);
}

}  // namespace openclaw::webchat
