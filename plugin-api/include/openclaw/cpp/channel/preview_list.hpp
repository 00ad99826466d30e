// Which previews stand, in the durable state: what ended without removing them is removed for.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "openclaw/cpp/channel/shared_value.hpp"
#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

struct PreviewPlace {
  std::string chat, thread;
};

/// One list of all gateways. Each message in it names the run that posted it, and each run holds a
/// lease of that name: whoever is given another run's lease knows that it has ended. [strand]
class PreviewList {
 public:
  struct Message {
    PreviewPlace place;
    std::string id;
  };
  struct Events {
    /// Once: it is known what stands.
    std::function<void()> read;
    /// What a run that ended has left. It is this one's to remove now.
    std::function<void(const std::vector<Message>&)> left;
  };
  PreviewList(Host& host, Events events);

  void start();
  void add(Message message);
  void remove(const std::string& chat, const std::string& id);
  /// Nothing more is taken over. What was changed is still written.
  void stop();

 private:
  static constexpr std::size_t kMaxListed = 64;       ///< of this run
  static constexpr std::size_t kMaxOthers = 512;      ///< of all others
  using Owned = std::multimap<std::string, Message>;  ///< by run

  void pump();
  void get();
  void got(const std::string& text);
  void put();
  void watch(const std::string& run);
  void take_over();
  void let_go();
  [[nodiscard]] std::string encode() const;

  Host& host_;
  Events events_;
  SharedValue value_;
  std::string run_;
  std::vector<Message> own_;  ///< oldest first
  Owned others_;
  std::set<std::string> watched_;  ///< runs whose lease is wanted
  std::set<std::string> ended_;    ///< runs whose lease was given
  std::set<std::string> taken_;    ///< of those: what they left is own_ by now
  oc_op again_ = 0;
  bool started_ = false, read_ = false, stale_ = true, changed_ = false, busy_ = false,
       stopped_ = false;
};

}  // namespace openclaw::sdk
