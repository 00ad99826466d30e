// Brings what people attached to the messages of one turn, and of the conversation before it.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/media/budget.hpp"
#include "core/pipeline/media/fetch_retry.hpp"
#include "core/pipeline/media/part.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

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
  /// One after the other; `done` once, never inside. Its end cancels what is under way.
  void bring(std::function<void()> done);

  /// What there is of an owner's, in its attachments' order: content parts, and sentences about
  /// those that have none ("cat.tiff: not a kind of picture that models read").
  [[nodiscard]] std::vector<std::string_view> parts(MediaOwner owner) const;
  [[nodiscard]] std::vector<std::string> notes(MediaOwner owner) const;
  [[nodiscard]] bool has_parts() const;
  [[nodiscard]] bool has_more_than_text() const;
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

  /// Lets go of what is no text, once a prompt holds it; how many bytes it stood for counts on.
  void forget_parts();
  /// A model refused them: pictures, sound and PDF are left out from now on, text stays.
  void leave_out_all_but_text();
  /// They made the request too long.
  void leave_out_all();

 private:
  struct Wanted {
    MediaOwner owner;
    Attachment attachment;
    FetchRetry retry{};
  };
  struct Part {
    std::string json, label;
    bool text = false;
    MediaBudget::Share share;
  };
  struct Owned {
    std::vector<Part> parts;
    std::vector<std::string> notes;
  };
  void next();
  void ask(MediaBudget::Share share);
  void brought(MediaBudget::Share share, const Result<FetchedMedia>& fetched);
  void failed(Wanted wanted, const Error& error);
  void note(const Wanted& wanted, const std::string& why_not);
  void leave_out(bool text_too, const std::string& why);
  void stop_fetching();
  void end();

  runtime::Loop& loop_;
  ChannelPort& channel_;
  MediaBudget& budget_;
  Limits limits_;
  std::shared_ptr<TurnMedia*> alive_;  ///< shared with callbacks under way; null inside at the end
  std::deque<Wanted> wanted_;
  MediaBudget::Request request_;
  FetchId fetch_ = 0;
  std::uint64_t left_ = 0;
  std::map<MediaOwner, Owned> media_;
  std::vector<std::string> failures_;  ///< for the operator's log
  runtime::TimePoint until_{};
  runtime::TimerId timer_{}, pause_{};
  std::function<void()> done_;
};

}  // namespace openclaw::pipeline
