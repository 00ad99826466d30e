// Links and unlinks peers.
#include "core/http/peer.hpp"

namespace openclaw::http {

void PeerList::add(std::shared_ptr<Peer> peer) {
  Peer* const raw = peer.get();
  raw->self_ = std::move(peer);
  raw->next_ = first_;
  if (first_ != nullptr) first_->previous_ = raw;
  first_ = raw;
}

void PeerList::remove(Peer& peer) {
  if (peer.self_ == nullptr) return;
  if (peer.previous_ != nullptr) peer.previous_->next_ = peer.next_;
  if (peer.next_ != nullptr) peer.next_->previous_ = peer.previous_;
  if (first_ == &peer) first_ = peer.next_;
  peer.previous_ = peer.next_ = nullptr;
  const std::shared_ptr<Peer> last = std::move(peer.self_);
}

}  // namespace openclaw::http
