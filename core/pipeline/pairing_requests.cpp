// Strangers who ask to be let in, and the operator who decides.
#include "core/pipeline/pipeline.hpp"

namespace openclaw::pipeline {

namespace {
constexpr char kPairingKey[] = "pairing";
}  // namespace

void Pipeline::send_pairing_code(const Inbound& message, std::string code, int tries) {
  // The code is only told once it is durable: an operator may approve it after a restart.
  keep(kPairingKey, pairing_.serialise(),
       [alive = alive_, message, code, tries](const Result<Written>& written) {
         if (*alive == nullptr) return;
         Pipeline& self = **alive;
         const std::string& peer = message.from.sender_id;
         if (self.values_.lost_race(written, tries)) {
           self.values_.read(kPairingKey, [alive, message, peer, tries](const Result<void>& read) {
             if (*alive == nullptr || read.has_error()) return;
             Pairing& pairing = (*alive)->pairing_;
             if (pairing.approved(message.instance, peer)) return;
             const auto again = pairing.request(message.instance, peer, (*alive)->env_.unix_ms());
             if (!again.is_new) return;
             (*alive)->send_pairing_code(message, again.code, tries + 1);
           });
           return;
         }
         if (written.has_error()) {
           // Never told, so void: the peer's next message asks for another.
           self.pairing_.withdraw(message.instance, peer);
           self.env_.log.error("pairing.not_stored", {{"error", written.error().message}});
           return;
         }
         self.send_notices(
             message.instance,
             self.replies_to(message,
                             "I do not know you yet. Ask the operator of this gateway to "
                             "run:\n\nopenclaw pairing approve " +
                                 message.instance + " " + code +
                                 "\n\nThe code is valid for one hour at most."));
       });
}

void Pipeline::approve_pairing(const std::string& channel, const std::string& code,
                               Done<Pairing::Pending> done, int tries) {
  auto approved = pairing_.approve(channel, code, env_.unix_ms());
  if (approved.has_error() && !(collector_ && tries == 0)) {
    done(approved.error());
    return;
  }
  // Shared: by exactly one of the callbacks below.
  auto d = std::make_shared<Done<Pairing::Pending>>(std::move(done));
  const auto again = [alive = alive_, channel, code, d, tries](const Result<void>& read) {
    if (*alive == nullptr || read.has_error()) {
      (*d)(read.has_error() ? read.error() : Error{Errc::again, "the gateway is stopping"});
      return;
    }
    (*alive)->approve_pairing(channel, code, std::move(*d), tries + 1);
  };
  if (approved.has_error()) {
    values_.read(kPairingKey, again);  // another gateway may just have given out that code
    return;
  }
  keep(kPairingKey, pairing_.serialise(),
       [alive = alive_, p = std::move(*approved), d, again,
        tries](const Result<Written>& written) mutable {
         if (*alive != nullptr && (*alive)->values_.lost_race(written, tries)) {
           (*alive)->values_.read(kPairingKey, again);
         } else if (written.has_error()) {
           // Told to have failed, so it has: a restart would not know the peer either.
           if (*alive != nullptr) (*alive)->pairing_.unapprove(std::move(p));
           (*d)(written.error());
         } else {
           (*d)(std::move(p));
         }
       });
}

void Pipeline::revoke_pairing(const std::string& channel, const std::string& peer,
                              Done<Pairing::Revoked> done, int tries) {
  if (collector_ && tries == 0) {
    // Another gateway may just have let the peer in.
    auto d = std::make_shared<Done<Pairing::Revoked>>(std::move(done));  // shared: by the callback
    values_.read(kPairingKey, [alive = alive_, channel, peer, d](const Result<void>& read) {
      if (*alive == nullptr || read.has_error()) {
        (*d)(read.has_error() ? read.error() : Error{Errc::again, "the gateway is stopping"});
        return;
      }
      (*alive)->revoke_pairing(channel, peer, std::move(*d), 1);
    });
    return;
  }
  const Pairing::Revoked revoked = pairing_.revoke(channel, peer);
  keep(kPairingKey, pairing_.serialise(),
       [alive = alive_, channel, peer, revoked, tries,
        d = std::move(done)](const Result<Written>& written) mutable {
         if (*alive != nullptr && (*alive)->values_.lost_race(written, tries)) {
           auto then = std::make_shared<Done<Pairing::Revoked>>(std::move(d));
           (*alive)->values_.read(
               kPairingKey, [alive, channel, peer, then, tries](const Result<void>& read) {
                 if (*alive == nullptr || read.has_error()) {
                   (*then)(read.has_error() ? read.error()
                                            : Error{Errc::again, "the gateway is stopping"});
                   return;
                 }
                 (*alive)->revoke_pairing(channel, peer, std::move(*then), tries + 1);
               });
         } else if (written.has_error()) {
           d(written.error());
         } else {
           d(revoked);
         }
       });
}

}  // namespace openclaw::pipeline
