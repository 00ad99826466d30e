#include "core/pipeline/lanes/model_slots.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::pipeline {

ModelSlots::ModelSlots(std::uint32_t limit) : limit_(std::max(limit, 1U)) {}

void ModelSlots::claim(Place& place, std::string_view session) {
  place = {session, Stage::claiming, freed_, {}};
  ++claimed_;
}

bool ModelSlots::take(Place& place) {
  if (place.stage != Stage::claiming) return place.stage == Stage::taken;
  ahead_ = std::min<std::uint64_t>(freed_ - place.freed_before, limit_);
  if (taken_ >= limit_ || !line_.empty()) {
    place.stage = Stage::in_line;
    place.at = line_.insert(line_.end(), &place);
    return false;
  }
  place.stage = Stage::taken;
  --claimed_;
  ++taken_;
  return true;
}

void ModelSlots::step_aside(Place& place) {
  if (place.stage != Stage::claiming || aside_ >= limit_) return;
  place.stage = Stage::aside;
  --claimed_;
  ++aside_;
}

void ModelSlots::come_back(Place& place) {
  if (place.stage != Stage::aside) return;
  --aside_;
  claim(place, place.session);
}

ModelSlots::Place* ModelSlots::grant() {
  if (line_.empty() || taken_ >= limit_) return nullptr;
  Place* place = line_.front();
  line_.pop_front();
  place->stage = Stage::taken;
  --claimed_;
  ++taken_;
  return place;
}

bool ModelSlots::give_back(Place& place) {
  switch (std::exchange(place.stage, Stage::none)) {
    case Stage::none:
      return false;
    case Stage::aside:
      --aside_;
      return true;
    case Stage::in_line:
      line_.erase(place.at);
      [[fallthrough]];
    case Stage::claiming:
      --claimed_;
      return true;
    case Stage::taken:
      --taken_;
      ++freed_;
      return true;
  }
  return false;
}

}  // namespace openclaw::pipeline
