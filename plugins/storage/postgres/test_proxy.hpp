// Stands between the plugin and a server, and cuts the connection where a test wants it.
#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace openclaw::postgres {

class TestProxy {
 public:
  enum class Cut {
    none,
    before,  ///< the next batch does not reach the server
    after,   ///< the server has answered the next batch, and the answer does not arrive
    stall,   ///< the next batch reaches nobody, and the connection stays open
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
  [[nodiscard]] bool did_cut() const { return cut_.load() == Cut::none; }

 private:
  void accept_all();
  void relay(int client);

  std::string folder_;
  std::filesystem::path server_;
  int listener_ = -1;
  std::atomic<Cut> cut_{Cut::none};
  std::atomic<int> refuse_{0};
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
  std::vector<std::thread> relays_;
};

}  // namespace openclaw::postgres
