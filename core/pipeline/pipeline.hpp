// The way of a message, stage by stage; see core/ARCHITECTURE.md for the drawing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/config/config.hpp"
#include "core/log/log.hpp"
#include "core/pipeline/access/access.hpp"
#include "core/pipeline/access/pairing.hpp"
#include "core/pipeline/access/sender_rate.hpp"
#include "core/pipeline/commands/commands.hpp"
#include "core/pipeline/commands/model_choices.hpp"
#include "core/pipeline/dead_letters/dead_letter_office.hpp"
#include "core/pipeline/delivery/delivery.hpp"
#include "core/pipeline/lanes/cut_turns.hpp"
#include "core/pipeline/lanes/lanes.hpp"
#include "core/pipeline/ledger.hpp"
#include "core/pipeline/ports.hpp"
#include "core/pipeline/progress/ack_reaction.hpp"
#include "core/pipeline/progress/typing.hpp"
#include "core/pipeline/routing/router.hpp"
#include "core/pipeline/sharing/collector.hpp"
#include "core/pipeline/sharing/kept_values.hpp"
#include "core/pipeline/turn/compactor.hpp"
#include "core/pipeline/turn/failover.hpp"
#include "core/pipeline/turn/turn.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::pipeline {

/// What became of a submitted message.
struct Submitted {
  enum class Outcome : std::uint8_t { accepted, duplicate, refused } outcome = Outcome::accepted;
  std::string session;
};

/// A question over HTTP: a turn in `session`, answered to `listener`.
struct ApiQuestion {
  std::string agent, session, text;
  std::string client_messages_json;          ///< stateless: the whole conversation, or empty
  std::string client_parameters_json;        ///< {"temperature":..}, or empty
  std::string instructions;                  ///< added to the agent's, or empty
  std::shared_ptr<AnswerListener> listener;  ///< shared with the HTTP handler
};

/// Counts for the metrics, called on the pipeline's loop.
struct PipelineObserver {
  std::function<void(const std::string& instance, const char* outcome)> submitted;
  std::function<void(const char* outcome, double seconds)> turn;
  DeliveryObserver delivery;
};

class Pipeline {
 public:
  struct Environment {
    runtime::Loop& loop;
    StorePort& store;
    log::Log& log;
    std::function<std::uint32_t()> random;
    std::function<std::int64_t()> unix_ms;
    PipelineObserver observer;
    /// Pauses before a write that failed, and a send that failed, is tried again.
    runtime::Millis store_retry{1000}, send_retry{1000};
    runtime::Millis look_at_replies{10'000};  ///< how often it is looked what has expired
    /// Of several gateways: what others told whose topic is not the pipeline's, and after each
    /// round of collecting.
    std::function<void(const Notice&)> noticed{};
    std::function<void()> collected{};
    /// Counts on while the machine sleeps, and is never set.
    std::function<std::int64_t()> boot_ms = runtime::boot_ms;
  };

  /// `first_epoch` is greater than every epoch that the store has seen. Ports must outlive it.
  Pipeline(const config::Config& config, Environment environment, std::uint64_t first_epoch);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // Everything below is called on the pipeline's loop, unless marked.

  void add_channel(ChannelPort& channel, AccessPolicy policy, AckSettings ack = {});
  void channel_can_deliver(const std::string& instance);  ///< it connected: send what waits
  void add_provider(ProviderPort& provider);
  /// Reads what an earlier run left, before anything is submitted.
  void recover(Done<void> done);
  /// What recover() found may be answered now: ports and providers have been started.
  void begin_turns();

  void submit(Inbound message, Done<Submitted> done);
  void ask(ApiQuestion question);
  /// The conversation that a chat has. Errors: auth when the sender may not speak.
  void history(Inbound chat, std::uint32_t limit, Done<History> done);
  /// Ends the chat's turn and forgets what waits behind it; the number of messages ended.
  void stop_turns(const Inbound& chat, Done<std::size_t> done);

  [[nodiscard]] Pairing& pairing() { return pairing_; }
  void approve_pairing(const std::string& channel, const std::string& code,
                       Done<Pairing::Pending> done, int tries = 0);
  void revoke_pairing(const std::string& channel, const std::string& peer,
                      Done<Pairing::Revoked> done, int tries = 0);

  /// What died, behind `after`, at most `limit` (not 0) of it.
  void list_dead(const DeadId& after, std::uint32_t limit, Done<DeadPage> done);
  /// Tries them again, or drops them, each for itself and in this order. A message goes behind what
  /// waits in its session, a reply behind what waits for its chat. Errors: again (it drains).
  void resolve_dead(const std::vector<DeadId>& ids, bool drop, Done<std::vector<DeadOutcome>> done);

  /// Takes no new turn; `drained` once the running turns and sends are over. What waits stays in
  /// the store for the next start, but a question over HTTP: its client is told, and it is over.
  /// One that is being stored still becomes a turn.
  void drain(std::function<void()> drained);
  /// Lets go of the turns that still run, without a trace: their rows stay for the next start.
  /// Those whose end is being stored go on; drain()'s `drained` comes when they are over.
  void abandon();

  [[nodiscard]] const Ledger& ledger() const { return ledger_; }  ///< [any thread] snapshot()
  [[nodiscard]] std::size_t waiting() const { return lanes_.waiting(); }
  [[nodiscard]] std::size_t running() const { return turns_.size(); }
  [[nodiscard]] std::vector<std::string> agents() const;
  [[nodiscard]] const std::vector<std::string>& provider_order() const { return provider_order_; }

 private:
  struct ChannelEntry {
    ChannelPort* port = nullptr;
    std::unique_ptr<Access> access;
    std::unique_ptr<AckReaction> ack;
  };

  struct RunningCompaction {
    WaitingMessage message;
    std::unique_ptr<Compactor> compactor;
  };

  void refuse(const Inbound& message, const Decision& decision);
  void store_inbound(Inbound message, Router::Route route, std::shared_ptr<AnswerListener> listener,
                     runtime::TimePoint give_up, Done<Submitted> done);
  void enqueue(WaitingMessage message, const std::string& session, bool solo, std::uint32_t bytes);
  [[nodiscard]] Wanted wanted();
  void collected(Collected got);
  void welcome(const InboxRow& row);
  void heed(const Notice& notice);
  void mended();
  void tell_others(std::string topic, std::string text);
  [[nodiscard]] std::size_t lanes_wanted() const;
  [[nodiscard]] bool has_enough_for(const std::string& session) const;
  void stored_here(const std::string& session);
  [[nodiscard]] bool is_elsewhere(const Result<Written>& written,
                                  const std::shared_ptr<AnswerListener>& listener,
                                  runtime::TimePoint give_up) const;
  void ask_again(Inbound message, Router::Route route, std::shared_ptr<AnswerListener> listener,
                 runtime::TimePoint give_up, Done<Submitted> done);
  /// Ends what it has of messages that came before that; the number of messages that ended.
  std::size_t stop_session(const std::string& session, std::int64_t before_ms = INT64_MAX);
  Result<void> restore(const std::string& key, const std::string& value);
  void keep(const std::string& key, std::string value, Done<Written> done);
  void pump();
  void pump_soon();
  void start_turn(LaneTurn lane);
  void keep_one_address(LaneTurn& lane, std::vector<WaitingMessage>& messages);
  void try_again(const Turn& turn);
  void turn_over(std::string session, std::uint64_t epoch, TurnResult result,
                 runtime::TimePoint began);
  void finish_now(const WaitingMessage& message, const std::string& session,
                  Disposition disposition, std::string reply, std::string reason,
                  std::vector<TranscriptEntry> transcript = {});
  void commit_now(Finish write);
  void run_command(WaitingMessage message, const std::string& session, const Command& command);
  void dead_letter(WaitingMessage message, const std::string& session, std::string reason,
                   std::string notice);
  void start_new(WaitingMessage message, const std::string& session, const std::string& model);
  void compact(WaitingMessage message, const std::string& session);
  bool end_compaction(const std::string& session, const std::string& reason);
  void tell_usage(WaitingMessage message, const std::string& session);
  void choose_model(WaitingMessage message, const std::string& session, const std::string& model);
  void keep_model(const std::string& session, const std::string& model, Done<void> done,
                  int tries = 0);
  void recover_models(Done<void> done);
  void recover_cut_turns(Done<void> done);
  void send_pairing_code(const Inbound& message, std::string code, int tries = 0);
  void recover_outbox(std::uint64_t after, Done<void> done);
  void recover_inbox(std::uint64_t after, Done<void> done);
  void adopt(const InboxRow& row);
  void place(const InboxRow& row, bool is_new = false);
  void take_back(InboxRow row);
  bool let_go(std::uint64_t message, const std::string& session);
  void send_away(WaitingMessage question, const std::string& session);
  void note_drained();
  void inbound_stored(const Result<Written>& written, const std::string& session, bool waited_for,
                      std::uint64_t& claimed);
  void cut(std::uint64_t message);
  void keep_cuts(int tries = 0);
  void reset_over(const std::string& session);
  /// What the gateway itself says: plain text, put into the channel's own form.
  [[nodiscard]] std::vector<Outbound> replies_to(const Inbound& message,
                                                 std::string_view text) const;
  void send_notices(const std::string& instance, std::vector<Outbound> notices);
  [[nodiscard]] const config::Agent& agent(const std::string& id) const;
  /// With the model that the session chose.
  [[nodiscard]] std::vector<ProviderRef> chain(const config::Agent& agent,
                                               const std::string& session) const;
  /// Errors: auth when the sender may not speak.
  [[nodiscard]] Result<std::string> readable_session(const Inbound& chat) const;
  [[nodiscard]] ChannelPort* channel(const std::string& instance) const;
  [[nodiscard]] AckReaction* ack(const std::string& instance) const;
  [[nodiscard]] std::string status_text(const std::string& session, const std::string& agent) const;

  const config::Config& config_;
  Environment env_;
  std::shared_ptr<Pipeline*> alive_;  ///< shared with callbacks under way; null inside once gone
  Pairing pairing_;
  SenderRate sender_rate_;
  Router router_;
  Ledger ledger_;
  const std::uint64_t first_epoch_;  ///< of this run
  Lanes lanes_;
  Cooldowns cooldowns_;
  MediaBudget media_budget_;
  Delivery delivery_;
  DeadLetterOffice dead_letter_office_;
  std::unique_ptr<Collector> collector_;  ///< null when the store is this gateway's alone
  bool more_to_collect_ = false;
  std::vector<std::string> asked_outlets_;  ///< by the last round of collecting
  TimePoint asked_at_{}, refreshed_at_{};
  KeptValues values_;
  /// Sessions whose reset is under way, and the turn that waits for it.
  std::map<std::string, std::optional<LaneTurn>> resetting_;
  std::map<std::string, ChannelEntry> channels_;
  std::map<std::string, ProviderPort*> providers_;
  std::vector<std::string> provider_order_;
  TurnHouse house_;
  std::map<std::uint64_t, WaitingMessage> waiting_;
  WaitingIndicators waiting_indicators_;
  std::map<std::string, std::unique_ptr<Turn>, std::less<>> turns_;
  std::map<std::string, RunningCompaction> compactions_;  ///< by session
  std::vector<std::pair<WaitingMessage, std::string>> early_compactions_;
  ModelChoices models_;
  CutTurns cut_turns_;
  runtime::TimerId wake_{};
  /// Under way: messages that are ended, messages that are stored, lists of cuts.
  std::size_t finishing_now_ = 0, storing_ = 0, keeping_cuts_ = 0;
  /// Of several gateways: messages that are being stored and will wait here, by session.
  std::unordered_map<std::string, std::size_t> storing_here_;
  bool cuts_to_keep_ = false;
  bool begun_ = false, draining_ = false, abandoned_ = false, pump_posted_ = false;
  std::function<void()> drained_;
};

}  // namespace openclaw::pipeline
