// Queues the pieces of a streamed answer, framed, until the loop takes them in one batch.
#include "core/http/exchange.hpp"

#include <array>
#include <charconv>

namespace openclaw::http {

Headers ReceivedRequest::headers() const {
  Headers all;
  all.reserve(head.fields.size());
  for (const HeaderField& field : head.fields) {
    all.emplace_back(std::string(field.name), std::string(field.value));
  }
  return all;
}

void AnswerStream::reset() {
  const std::lock_guard lock(mutex_);
  batch_ = {};
  unsent_ = 0;
  chunked_ = discard_body_ = gone_ = woken_ = false;
}

void AnswerStream::begin(unsigned status, Headers headers, bool chunked, bool discard_body) {
  const std::lock_guard lock(mutex_);
  batch_.begins = true;
  batch_.status = status;
  batch_.headers = std::move(headers);
  chunked_ = chunked;
  discard_body_ = discard_body;
}

AnswerStream::Wake AnswerStream::wake() {
  if (woken_) return Wake::none;
  woken_ = true;
  return Wake::flush;
}

AnswerStream::Wake AnswerStream::write(std::string_view bytes, bool& accepted) {
  const std::lock_guard lock(mutex_);
  accepted = !gone_;
  if (gone_ || bytes.empty() || discard_body_) return gone_ ? Wake::none : wake();
  if (unsent_ + bytes.size() > max_waiting) {
    accepted = false;
    gone_ = true;
    return Wake::cut;
  }
  const std::size_t before = batch_.bytes.size();
  if (chunked_) {
    std::array<char, 18> size{};
    char* end = std::to_chars(size.data(), size.data() + 16, bytes.size(), 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    batch_.bytes.append(size.data(), end);
  }
  batch_.bytes.append(bytes);
  if (chunked_) batch_.bytes.append("\r\n");
  unsent_ += batch_.bytes.size() - before;
  return wake();
}

AnswerStream::Wake AnswerStream::end() {
  const std::lock_guard lock(mutex_);
  if (gone_) return Wake::none;
  if (chunked_ && !discard_body_) {
    batch_.bytes.append("0\r\n\r\n");
    unsent_ += 5;
  }
  batch_.ends = true;
  return wake();
}

void AnswerStream::gone() {
  const std::lock_guard lock(mutex_);
  gone_ = true;
}

AnswerStream::Batch AnswerStream::take() {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  Batch taken = std::move(batch_);
  batch_ = {};
  return taken;
}

void AnswerStream::sent(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  unsent_ -= bytes < unsent_ ? bytes : unsent_;
}

}  // namespace openclaw::http
