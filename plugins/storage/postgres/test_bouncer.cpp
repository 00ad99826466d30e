// Its configuration: few server connections, so that clients share them.
#include "test_bouncer.hpp"

#include <csignal>
#include <fstream>

#include "openclaw/testing/storage_service.hpp"

namespace openclaw::postgres {

TestBouncer::TestBouncer(const TestServer& server)
    : folder_(testing::make_folder("openclaw-bouncer", kServerUser)) {
  std::ofstream(folder_ / "pgbouncer.ini")
      << "[databases]\npostgres = host=" << server.folder().string() << " user=openclaw\n"
      << "[pgbouncer]\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 3\n"
      << "listen_addr =\nlisten_port = 6432\nunix_socket_dir = " << folder_.string() << "\n";
  pid_ = testing::start_service({"pgbouncer", folder_ / "pgbouncer.ini"}, folder_, kServerUser);
}

TestBouncer::~TestBouncer() {
  testing::stop_service(pid_, SIGINT);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

TestBouncer& TestBouncer::shared() {
  static TestBouncer bouncer(TestServer::shared());
  return bouncer;
}

}  // namespace openclaw::postgres
