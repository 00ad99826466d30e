#include "core/pipeline/media/turn_media.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::pipeline {

namespace {

std::string label(const Attachment& a) {
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
  request_.cancel();  // what held_ gives back is not for this one
  loop_.cancel(timer_);
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
  timer_ = loop_.after(limits_.patience, [this] {
    timer_ = {};
    request_.cancel();
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

void TurnMedia::ask(MediaBudget::Share share) {
  // Held here, not by the callback: a channel that is stuck never calls it, or lets go of it on a
  // thread of its own.
  const std::uint64_t most = share.bytes();
  held_.push_back(std::move(share));
  channel_.fetch(wanted_.front().attachment, most, [alive = alive_](Result<FetchedMedia> fetched) {
    if (*alive == nullptr) return;
    TurnMedia& self = **alive;
    if (self.wanted_.empty()) return;  // it came too late
    const Wanted wanted = std::move(self.wanted_.front());
    self.wanted_.pop_front();
    MediaBudget::Share own = std::move(self.held_.back());
    self.held_.pop_back();
    self.brought(wanted, std::move(own), fetched);
    self.next();
  });
}

void TurnMedia::brought(const Wanted& wanted, MediaBudget::Share share,
                        const Result<FetchedMedia>& fetched) {
  if (fetched.has_error()) {
    const Error& error = fetched.error();
    failures_.push_back(error.message);
    note(wanted, error.code == Errc::too_large
                     ? "larger than the " + in_words(limits_.bytes) + " that a turn may hold"
                 : error.code == Errc::not_found ? "it is no longer there"
                                                 : "it could not be read");
    return;
  }
  MediaPart part = media_part(wanted.attachment, fetched->mime, fetched->bytes);
  if (part.json.empty()) {
    note(wanted, part.why_not);
    return;
  }
  const std::uint64_t size = std::min<std::uint64_t>(fetched->bytes.size(), share.bytes());
  share.shrink_to(size);
  left_ -= std::min<std::uint64_t>(left_, size);
  held_.push_back(std::move(share));
  media_[wanted.owner].parts.push_back(std::move(part.json));
}

void TurnMedia::note(const Wanted& wanted, const std::string& why_not) {
  media_[wanted.owner].notes.push_back(label(wanted.attachment) + ": " + why_not);
}

void TurnMedia::end() {
  loop_.cancel(timer_);
  request_.cancel();
  if (const auto done = std::exchange(done_, nullptr)) done();
}

const OwnedMedia& TurnMedia::of(MediaOwner owner) const {
  static const OwnedMedia none;
  const auto it = media_.find(owner);
  return it == media_.end() ? none : it->second;
}

bool TurnMedia::has_parts() const {
  return std::any_of(media_.begin(), media_.end(),
                     [](const auto& one) { return !one.second.parts.empty(); });
}

void TurnMedia::forget_parts() {
  for (auto& [owner, media] : media_) media.parts.clear();
}

}  // namespace openclaw::pipeline
