// The fake host's tables, as a plugin finds them; each is made in the file of its service.
#pragma once

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::testing {

struct FakeHost::Services {
  oc_host_api api = make_api();
  oc_log log = make_log();
  oc_http http = make_http();
  oc_connection connection = make_connection();
  oc_timer timer = make_timer();
  oc_inbound inbound = make_inbound();
  oc_state state = make_state();
  oc_cluster cluster = make_cluster();
  oc_route route = make_route();
  oc_stream stream = make_stream();
  oc_status_service status = make_status();
  oc_secret secret = make_secret();
  oc_metrics metrics = make_metrics();
  oc_markup markup = make_markup();

  /// What stands behind the handle that the plugin was given.
  static FakeHost& host(oc_host* h) { return *reinterpret_cast<FakeHost*>(h); }

 private:
  static oc_host_api make_api();
  static oc_log make_log();
  static oc_http make_http();
  static oc_connection make_connection();
  static oc_timer make_timer();
  static oc_inbound make_inbound();
  static oc_state make_state();
  static oc_cluster make_cluster();
  static oc_route make_route();
  static oc_stream make_stream();
  static oc_status_service make_status();
  static oc_secret make_secret();
  static oc_metrics make_metrics();
  static oc_markup make_markup();
};

Headers copy_headers(const oc_kv* kv, std::uint64_t n);
std::vector<oc_kv> borrow(const Headers& headers);

}  // namespace openclaw::testing
