// What a turn does about attachments: it reads them for the model, or tells the model of them only.
#include "core/pipeline/turn/compaction.hpp"
#include "core/pipeline/turn/turn.hpp"

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

/// The newest first: they are what the question is about. Of the conversation, only what the model
/// is shown of it.
void Turn::want_media() {
  for (std::size_t i = messages_.size(); i-- > 0;) {
    for (const Attachment& a : messages_[i].message.attachments) {
      media_->want({MediaOwner::Kind::question, i}, a);
    }
  }
  const std::string& instance = messages_.back().message.instance;
  const auto shown = folded(*history_);
  for (auto entry = shown.rbegin(); entry != shown.rend(); ++entry) {
    for (const Attachment& a : attachments_of((*entry)->meta_json, instance)) {
      media_->want({MediaOwner::Kind::history, (*entry)->id}, a);
    }
  }
}

std::string Turn::media_notes(MediaOwner owner) const {
  std::string out;
  for (const std::string& note : media_->notes(owner)) out += "\n[" + note + "]";
  return out;
}

/// Not every model sees pictures or hears. Which do is known by asking only: a request that was
/// refused for what it is, and had pictures and the like in it, is made once more without.
bool Turn::may_be_the_media(const ModelCall::Outcome& outcome) const {
  return media_ != nullptr && media_->has_more_than_text() && !outcome.answer && outcome.refused &&
         !show_.visible();
}

void Turn::ask_without_media(const std::string& why) {
  house_.log.warn("turn.attachments_refused",
                  {{"session", lane_.session},
                   {"detail", why},
                   {"hint", "asking again without them; agents[].mediaMaxMb 0 never sends them"}});
  prompt_.reset();  // it holds them
  media_state_ = Media::left_out;
  history_.reset();
  read_history();
}

}  // namespace openclaw::pipeline
