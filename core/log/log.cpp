// Formats log lines and hands them to spdlog.
#include "core/log/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>

#include "core/log/bounded_file.hpp"

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

/// Standard error, which is moved to a new file before the old one grows too large.
class BoundedSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit BoundedSink(const std::string& file)
      : file_(file, BoundedFile::kBytes, {STDOUT_FILENO, STDERR_FILENO}) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    file_.write({line.data(), line.size()});
  }
  void flush_() override {}  // nothing is kept back

 private:
  BoundedFile file_;
};

spdlog::sink_ptr sink_for(const std::string& file) {
  if (file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  return std::make_shared<BoundedSink>(file);
}

}  // namespace

Level parse_level(std::string_view text) {
  if (text == "debug") return Level::debug;
  if (text == "warn") return Level::warn;
  if (text == "error") return Level::error;
  return Level::info;
}

struct Log::Impl {
  explicit Impl(spdlog::sink_ptr sink) : logger("openclaw", std::move(sink)) {}
  void write(Level level, std::string_view line) {
    logger.log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
  }
  spdlog::logger logger;
};

Log::Log(Level level, bool json, const std::string& file)
    : level_(level), json_(json), impl_(std::make_unique<Impl>(sink_for(file))) {
  impl_->logger.set_level(to_spdlog(level));
  impl_->logger.flush_on(spdlog::level::debug);
  impl_->logger.set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})"
                                 : "%Y-%m-%d %H:%M:%S.%e %-7l %v");
}

Log::~Log() = default;

void Log::flush() {
  impl_->logger.flush();
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
