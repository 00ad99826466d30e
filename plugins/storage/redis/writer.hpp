// The connection that writes, for as long as it holds the store.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "batch.hpp"
#include "reader.hpp"
#include "store_lease.hpp"

namespace openclaw::redis {

class Writer : public Reader {
 public:
  enum class Tone { note, warning };
  /// `words` say what it means, and the remedy.
  using Tell = std::function<void(Tone tone, const std::string& event, const std::string& words)>;

  /// Connects, judges the server and takes the store. Throws StoreError: OC_E_AGAIN while another
  /// gateway holds it. `tell` hears that the store is new, and what makes the server less than
  /// durable; not kept.
  Writer(Settings settings, const Tell& tell);
  ~Writer() override;  ///< lets go what it took

  void apply(const sdk::StoreWrites& writes, std::uint32_t deadline_ms) override;
  std::uint32_t renew(std::uint32_t deadline_ms) override;

 protected:
  /// What a gateway takes hold of when it opens the store, and how.
  struct Role {
    std::function<Taken(Link& link, TimePoint deadline)> take;
    const Script& apply;
    const Script& release;
    std::uint32_t lease_ms;
    bool is_member;
    std::string taken_over;  ///< the sentence for that
  };
  Writer(Settings settings, const Tell& tell, Role role);
  /// That of a gateway that has the store for itself; `take`: take_store() or its like.
  static Role one_gateway(const Settings& settings,
                          Taken (*take)(Link&, const Settings&, TimePoint));

  void check_not_ended() const;
  /// Whether messages that come now stand behind some that are to be collected first.
  [[nodiscard]] virtual bool must_leave() const { return false; }
  /// One numbered change, whose number is committed_ + 1; an open outcome is found out. What it
  /// answered; the caller counts it. `call` runs it until a deadline.
  std::string send(const std::function<std::string(TimePoint)>& call, TimePoint deadline);
  /// What a script that changes nothing twice answers, after identity, name, token and number.
  Reply run_held(const Script& script, const Args& args, TimePoint deadline);
  /// The first arguments of every script that needs the right to write.
  [[nodiscard]] Args& add_held(Args& args) const;

  std::uint64_t committed_ = 0;  ///< the number of the last change that surely was

 private:
  void start(const Tell& tell, TimePoint deadline);
  void check_rights(TimePoint deadline);
  std::optional<std::string> settle(TimePoint deadline);
  void end_if_lost(const RedisError& error);
  [[noreturn]] void end(const std::string& why);

  Role role_;
  std::string name_, token_, next_token_;
  std::string ended_;  ///< not empty: why nothing more is written
};

}  // namespace openclaw::redis
