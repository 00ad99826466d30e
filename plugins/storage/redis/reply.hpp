// What a command answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

struct redisReply;

namespace openclaw::redis {

/// A value inside an answer; borrowed from it. A value of another kind than is asked for throws
/// RedisError (server): a script or a server that is not ours.
class Item {
 public:
  explicit Item(const redisReply* reply) : reply_(reply) {}
  [[nodiscard]] bool is_error() const;
  /// What is not there, as a field that a hash does not have.
  [[nodiscard]] bool is_nothing() const;
  /// Of a string, a status, an error or a number.
  [[nodiscard]] std::string_view text() const;
  [[nodiscard]] std::int64_t number() const;
  [[nodiscard]] std::uint64_t id() const { return static_cast<std::uint64_t>(number()); }
  /// Of a list.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] Item operator[](std::size_t index) const;

 private:
  const redisReply* reply_;
};

/// Owns the answer.
class Reply : public Item {
 public:
  explicit Reply(redisReply* reply) : Item(reply), owned_(reply) {}

 private:
  struct Free {
    void operator()(redisReply* reply) const;
  };
  std::unique_ptr<redisReply, Free> owned_;
};

}  // namespace openclaw::redis
