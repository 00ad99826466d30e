// Brings what people attached to the messages of one turn, and of the conversation before it.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/pipeline/media/budget.hpp"
#include "core/pipeline/media/part.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

/// Content parts in the attachments' order, and what is to be said of those that have none.
struct OwnedMedia {
  std::vector<std::string> parts;
  std::vector<std::string> notes;  ///< "cat.tiff: not a kind of picture that models read"
};

class TurnMedia {
 public:
  struct Limits {
    std::uint64_t bytes = 0;           ///< of one turn together
    std::size_t attachments = 8;       ///< the newest
    runtime::Millis patience{60'000};  ///< for all together
  };

  /// `channel` is where all of it came from. Both must outlive it.
  TurnMedia(runtime::Loop& loop, ChannelPort& channel, MediaBudget& budget, Limits limits);
  ~TurnMedia();
  TurnMedia(const TurnMedia&) = delete;
  TurnMedia& operator=(const TurnMedia&) = delete;

  /// In order of importance, before bring(): what is named first gets the bytes.
  void want(MediaOwner owner, const Attachment& attachment);
  [[nodiscard]] bool nothing_wanted() const { return wanted_.empty(); }
  /// One after the other; `done` once, never inside.
  void bring(std::function<void()> done);

  /// What there is of an owner's; empty when it has nothing.
  [[nodiscard]] const OwnedMedia& of(MediaOwner owner) const;
  [[nodiscard]] bool has_parts() const;
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }
  /// Lets go of the parts; how many bytes they stood for counts until it ends.
  void forget_parts();

 private:
  struct Wanted {
    MediaOwner owner;
    Attachment attachment;
  };
  void next();
  void ask(MediaBudget::Share share);
  void brought(const Wanted& wanted, MediaBudget::Share share, const Result<FetchedMedia>& fetched);
  void note(const Wanted& wanted, const std::string& why_not);
  void end();

  runtime::Loop& loop_;
  ChannelPort& channel_;
  MediaBudget& budget_;
  Limits limits_;
  std::shared_ptr<TurnMedia*> alive_;  ///< shared with callbacks under way; null inside at the end
  std::deque<Wanted> wanted_;
  MediaBudget::Request request_;
  std::vector<MediaBudget::Share> held_;
  std::uint64_t left_ = 0;
  std::map<MediaOwner, OwnedMedia> media_;
  std::vector<std::string> failures_;  ///< for the operator's log
  runtime::TimerId timer_{};
  std::function<void()> done_;
};

}  // namespace openclaw::pipeline
