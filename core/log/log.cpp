// Formats log lines with spdlog and queues them to be written.
#include "core/log/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/log/bounded_file.hpp"
#include "core/log/line_queue.hpp"

namespace openclaw::log {

namespace {

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warn:
      return spdlog::level::warn;
    case Level::error:
      break;
  }
  return spdlog::level::err;
}

/// In ASCII: besides the C0 controls that JSON escapes, a terminal obeys C1 controls and DEL, and
/// bidirectional marks reorder what an operator reads.
std::string json_quoted(std::string_view text) {
  std::string out =
      nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  for (std::size_t at = 0; (at = out.find('\x7f', at)) != std::string::npos;) {
    out.replace(at, 1, "\\u007f");
  }
  return out;
}

bool is_bare(char c) {
  return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
}

/// A bare word stays bare; anything that could be misread, or break the line, is quoted.
void append_value(std::string& line, std::string_view value) {
  const bool bare = !value.empty() && std::all_of(value.begin(), value.end(), is_bare);
  line += bare ? std::string(value) : json_quoted(value);
}

void append_field(std::string& line, bool json, std::string_view key, std::string_view value) {
  if (json) {
    line += "," + json_quoted(key) + ":" + json_quoted(value);
    return;
  }
  line += ' ';
  append_value(line, key);
  line += '=';
  append_value(line, value);
}

/// How a line begins that a plugin wrote, or that is about one.
std::string line_of_plugin(bool json, std::string_view source, std::string_view event) {
  if (json) return "\"event\":" + json_quoted(event) + ",\"plugin\":" + json_quoted(source);
  std::string line;
  append_value(line, event);
  append_field(line, json, "plugin", source);
  return line;
}

const char* pattern(bool json) {
  return json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})"
              : "%Y-%m-%d %H:%M:%S.%e %-7l %v";
}

void write_to_stderr(std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(STDERR_FILENO, text.data(), text.size());
    if (n > 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (n < 0 && errno == EAGAIN) {
      // Somebody who shares it made it non-blocking.
      pollfd room{STDERR_FILENO, POLLOUT, 0};
      static_cast<void>(::poll(&room, 1, -1));
    } else if (n == 0 || errno != EINTR) {
      return;  // nobody reads it any more
    }
  }
}

LineQueue::Write writer_to(const std::string& file) {
  if (file.empty()) return &write_to_stderr;
  // Shared because std::function must be copyable; there is one.
  auto bounded = std::make_shared<BoundedFile>(file, BoundedFile::kBytes,
                                               std::vector<int>{STDOUT_FILENO, STDERR_FILENO});
  return [bounded](std::string_view line) { bounded->write(line); };
}

std::string dropped_line(bool json, std::uint64_t lines) {
  const std::string count = std::to_string(lines);
  const std::string hint = "standard error stood still: a stopped terminal, a full pipe or disk";
  const std::string text =
      json ? R"("event":"log.dropped","count":")" + count + R"(","hint":")" + hint + "\""
           : "log.dropped count=" + count + " hint=\"" + hint + "\"";
  spdlog::memory_buf_t line;
  spdlog::pattern_formatter(pattern(json))
      .format(spdlog::details::log_msg("openclaw", spdlog::level::warn, text), line);
  return {line.data(), line.size()};
}

/// Formats where a line is logged, with the time of that moment.
class QueueSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit QueueSink(LineQueue& queue) : queue_(queue) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    queue_.push({line.data(), line.size()});
  }
  void flush_() override {}  // the queue does it, without the lock that is held here

 private:
  LineQueue& queue_;
};

}  // namespace

Level parse_level(std::string_view text) {
  if (text == "debug") return Level::debug;
  if (text == "warn") return Level::warn;
  if (text == "error") return Level::error;
  return Level::info;
}

struct Log::Impl {
  Impl(bool json, const std::string& file)
      : queue(writer_to(file), [json](std::uint64_t n) { return dropped_line(json, n); }, {}),
        logger("openclaw", std::make_shared<QueueSink>(queue)) {}
  void write(Level level, std::string_view line) {
    logger.log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
  }
  LineQueue queue;
  spdlog::logger logger;
};

Log::Log(Level level, bool json, const std::string& file)
    : level_(level), json_(json), impl_(std::make_unique<Impl>(json, file)) {
  impl_->logger.set_level(to_spdlog(level));
  impl_->logger.set_pattern(pattern(json));
}

Log::~Log() = default;

void Log::flush() {
  impl_->queue.flush();
}

void Log::write(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!writes(level)) return;
  std::string line = json_ ? "\"event\":" + json_quoted(event) : std::string(event);
  for (const auto& f : fields) append_field(line, json_, f.key, f.value);
  impl_->write(level, line);
}

void Log::write(Level level, std::string_view source, std::string_view event,
                std::span<const Field> fields) {
  if (!writes(level)) return;
  std::string line = line_of_plugin(json_, source, event);
  for (const auto& f : fields) append_field(line, json_, f.key, f.value);
  impl_->write(level, line);
}

void Log::write_json(Level level, std::string_view source, std::string_view event,
                     std::string_view fields_json) {
  if (!writes(level)) return;
  const auto fields =
      nlohmann::json::parse(fields_json.empty() ? "{}" : fields_json, nullptr, false);
  std::string line = line_of_plugin(json_, source, event);
  if (fields.is_object()) {
    for (const auto& [key, value] : fields.items()) {
      append_field(line, json_, key,
                   value.is_string()
                       ? value.get<std::string>()
                       : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
  }
  impl_->write(level, line);
}

}  // namespace openclaw::log
