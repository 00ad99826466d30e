// Stands between a storage plugin and its server, and cuts the connection where a test wants it.
// Link OpenClaw::storage_contract.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace openclaw::testing {

class StorageProxy {
 public:
  enum class Cut {
    none,
    before,  ///< the next batch does not reach the server
    within,  ///< a half of the next batch reaches the server
    after,   ///< the server has answered the next batch, and the answer does not arrive
    late,    ///< the client is cut off, and the next batch reaches the server at deliver()
  };
  /// `server`: its Unix socket. `batch`: by what a batch is known among the bytes of a client.
  StorageProxy(const std::filesystem::path& server, std::string batch);
  ~StorageProxy();
  StorageProxy(const StorageProxy&) = delete;
  StorageProxy& operator=(const StorageProxy&) = delete;

  /// That of a socket which is named as the server's is.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path socket() const { return folder_ / server_.filename(); }
  /// Once, at the next batch; then `refuse` new connections so many times.
  void cut_next(Cut where, int refuse = 0) {
    refuse_.store(refuse);
    if (where == Cut::late) hold_back();
    cut_.store(where);
  }
  /// What was held back reaches the server, and is answered there; returns then. Throws
  /// std::runtime_error when that takes long.
  void deliver();
  [[nodiscard]] bool did_cut() const { return cut_.load() == Cut::none; }

 private:
  void accept_all();
  void relay(int client);
  void send_late(int server, std::string_view piece);
  void hold_back();

  std::filesystem::path folder_, server_;
  std::string batch_;
  int listener_ = -1;
  std::atomic<Cut> cut_{Cut::none};
  std::atomic<int> refuse_{0};
  std::atomic<bool> stopping_{false};
  // What was held back, on its way to the server.
  enum class Late { held, released, delivered };
  std::mutex late_lock_;
  std::condition_variable late_changed_;
  Late late_ = Late::held;
  std::thread acceptor_;
  std::vector<std::thread> relays_;
};

}  // namespace openclaw::testing
