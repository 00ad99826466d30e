// What a turn does about attachments: it reads them for the model, or tells the model of them only.
#include <nlohmann/json.hpp>

#include "core/pipeline/turn.hpp"

namespace openclaw::pipeline {

void Turn::bring_media() {
  media_state_ = Media::ready;
  if (channel_ == nullptr || !channel_->traits().media || agent_.media_max_mb == 0) return;
  TurnMedia::Limits limits;
  limits.bytes = std::uint64_t{agent_.media_max_mb} << 20U;
  media_ = std::make_unique<TurnMedia>(house_.loop, *channel_, house_.media_budget, limits);
  want_media();
  if (media_->nothing_wanted()) return;
  media_state_ = Media::under_way;
  show_.type();
  // Others may ask a model meanwhile.
  guard_.step_aside();
  house_.slot_free();
  media_->bring([this] {
    guard_.come_back();
    media_state_ = Media::ready;
    for (const std::string& failure : media_->failures()) {
      house_.log.warn("turn.attachment_not_read", {{"session", lane_.session}, {"error", failure}});
    }
    prepared();
  });
}

/// The newest first: they are what the question is about.
void Turn::want_media() {
  for (std::size_t i = messages_.size(); i-- > 0;) {
    for (const Attachment& a : messages_[i].message.attachments) {
      media_->want({MediaOwner::Kind::question, i}, a);
    }
  }
  const std::string& instance = messages_.back().message.instance;
  for (auto entry = history_->rbegin(); entry != history_->rend(); ++entry) {
    for (const Attachment& a : attachments_of(entry->meta_json, instance)) {
      media_->want({MediaOwner::Kind::history, entry->id}, a);
    }
  }
}

std::string Turn::media_notes(MediaOwner owner) const {
  if (media_state_ == Media::refused) {
    const bool any = owner.kind == MediaOwner::Kind::question &&
                     !messages_.at(owner.id).message.attachments.empty();
    return any ? "\n[the model could not read these files]" : "";
  }
  std::string out;
  if (media_ == nullptr) return out;
  for (const std::string& note : media_->of(owner).notes) out += "\n[" + note + "]";
  return out;
}

/// Not every model sees pictures or hears. Which do is known by asking only: a request that was
/// refused for what it is, and had attachments in it, is made once more without.
bool Turn::may_be_the_media(const ModelCall::Outcome& outcome) const {
  return has_media_ && !outcome.answer && outcome.refused && !show_.visible();
}

void Turn::drop_media(const std::string& why) {
  house_.log.warn("turn.attachments_refused",
                  {{"session", lane_.session},
                   {"detail", why},
                   {"hint", "asking again without them; agents[].mediaMaxMb 0 never sends them"}});
  media_.reset();
  media_state_ = Media::refused;
  history_.reset();
  read_history();
}

}  // namespace openclaw::pipeline
