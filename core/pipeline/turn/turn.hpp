// One turn of a session's lane: history → prompt → provider chain → stream → one durable finish.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config.hpp"
#include "core/pipeline/lanes/lanes.hpp"
#include "core/pipeline/media/turn_media.hpp"
#include "core/pipeline/ports.hpp"
#include "core/pipeline/turn/client_request.hpp"
#include "core/pipeline/turn/compactor.hpp"
#include "core/pipeline/turn/model_call.hpp"
#include "core/pipeline/turn/prompt.hpp"
#include "core/pipeline/turn/turn_house.hpp"
#include "core/pipeline/turn/turn_record.hpp"
#include "core/pipeline/turn/turn_show.hpp"
#include "core/pipeline/waiting_message.hpp"

namespace openclaw::pipeline {

struct TurnResult {
  /// retry: the store failed before anything was done; the messages still wait.
  /// fenced: another epoch owns them.
  enum class Kind : std::uint8_t { answered, silent, dead, fenced, retry } kind = Kind::answered;
  Written written{};
  std::vector<OutboxEntry> outbox{};  ///< what `written` says of them
};

class Turn : private ModelCall::Asker {
 public:
  /// `channel` is null for a turn that is answered over HTTP only. `finished` is called once, after
  /// which the turn may be destroyed.
  Turn(TurnHouse& house, LaneGuard guard, LaneTurn lane, std::vector<WaitingMessage> messages,
       const config::Agent& agent, std::vector<ProviderRef> chain, ChannelPort* channel,
       std::int64_t reply_ttl_ms, std::function<void(TurnResult)> finished);
  ~Turn() override;
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  /// Claims its messages and reads the conversation; asks the model when there is a slot for it.
  /// `typing` is what its last message had while it waited, or null.
  void start(std::unique_ptr<TypingIndicator> typing);
  void slot_granted();  ///< the slot that it waited for
  /// Ends it soon: its messages count as silent (`/stop`).
  void cancel();
  /// `/new`: waits for no summary any more, but asks without what was said before.
  void forget_history();

  [[nodiscard]] const std::vector<WaitingMessage>& messages() const { return messages_; }
  [[nodiscard]] const std::string& session() const { return lane_.session; }
  /// Its end is known, and being stored.
  [[nodiscard]] bool is_ending() const { return finishing_; }

 private:
  void count_attempt();
  void give_back(const Error& error);
  void read_history();
  void bring_media();
  void want_media();
  [[nodiscard]] std::string media_notes(MediaOwner owner) const;
  [[nodiscard]] bool may_be_the_media(const ModelCall::Outcome& outcome) const;
  void ask_without_media(const std::string& why);
  void prepared();
  void ask();
  void start_model();
  std::string body(std::string_view model) override;
  bool heard(const Answer& so_far, std::string_view delta) override;
  void ended(ModelCall::Outcome outcome) override;
  void overflowed(ModelCall::Outcome outcome);
  void shorten();
  void shortened(Compactor::Outcome outcome);
  void die(std::string reason, const std::string& notice = {});
  void finish(Finish write);
  void commit(Finish write);
  void tell_listeners(const Finish& written);

  TurnHouse& house_;
  LaneGuard guard_;
  LaneTurn lane_;
  std::vector<WaitingMessage> messages_;
  const config::Agent& agent_;
  std::vector<ProviderRef> chain_;
  ChannelPort* channel_;
  std::function<void(TurnResult)> finished_;
  ClientRequest request_;  ///< of the last message
  TurnRecord record_;
  TurnShow show_;
  std::shared_ptr<Turn*> alive_;  ///< shared with callbacks under way; null inside once destroyed
  std::optional<ModelCall> model_;
  std::unique_ptr<Compactor> compactor_;
  std::unique_ptr<TurnMedia> media_;
  std::optional<Prompt> prompt_;
  std::optional<History> history_;
  Answer answer_;
  runtime::TimerId timer_{}, deadline_{};
  runtime::TimePoint limit_{};  ///< what deadline_ waits for
  std::uint32_t commit_tries_ = 0, history_tries_ = 0;
  Errc failed_as_ = Errc::network;  ///< for who listens
  enum class Media : std::uint8_t {
    unread,
    under_way,
    ready,
    left_out  ///< some or all: the same is asked again
  } media_state_ = Media::unread;
  enum class Shortened : std::uint8_t { no, under_way, yes } shortened_ = Shortened::no;
  bool attempt_counted_ = false, has_history_ = false, attempt_failed_ = false, cancelled_ = false,
       finishing_ = false;
};

}  // namespace openclaw::pipeline
