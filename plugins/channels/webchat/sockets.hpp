// The WebSockets' side of the channel: carries frames between tabs, conversations and the host.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "chats.hpp"
#include "connections.hpp"
#include "openclaw/channel.h"
#include "openclaw/cpp/host.hpp"
#include "protocol.hpp"
#include "relay.hpp"
#include "transfers.hpp"

namespace openclaw::webchat {

class Sockets {
 public:
  /// `instance` is "webchat" or "webchat/ACCOUNT".
  Sockets(sdk::Host& host, FileStore& files, std::string instance);

  void start();
  void drain();  ///< no new connections and messages; answers still go out
  void stop();   ///< closes everything

  void opened(oc_op ws, std::string_view ip);
  void received(oc_op ws, std::string_view text, bool binary);
  void closed(oc_op ws);

  /// The conversation in `thread`, or the main one; created when it is not there.
  Chat& chat(std::string_view sender, std::string_view thread);
  // What the host has for a conversation: to its tabs, here and in other gateways.
  Chat::Delivery deliver(Chat& chat, const oc_message& message);
  void partial(const oc_partial& partial);
  void typing(const oc_typing& typing);

 private:
  // Other gateways.
  void listen();
  void said(Chat& chat, const ChatMessage& message);
  void heard(const Event& event);
  void show(Chat& chat, const Event& event);
  void begin_afresh(Chat& chat);

  /// To every tab of the conversation here; false when no tab took it.
  bool broadcast(const Chat& chat, std::string_view frame);
  bool tell(const Chat& chat, const ChatMessage& message);
  // The running answer.
  void begin_turn(Chat& chat, std::string_view turn);
  void add_text(Chat& chat, std::string_view turn, std::string_view text);
  void reset_text(Chat& chat, std::string_view turn);
  void end_turn(Chat& chat, std::string_view turn);

  enum class Tabs { all, of_text, of_html };
  bool broadcast(const Chat& chat, std::string_view frame, Tabs tabs);
  [[nodiscard]] bool has_html_tab(const Chat& chat);
  void add_html(ChatMessage& message) const;
  void add_html(Chat& chat, std::vector<ChatMessage>& history, std::vector<ChatMessage>& missed);
  /// The running answer's HTML, when it is time or `at_once`; else later.
  void show_live(Chat& chat, bool at_once);
  void show_live_later(const Chat& chat);
  void look_later();
  void close(oc_op ws, std::uint32_t code, std::string_view reason);
  void refuse(oc_op ws, const Invalid& invalid);
  void tell_full();
  void close_overdue();
  void watch_hellos();
  void sweep_later();

  void greet(oc_op ws, Connection& connection, const Hello& hello);
  void welcome_afresh(oc_op ws, std::uint64_t asked_at, const std::optional<sdk::Failure>& failure,
                      std::string_view entries);
  void welcome(oc_op ws, Chat& chat, Welcome w, std::uint64_t after);

  void submit(oc_op ws, Connection& connection, const Say& say);
  void submit_known(oc_op ws, const Say& say);
  void stored(oc_op ws, Chat& chat, const Say& say, std::vector<MessageFile> files, std::int64_t ts,
              const std::string& outcome);
  void not_stored(oc_op ws, const std::string& id, const sdk::Failure& failure);
  void announce(oc_op ws, Connection& connection, const Announce& file);
  void get_file(oc_op ws, Connection& connection, const GetFile& wanted);
  void stop_turn(oc_op ws, const Connection& connection);

  sdk::Host& host_;
  Connections connections_;
  Chats chats_;
  Relay relay_;
  FileStore& files_;
  Transfers transfers_;
  std::string instance_;
  oc_op sweep_timer_ = 0, hello_timer_ = 0, live_timer_ = 0, noticed_timer_ = 0;
  using Behind = std::pair<std::string, std::string>;  ///< sender, conversation
  std::deque<Behind> behind_;                          ///< their pages show less than there is
  RenderPace pace_;
  bool draining_ = false;
  std::uint64_t refused_ = 0;  ///< connections, since it was last told
  std::optional<std::int64_t> told_full_at_;
};

}  // namespace openclaw::webchat
