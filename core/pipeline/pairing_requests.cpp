// Strangers who ask to be let in, and the operator who decides.
#include "core/pipeline/pipeline.hpp"

namespace openclaw::pipeline {

namespace {
constexpr char kNamespace[] = "core";
constexpr char kPairingKey[] = "pairing";
}  // namespace

void Pipeline::send_pairing_code(const Inbound& message, const Decision& decision) {
  // The code is only told once it is durable: an operator may approve it after a restart.
  std::vector<Outbound> notices =
      replies_to(message,
                 "I do not know you yet. Ask the operator of this gateway to run:\n\nopenclaw "
                 "pairing approve " +
                     message.instance + " " + decision.pairing_code +
                     "\n\nThe code is valid for one hour at most.");
  env_.store.write(
      PutValue{kNamespace, kPairingKey, pairing_.serialise()},
      [alive = alive_, n = std::move(notices), instance = message.instance,
       peer = message.from.sender_id](const Result<Written>& written) mutable {
        if (*alive == nullptr) return;
        if (written.has_error()) {
          // Never told, so void: the peer's next message asks for another.
          (*alive)->pairing_.withdraw(instance, peer);
          (*alive)->env_.log.error("pairing.not_stored", {{"error", written.error().message}});
          return;
        }
        (*alive)->send_notices(instance, std::move(n));
      });
}

void Pipeline::approve_pairing(const std::string& channel, const std::string& code,
                               Done<Pairing::Pending> done) {
  auto approved = pairing_.approve(channel, code, env_.unix_ms());
  if (approved.has_error()) {
    done(approved.error());
    return;
  }
  env_.store.write(PutValue{kNamespace, kPairingKey, pairing_.serialise()},
                   [alive = alive_, p = std::move(*approved),
                    d = std::move(done)](const Result<Written>& written) mutable {
                     if (written.has_error()) {
                       // Told to have failed, so it has: a restart would not know the peer either.
                       if (*alive != nullptr) (*alive)->pairing_.unapprove(std::move(p));
                       d(written.error());
                     } else {
                       d(std::move(p));
                     }
                   });
}

void Pipeline::revoke_pairing(const std::string& channel, const std::string& peer,
                              Done<Pairing::Revoked> done) {
  const Pairing::Revoked revoked = pairing_.revoke(channel, peer);
  env_.store.write(PutValue{kNamespace, kPairingKey, pairing_.serialise()},
                   [revoked, d = std::move(done)](const Result<Written>& written) mutable {
                     if (written.has_error()) {
                       d(written.error());
                     } else {
                       d(revoked);
                     }
                   });
}

}  // namespace openclaw::pipeline
