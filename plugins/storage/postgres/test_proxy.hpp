// Stands between the plugin and a server, and cuts the connection where a test wants it.
#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace openclaw::postgres {

class TestProxy {
 public:
  enum class Cut {
    none,
    before,  ///< the next batch does not reach the server
    after,   ///< the server has answered the next batch, and the answer does not arrive
    late,    ///< the client is cut off, and the next batch reaches the server at deliver()
  };
  /// `server`: the folder of the server's socket.
  explicit TestProxy(const std::filesystem::path& server);
  ~TestProxy();
  TestProxy(const TestProxy&) = delete;
  TestProxy& operator=(const TestProxy&) = delete;

  [[nodiscard]] std::string url() const { return "postgres://openclaw@/postgres?host=" + folder_; }
  /// Once, at the next batch; then `refuse` new connections so many times.
  void cut_next(Cut where, int refuse = 0) {
    refuse_.store(refuse);
    cut_.store(where);
  }
  /// What was held back reaches the server, and is answered there; returns then.
  void deliver() {
    deliver_.store(true);
    while (!delivered_.load()) std::this_thread::yield();
  }
  [[nodiscard]] bool did_cut() const { return cut_.load() == Cut::none; }

 private:
  void accept_all();
  void relay(int client);
  void send_late(int server, std::string_view piece);

  std::string folder_;
  std::filesystem::path server_;
  int listener_ = -1;
  std::atomic<Cut> cut_{Cut::none};
  std::atomic<int> refuse_{0};
  std::atomic<bool> stopping_{false}, deliver_{false}, delivered_{false};
  std::thread acceptor_;
  std::vector<std::thread> relays_;
};

}  // namespace openclaw::postgres
