#include "core/pipeline/media/turn_media.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::pipeline {

using runtime::Millis;
using runtime::SteadyClock;

namespace {

std::string label_of(const Attachment& a) {
  if (!a.name.empty()) return a.name;
  return a.mime.empty() ? "file" : a.mime;
}

std::string in_words(std::uint64_t bytes) {
  return std::to_string(bytes >> 20U) + " MB";
}

}  // namespace

TurnMedia::TurnMedia(runtime::Loop& loop, ChannelPort& channel, MediaBudget& budget, Limits limits)
    : loop_(loop),
      channel_(channel),
      budget_(budget),
      limits_(limits),
      alive_(std::make_shared<TurnMedia*>(this)),
      left_(limits.bytes) {}

TurnMedia::~TurnMedia() {
  *alive_ = nullptr;
  stop_fetching();
}

void TurnMedia::want(MediaOwner owner, const Attachment& attachment) {
  Wanted wanted{owner, attachment};
  if (!worth_fetching(attachment)) return;  // its type says it all
  if (wanted_.size() == limits_.attachments) {
    if (owner.kind == MediaOwner::Kind::question) note(wanted, "too many files at once");
    return;
  }
  wanted_.push_back(std::move(wanted));
}

void TurnMedia::bring(std::function<void()> done) {
  done_ = std::move(done);
  until_ = SteadyClock::now() + limits_.patience;
  timer_ = loop_.after(limits_.patience, [this] {
    timer_ = {};
    for (const Wanted& late : std::exchange(wanted_, {}))
      note(late, "it could not be read in time");
    end();
  });
  loop_.post([alive = alive_] {
    if (*alive != nullptr) (*alive)->next();
  });
}

void TurnMedia::next() {
  if (!done_) return;
  while (!wanted_.empty()) {
    const Wanted& first = wanted_.front();
    const std::uint64_t size = first.attachment.bytes;
    if (left_ == 0 || size > left_) {
      note(first, "larger than the " + in_words(limits_.bytes) + " that a turn may hold");
      wanted_.pop_front();
      continue;
    }
    request_ = budget_.reserve(size != 0 ? size : left_,
                               [this](MediaBudget::Share share) { ask(std::move(share)); });
    return;
  }
  end();
}

/// The channel's callback holds the share: the bytes are there until the channel has let go of
/// them, whether anybody still waits for them or not.
void TurnMedia::ask(MediaBudget::Share share) {
  const std::uint64_t most = share.bytes();
  fetch_ = channel_.fetch(
      wanted_.front().attachment, most,
      [alive = alive_, own = std::move(share)](const Result<FetchedMedia>& fetched) mutable {
        if (*alive != nullptr) (*alive)->brought(std::move(own), fetched);
      });
}

void TurnMedia::brought(MediaBudget::Share share, const Result<FetchedMedia>& fetched) {
  if (!done_) return;  // it came too late
  fetch_ = 0;
  Wanted wanted = std::move(wanted_.front());
  wanted_.pop_front();
  if (fetched.has_error()) {
    share = {};
    failed(std::move(wanted), fetched.error());
    return;
  }
  MediaPart part = media_part(wanted.attachment, fetched->mime, fetched->bytes);
  if (part.json.empty()) {
    note(wanted, part.why_not);
    share = {};
  } else {
    const std::uint64_t size = std::min<std::uint64_t>(fetched->bytes.size(), share.bytes());
    share.shrink_to(size);
    left_ -= std::min<std::uint64_t>(left_, size);
    media_[wanted.owner].parts.push_back(
        {std::move(part.json), label_of(wanted.attachment), part.text, std::move(share)});
  }
  next();
}

void TurnMedia::failed(Wanted wanted, const Error& error) {
  const auto left = std::chrono::floor<Millis>(until_ - SteadyClock::now());
  if (const auto pause = wanted.retry.after(error, left)) {
    wanted_.push_front(std::move(wanted));
    pause_ = loop_.after(*pause, [this] {
      pause_ = {};
      next();
    });
    return;
  }
  failures_.push_back(error.message);
  note(wanted, error.code == Errc::too_large
                   ? "larger than the " + in_words(limits_.bytes) + " that a turn may hold"
               : error.code == Errc::not_found ? "it is no longer there"
                                               : "it could not be read");
  next();
}

void TurnMedia::note(const Wanted& wanted, const std::string& why_not) {
  media_[wanted.owner].notes.push_back(label_of(wanted.attachment) + ": " + why_not);
}

void TurnMedia::stop_fetching() {
  request_.cancel();
  loop_.cancel(timer_);
  loop_.cancel(pause_);
  if (const FetchId open = std::exchange(fetch_, 0); open != 0) channel_.cancel_fetch(open);
}

void TurnMedia::end() {
  stop_fetching();
  if (const auto done = std::exchange(done_, nullptr)) done();
}

// ---- what was brought ----

std::vector<std::string_view> TurnMedia::parts(MediaOwner owner) const {
  std::vector<std::string_view> out;
  const auto it = media_.find(owner);
  if (it == media_.end()) return out;
  for (const Part& part : it->second.parts) {
    if (!part.json.empty()) out.emplace_back(part.json);
  }
  return out;
}

std::vector<std::string> TurnMedia::notes(MediaOwner owner) const {
  const auto it = media_.find(owner);
  return it == media_.end() ? std::vector<std::string>{} : it->second.notes;
}

bool TurnMedia::has_parts() const {
  return std::any_of(media_.begin(), media_.end(),
                     [](const auto& one) { return !one.second.parts.empty(); });
}

bool TurnMedia::has_more_than_text() const {
  return std::any_of(media_.begin(), media_.end(), [](const auto& one) {
    const auto& parts = one.second.parts;
    return std::any_of(parts.begin(), parts.end(), [](const Part& part) { return !part.text; });
  });
}

void TurnMedia::forget_parts() {
  for (auto& [owner, media] : media_) {
    for (Part& part : media.parts) {
      if (!part.text) part.json = std::string();
    }
  }
}

void TurnMedia::leave_out_all_but_text() {
  leave_out(false, "the model could not read it");
}

void TurnMedia::leave_out_all() {
  leave_out(true, "left out, it made the request too long");
}

void TurnMedia::leave_out(bool text_too, const std::string& why) {
  for (auto& [owner, media] : media_) {
    for (const Part& part : media.parts) {
      if (text_too || !part.text) media.notes.push_back(part.label + ": " + why);
    }
    std::erase_if(media.parts, [&](const Part& part) { return text_too || !part.text; });
  }
}

}  // namespace openclaw::pipeline
