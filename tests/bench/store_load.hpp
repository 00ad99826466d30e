// What is put on a store, counted: sessions that talk, or messages that are only stored.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/store_world.hpp"

namespace openclaw::bench {

/// The process at a moment; two of them are a measurement.
struct Moment {
  runtime::TimePoint at;
  double cpu_us = 0;
  std::map<std::string, double> thread_us;  ///< by the thread's name
  std::uint64_t batches = 0, writes = 0, commit_ns = 0;

  static Moment now(const host::StoragePort& store);
};

/// Something done over and over, so many at once. On the pipeline's loop but for the constructor.
class Load {
 public:
  virtual ~Load() = default;
  virtual void begin() = 0;
  void stop() { stopping_ = true; }
  void measure() { times_.emplace(); }
  /// In ms, of what ended since measure().
  [[nodiscard]] std::vector<float> take_times() { return std::move(*times_); }
  [[nodiscard]] std::uint64_t ended() const { return ended_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] std::size_t under_way() const { return under_way_; }

 protected:
  [[nodiscard]] bool stopping() const { return stopping_; }
  void started() { ++under_way_; }
  void over(runtime::TimePoint began);
  void fail(std::string why);

 private:
  std::optional<std::vector<float>> times_;
  std::uint64_t ended_ = 0;
  std::size_t under_way_ = 0;
  bool stopping_ = false;
  std::string failure_;
};

/// Each session says something, waits for its answer, and goes on.
class Talk final : public Load {
 public:
  Talk(World& world, std::uint32_t sessions, std::uint32_t channels, std::string text);
  void begin() override;

 private:
  void say(std::size_t session);
  void heard(const std::string& chat);

  World& world_;
  std::uint32_t channels_;
  std::string text_;
  std::vector<runtime::TimePoint> began_;
};

struct IngestOptions {
  std::uint32_t in_flight = 1, sessions = 1000;
  std::size_t bytes = 1000;
  std::uint64_t count = UINT64_MAX;
  /// Whose messages: the channel's instance, and the first of the ids of its chats. Those of a
  /// platform that knows no such chat could not be answered.
  std::string channel{};
  std::uint64_t first_chat = 0;
};

/// Messages are stored, and nothing becomes of them.
class Ingest final : public Load {
 public:
  Ingest(World& world, IngestOptions options) : world_(world), options_(std::move(options)) {}
  void begin() override;

 private:
  void store_one();

  World& world_;
  IngestOptions options_;
  std::uint64_t begun_ = 0;
};

}  // namespace openclaw::bench
