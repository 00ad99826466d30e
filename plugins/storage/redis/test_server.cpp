// Starts and stops the server of the tests.
#include "test_server.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "openclaw/testing/storage_service.hpp"

namespace openclaw::redis {

namespace {
constexpr std::uint32_t kCommandMs = 20'000;

/// A line's words as redis-cli reads them: some in quotes, in which \" \\ and \xHH stand for a
/// byte.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  bool quoted = false, inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ' && !quoted) {
      inside = false;
      continue;
    }
    if (!std::exchange(inside, true)) words.emplace_back();
    if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] != '\\') {
      words.back() += line[i];
    } else if (line[++i] != 'x') {
      words.back() += line[i];
    } else {
      words.back() += static_cast<char>(std::stoi(line.substr(i + 1, 2), nullptr, 16));
      i += 2;
    }
  }
  return words;
}

}  // namespace

std::vector<std::string> TestServer::durable() {
  return {"--appendonly", "yes", "--appendfsync", "always"};
}

std::vector<std::string> TestServer::forgetful() {
  return {"--appendonly", "no"};
}

TestServer::TestServer(std::vector<std::string> settings)
    : folder_(testing::make_folder("openclaw-redis")) {
  start(std::move(settings));
}

TestServer::~TestServer() {
  stop(SIGKILL);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TestServer& TestServer::shared() {
  static TestServer server;
  return server;
}

void TestServer::start(std::vector<std::string> settings) {
  settings_ = std::move(settings);
  std::vector<std::string> command = {"redis-server",
                                      "--port",
                                      "0",
                                      "--unixsocket",
                                      socket(),
                                      "--dir",
                                      folder_.string(),
                                      "--save",
                                      "",
                                      "--supervised",
                                      "systemd",
                                      "--daemonize",
                                      "no"};
  command.insert(command.end(), settings_.begin(), settings_.end());
  pid_ = testing::start_service(command, folder_);
}

void TestServer::stop(int signal) {
  testing::stop_service(pid_, signal);
}

void TestServer::signal(int number) const {
  ::kill(pid_, number);
}

Reply TestServer::run(const Args& command) const {
  Link link(read_address(url()));
  link.open(deadline_in(kCommandMs));
  return link.run(command, deadline_in(kCommandMs));
}

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd, generic, size) != 0 || ::getsockname(fd, generic, &size) != 0) {
    throw std::runtime_error("no free port");
  }
  ::close(fd);
  return ntohs(address.sin_port);
}

std::string section(const std::string& url, const std::string& prefix) {
  return R"({"type":"redis","url":")" + url + R"(","prefix":")" + prefix + R"("})";
}

TestPlace::TestPlace(TestServer& server) : server_(server) {
  static std::atomic<int> next{1};
  prefix = "place_" + std::to_string(next++);
}

TestPlace::~TestPlace() {
  try {
    server_.run(Args{"EVAL",
                     "for _, key in ipairs(redis.call('KEYS', '{' .. ARGV[1] .. '}:*')) do "
                     "redis.call('UNLINK', key) end",
                     "0", prefix});
  } catch (const RedisError& error) {
    ADD_FAILURE() << "the keys of " << prefix << " stay: " << error.what();
  }
}

void TestPlace::make(const std::string& version) {
  std::ifstream file(OPENCLAW_REDIS_VERSIONS "/" + version + ".redis");
  if (!file) throw std::runtime_error("there is no version " + version);
  const std::string tag = "{store}:";
  for (std::string line; std::getline(file, line);) {
    auto words = words_of(line);
    if (words.empty() || line[0] == '#') continue;
    words.at(1).replace(0, tag.size(), key(""));
    Args command;
    for (auto& word : words) command.lent(word);
    server_.run(command);
  }
}

}  // namespace openclaw::redis
