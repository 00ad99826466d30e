// Files on their way between a page and the store, over its WebSocket.
//
// Piece by piece: the next is sent once the one before is stored, or was shown, so that neither
// side holds more than one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "file_store.hpp"
#include "protocol.hpp"

namespace openclaw::webchat {

class Transfers {
 public:
  Transfers(sdk::Host& host, FileStore& files) : host_(host), files_(files) {}

  /// A page that may speak as `owner` has a file to send.
  void announce(oc_op ws, const std::string& owner, const Announce& file);
  /// The next piece may come.
  [[nodiscard]] bool awaits(oc_op ws) const;
  /// The next bytes of the file that it announced.
  void piece(oc_op ws, std::string_view bytes);
  void get(oc_op ws, const std::string& owner, const GetFile& wanted);
  void drop(oc_op ws, const std::string& owner, const std::string& file);
  void closed(oc_op ws);
  /// Ends what has been arriving for too long.
  void sweep();

 private:
  struct Upload {
    std::string id, file;  ///< the page's name for it, ours
    std::uint64_t bytes = 0, received = 0;
    std::int64_t since = 0;  ///< monotonic
    bool busy = true;        ///< something of it is being stored: no piece may come
  };
  void read(oc_op ws, const std::string& owner, const GetFile& wanted);
  /// The upload, unless it has ended meanwhile.
  Upload* find(oc_op ws, const std::string& file);
  void stored_piece(oc_op ws, const std::string& file, std::uint64_t bytes);
  void abort(oc_op ws, std::string_view code, std::string_view message, std::uint64_t retry_ms = 0);
  void store_failed(oc_op ws, const std::string& file, const sdk::Failure& failure);
  void got(oc_op ws, const GetFile& wanted, const StoredFile& file,
           const std::optional<sdk::Failure>& failure, std::string_view bytes);

  sdk::Host& host_;
  FileStore& files_;
  std::map<oc_op, Upload> uploads_;
  std::set<oc_op> reads_;
};

}  // namespace openclaw::webchat
