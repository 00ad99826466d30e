// Request heads that mean different things to different parsers, and ordinary ones, for tests.
#pragma once

#include <string>
#include <vector>

namespace openclaw::http::testing {

inline std::string with_headers(const std::string& lines) {
  return "POST /canary HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n\r\n";
}

/// Each is refused with 400, from the head alone.
inline std::vector<std::string> smuggling_heads() {
  const std::string nul(1, '\0');
  std::vector<std::string> heads;
  // Transfer-Encoding that some parsers take for chunked and others do not.
  for (const std::string& value : {std::string("xchunked"),
                                   std::string("chunked, identity"),
                                   std::string("identity, chunked"),
                                   std::string("chunked, chunked"),
                                   std::string("gzip"),
                                   std::string("gzip, chunked"),
                                   std::string("identity"),
                                   std::string(""),
                                   std::string("Chunked"),
                                   std::string("CHUNKED"),
                                   std::string("chunked;q=1"),
                                   std::string("\"chunked\""),
                                   std::string("'chunked'"),
                                   std::string("chunked,"),
                                   std::string(",chunked"),
                                   std::string("chunk"),
                                   std::string("chunkedx"),
                                   std::string("\x0b"
                                               "chunked"),
                                   std::string("\x0c"
                                               "chunked"),
                                   std::string("chunked\x0b"),
                                   std::string("chunked\x7f"),
                                   std::string("\xa0"
                                               "chunked"),
                                   std::string("chunked\x85"),
                                   "chunked" + nul,
                                   nul + "chunked",
                                   std::string("cow, chunked"),
                                   std::string("chunked cow"),
                                   std::string("x: chunked"),
                                   std::string("\x01"
                                               "chunked")}) {
    heads.push_back(with_headers("Transfer-Encoding: " + value));
  }
  // Header names that some parsers trim, fold or map to Transfer-Encoding or Content-Length.
  for (const std::string& line : {std::string("Transfer-Encoding : chunked"),
                                  std::string("Transfer-Encoding\t: chunked"),
                                  std::string(" Transfer-Encoding: chunked"),
                                  std::string("\tTransfer-Encoding: chunked"),
                                  std::string("X: y\r\n Transfer-Encoding: chunked"),
                                  std::string("Transfer_Encoding: chunked"),
                                  std::string("Transfer-Encoding\x0b: chunked"),
                                  std::string("\x0bTransfer-Encoding: chunked"),
                                  "Transfer-Encoding" + nul + ": chunked",
                                  nul + "Transfer-Encoding: chunked",
                                  std::string("Transfer Encoding: chunked"),
                                  std::string("Transfer-Encoding chunked"),
                                  std::string("Transfer-Encoding"),
                                  std::string("\"Transfer-Encoding\": chunked"),
                                  std::string("Transfer-Encoding\xc2\xa0: chunked"),
                                  std::string("Tran\xc5\xbf"
                                              "er-Encoding: chunked"),
                                  std::string("Transfer-Encoding:\r\n chunked"),
                                  std::string("Transfer-Encoding:\r\n\tchunked"),
                                  std::string("Transfer-Encoding: chunked\r\n , identity"),
                                  std::string(": chunked"),
                                  std::string("[Transfer-Encoding]: chunked"),
                                  std::string("Transfer-Encoding\r: chunked"),
                                  std::string("Transfer-Encoding: chunked\r"),
                                  std::string("X: y\rTransfer-Encoding: chunked"),
                                  std::string("X: y\nTransfer-Encoding: chunked"),
                                  std::string("X: y\n\rTransfer-Encoding: chunked"),
                                  std::string("X: y\r\r\nTransfer-Encoding: chunked"),
                                  std::string("X:\nTransfer-Encoding: chunked"),
                                  "X: y" + nul + "\r\nTransfer-Encoding: chunked",
                                  std::string("Content_Length: 5"),
                                  std::string("Content-Length : 5"),
                                  std::string("Content-Length\t: 5"),
                                  std::string(" Content-Length: 5"),
                                  std::string("X: y\r\n Content-Length: 5"),
                                  std::string("Content Length: 5"),
                                  "Content-Length" + nul + ": 5",
                                  std::string("Content-Length:\r\n 5"),
                                  std::string("Content-Length: 5\r\n 5"),
                                  std::string("(Content-Length): 5"),
                                  std::string("Content-Length,: 5"),
                                  std::string("Content-Length=: 5"),
                                  std::string("Content-Length@: 5")}) {
    heads.push_back(with_headers(line));
  }
  // Two framings, in either order.
  for (const char* lines :
       {"Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 0\r\nTransfer-Encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-encoding: cow",
        "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nX: y\r\ncontent-length: 0", "Connection: close, Content-Length",
        "Connection: Transfer-Encoding", "Connection: Host"}) {
    heads.push_back(with_headers(lines));
  }
  for (const std::string& value : {std::string("5, 5"),
                                   std::string("5,5"),
                                   std::string("5, 6"),
                                   std::string("+5"),
                                   std::string("-5"),
                                   std::string("-0"),
                                   std::string("0x5"),
                                   std::string("5 5"),
                                   std::string("5;"),
                                   std::string(""),
                                   std::string("five"),
                                   std::string("5.0"),
                                   std::string("5e1"),
                                   std::string("1_0"),
                                   std::string("\"5\""),
                                   std::string("99999999999999999999"),
                                   std::string("18446744073709551621"),
                                   std::string("5\x0b"),
                                   std::string("\x0c"
                                               "5"),
                                   "5" + nul,
                                   std::string("\xd9\xa5"),
                                   std::string("5\x7f"),
                                   std::string("5\r")}) {
    heads.push_back(with_headers("Content-Length: " + value));
  }
  // Two credentials, of which a proxy may have checked the other.
  for (const std::string& twice :
       {std::string("Authorization: Bearer a\r\nAuthorization: Bearer a"),
        std::string("Authorization: Bearer a\r\nauthorization: Bearer b"),
        std::string("X-API-Key: a\r\nX-Other: 1\r\nx-api-key: b")}) {
    heads.push_back(with_headers(twice));
  }
  // Host missing, repeated or not a host.
  for (const char* lines :
       {"", "Host: localhost\r\nHost: localhost\r\n", "Host: localhost\r\nhost: evil\r\n",
        "Host:\r\n", "Host: \r\n", "Host : localhost\r\n", " Host: localhost\r\n", "Host: a b\r\n",
        "Host: a/b\r\n", "Host: a@b\r\n", "Host: a,b\r\n", "Host: http://a\r\n",
        "Host: a\r\n b\r\n", "Host: a\x01\r\n", "Host: a#b\r\n", "Host: a?b\r\n", "Host: a\\b\r\n",
        "Host: a%00b\r\n"}) {
    heads.push_back(std::string("POST /canary HTTP/1.1\r\n") + lines + "\r\n");
  }
  // Request lines.
  for (const std::string& line : {std::string("POST http://localhost/canary HTTP/1.1"),
                                  std::string("POST //@evil http://x HTTP/1.1"),
                                  std::string("POST canary HTTP/1.1"),
                                  std::string("POST * HTTP/1.1"),
                                  std::string("CONNECT localhost:80 HTTP/1.1"),
                                  std::string("POST  /canary HTTP/1.1"),
                                  std::string("POST /canary  HTTP/1.1"),
                                  std::string("POST\t/canary HTTP/1.1"),
                                  std::string("POST /canary\tHTTP/1.1"),
                                  std::string("POST /canary HTTP/1.1 "),
                                  std::string(" POST /canary HTTP/1.1"),
                                  std::string("POST /canary"),
                                  std::string("POST"),
                                  std::string("/canary HTTP/1.1"),
                                  std::string("POST /canary HTTP/1.2"),
                                  std::string("POST /canary HTTP/2.0"),
                                  std::string("POST /canary HTTP/0.9"),
                                  std::string("POST /canary HTTP/1.10"),
                                  std::string("POST /canary HTTP/1"),
                                  std::string("POST /canary http/1.1"),
                                  std::string("POST /canary HTTP/1.1x"),
                                  std::string("POST /canary HTTP /1.1"),
                                  std::string("POST /canary ICY/1.1"),
                                  std::string("post /canary HTTP/1.1"),
                                  std::string("PO ST /canary HTTP/1.1"),
                                  std::string("P\x01ST /canary HTTP/1.1"),
                                  std::string("POST /can\x7f HTTP/1.1"),
                                  std::string("POST /can\x0b HTTP/1.1"),
                                  "POST /can" + nul + " HTTP/1.1",
                                  std::string("POST /can\xc3\xa4 HTTP/1.1"),
                                  std::string("POST /canary#x HTTP/1.1"),
                                  std::string("POST /can\\ary HTTP/1.1"),
                                  std::string("PRI * HTTP/2.0"),
                                  std::string("POST /canary HTTP/1.1\r"),
                                  std::string("GET /a HTTP/1.1 POST /canary HTTP/1.1"),
                                  std::string("POST:/canary HTTP/1.1"),
                                  std::string("\xef\xbb\xbfPOST /canary HTTP/1.1")}) {
    heads.push_back(line + "\r\nHost: localhost\r\n\r\n");
  }
  // HTTP/1.0 knows no chunked coding; line ends must be CR LF; nothing comes before the line.
  heads.emplace_back(
      "POST /canary HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  heads.emplace_back(
      "POST /canary HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n");
  heads.emplace_back("POST /canary HTTP/1.1\nHost: localhost\n\n");
  heads.emplace_back("POST /canary HTTP/1.1\r\nHost: localhost\n\r\n");
  heads.emplace_back("POST /canary HTTP/1.1\r\nHost: localhost\r\n\n");
  heads.emplace_back("POST /canary HTTP/1.1\nHost: localhost\r\n\r\n");
  heads.emplace_back("POST /canary HTTP/1.1\r\nHost: localhost\r\nX: y\n\n");
  heads.emplace_back("\r\nPOST /canary HTTP/1.1\r\nHost: localhost\r\n\r\n");
  heads.emplace_back("\nPOST /canary HTTP/1.1\r\nHost: localhost\r\n\r\n");
  heads.emplace_back("POST /canary HTTP/1.1\r\n Host: localhost\r\n\r\n");
  return heads;
}

inline std::vector<std::string> well_formed_heads() {
  return {
      "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET / HTTP/1.0\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET /a?b=/c?d HTTP/1.1\r\nHost: [::1]:3000\r\nAccept: */*\r\n\r\n",
      "GET /%C3%A4 HTTP/1.1\r\nhOsT:localhost:3000\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a.b-c_d.example\r\nContent-Length: 0\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n",
      "DELETE /x HTTP/1.1\r\nHost: a\r\nX-Text: caf\xc3\xa9\t\"quoted\"\r\nX-Empty:\r\n\r\n",
      "GET /x HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\nCookie: c=d\r\n\r\n",
      "GET /x HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, TE\r\nTE: trailers\r\n\r\n",
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length:5\t\r\n\r\n",
      "GET /x HTTP/1.1\r\nHost: a\r\nTrailer: Authorization\r\n\r\n",
  };
}

}  // namespace openclaw::http::testing
