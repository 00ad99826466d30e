// Where an outgoing connection leads, read from its URL.
#include "core/http/egress/endpoint.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace openclaw::http::egress {

namespace {

Error invalid(const char* why) {
  return Error{Errc::invalid, std::string("the URL of the connection ") + why};
}

}  // namespace

Result<Endpoint> parse_endpoint(std::string_view url) {
  const auto parsed = boost::urls::parse_uri(boost::core::string_view(url.data(), url.size()));
  if (parsed.has_error()) return invalid("is not a URL");
  const boost::urls::url_view& view = *parsed;
  Endpoint out;
  const std::string scheme = view.scheme();
  out.websocket = scheme == "ws" || scheme == "wss";
  out.tls = scheme == "wss" || scheme == "tls";
  if (!out.websocket && !out.tls && scheme != "tcp") {
    return invalid("must begin with ws://, wss://, tcp:// or tls://");
  }
  if (view.has_userinfo()) return invalid("must not hold a user name");
  if (view.has_fragment()) return invalid("must not hold a #");
  // A percent-encoded host would be another one to whoever reads the URL's text.
  const std::string_view encoded(view.encoded_host().data(), view.encoded_host().size());
  if (encoded.empty() || encoded.find('%') != encoded.npos) return invalid("has no plain host");
  out.host = std::string(view.encoded_host_address());
  if (view.has_port()) {
    out.port = view.port_number();
    if (out.port == 0) return invalid("has no valid port");
  } else if (out.websocket) {
    out.port = out.tls ? 443 : 80;
  } else {
    return invalid("needs a port");
  }
  out.authority = std::string(encoded);
  if (out.port != (out.tls ? 443 : 80)) out.authority += ":" + std::to_string(out.port);
  if (!out.websocket) {
    if (!view.encoded_path().empty() || view.has_query()) return invalid("must end with the port");
    return out;
  }
  out.target = std::string(view.encoded_target());
  if (out.target.empty() || out.target.front() != '/') out.target.insert(out.target.begin(), '/');
  return out;
}

}  // namespace openclaw::http::egress
