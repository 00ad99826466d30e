// One open socket of the server, as its loop keeps it: swept for deadlines, drained, cut.
#pragma once

#include <cstddef>
#include <memory>

#include "core/runtime/loop.hpp"

namespace openclaw::http {

class PeerList;

/// [loop] Everything here happens on the loop of its list.
class Peer {
 public:
  Peer() = default;
  virtual ~Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  virtual void sweep(runtime::TimePoint now) = 0;  ///< acts on deadlines that have passed
  virtual void drain() = 0;                        ///< finishes what runs, then closes
  virtual void cut() = 0;                          ///< closes now

 private:
  friend class PeerList;
  Peer* previous_ = nullptr;
  Peer* next_ = nullptr;
  std::shared_ptr<Peer> self_;  ///< the list's share, beside those of pending operations
};

/// Intrusive, so that a connection costs no node and leaves in constant time.
class PeerList {
 public:
  void add(std::shared_ptr<Peer> peer);
  void remove(Peer& peer);  ///< may drop the last share, but not of the peer that calls
  /// `visit` may remove peers, itself included. When it removes the one that comes next, the rest
  /// is left for the next time.
  template <class Visit>
  void for_each(Visit visit) {
    std::shared_ptr<Peer> peer = first_ != nullptr ? first_->self_ : nullptr;
    while (peer != nullptr) {
      const std::shared_ptr<Peer> next = peer->next_ != nullptr ? peer->next_->self_ : nullptr;
      visit(*peer);
      peer = next;
    }
  }
  [[nodiscard]] std::shared_ptr<Peer> first() const {
    return first_ != nullptr ? first_->self_ : nullptr;
  }
  [[nodiscard]] bool empty() const { return first_ == nullptr; }

 private:
  Peer* first_ = nullptr;
};

}  // namespace openclaw::http
