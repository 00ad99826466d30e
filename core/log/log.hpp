// The gateway's log: an event name with key=value fields, or JSON lines.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace openclaw::log {

enum class Level : std::uint8_t { debug = 1, info = 2, warn = 3, error = 4 };

/// "debug" | "info" | "warn" | "error"; anything else is info.
Level parse_level(std::string_view text);

/// One key=value pair. Values are for operators: no message bodies, no secrets.
struct Field {
  std::string_view key;
  std::string value;
  Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  template <class N>
  requires(std::is_arithmetic_v<N>) Field(std::string_view k, N n)
      : key(k), value(std::to_string(n)) {}
};

/// [any thread] Writes whole lines to standard error, from a thread of its own: no call waits for
/// who reads them, see line_queue.hpp.
class Log {
 public:
  /// `file`: what standard output and error are open on, kept within bounds as bounded_file.hpp
  /// says; empty when that is the business of whoever started the process.
  Log(Level level, bool json, const std::string& file = {});
  ~Log();  ///< flushes
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  [[nodiscard]] bool writes(Level level) const { return level >= level_; }
  [[nodiscard]] Level level() const { return level_; }
  void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});
  /// A line about a plugin.
  void write(Level level, std::string_view source, std::string_view event,
             std::span<const Field> fields);
  /// A plugin's own line: `fields_json` is a flat JSON object, or empty.
  void write_json(Level level, std::string_view source, std::string_view event,
                  std::string_view fields_json);
  void debug(std::string_view e, std::initializer_list<Field> f = {}) { write(Level::debug, e, f); }
  void info(std::string_view e, std::initializer_list<Field> f = {}) { write(Level::info, e, f); }
  void warn(std::string_view e, std::initializer_list<Field> f = {}) { write(Level::warn, e, f); }
  void error(std::string_view e, std::initializer_list<Field> f = {}) { write(Level::error, e, f); }
  /// Waits until everything is written, but not for long where nobody reads it.
  void flush();

 private:
  struct Impl;
  Level level_;
  bool json_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace openclaw::log
