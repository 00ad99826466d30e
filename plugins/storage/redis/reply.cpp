// hiredis's values.
#include "reply.hpp"

#include <hiredis/hiredis.h>

#include <charconv>

#include "error.hpp"

namespace openclaw::redis {

namespace {
[[noreturn]] void throw_other_kind() {
  throw RedisError(RedisError::Kind::server, "an answer of another form than expected", "FORM");
}
}  // namespace

void Reply::Free::operator()(redisReply* reply) const {
  freeReplyObject(reply);
}

bool Item::is_error() const {
  return reply_->type == REDIS_REPLY_ERROR;
}

bool Item::is_nothing() const {
  return reply_->type == REDIS_REPLY_NIL;
}

std::string_view Item::text() const {
  switch (reply_->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
      return {reply_->str, static_cast<std::size_t>(reply_->len)};
    default:
      throw_other_kind();
  }
}

std::int64_t Item::number() const {
  if (reply_->type == REDIS_REPLY_INTEGER) return reply_->integer;
  const auto digits = text();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) throw_other_kind();
  return value;
}

std::size_t Item::size() const {
  if (reply_->type != REDIS_REPLY_ARRAY) throw_other_kind();
  return reply_->elements;
}

Item Item::operator[](std::size_t index) const {
  if (index >= size()) throw_other_kind();
  return Item(reply_->element[index]);
}

}  // namespace openclaw::redis
