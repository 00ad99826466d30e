// Shares out the places at the models, and lets turns be claimed a little ahead of them.
#pragma once

#include <cstdint>
#include <list>
#include <string_view>

namespace openclaw::pipeline {

/// At most `limit` turns wait for a model at once. A turn is claimed in the store before, which
/// takes a commit; were its slot taken for that too, then quick models would stand idle for most of
/// it. So as many more turns are claimed ahead as slots came free during the latest claim, and
/// never more than `limit`: that is what the models can use before the next claim is durable. With
/// slow models it is none, and a message waits unclaimed, where others can still be collected with
/// it. All of it is constant time.
class ModelSlots {
 public:
  enum class Stage : std::uint8_t { none, claiming, aside, in_line, taken };
  /// What one turn holds. It must not move while it holds anything.
  struct Place {
    std::string_view session;  ///< stays valid while the place is held
    Stage stage = Stage::none;
    std::uint64_t freed_before = 0;
    std::list<Place*>::iterator at;  ///< in_line
  };

  explicit ModelSlots(std::uint32_t limit);
  ModelSlots(const ModelSlots&) = delete;
  ModelSlots& operator=(const ModelSlots&) = delete;

  /// Another turn may be claimed.
  [[nodiscard]] bool room() const { return held() < limit_ + ahead_; }
  void claim(Place& place, std::string_view session);
  /// The claim is durable: true when the turn may ask its model now, else it stands in line.
  bool take(Place& place);
  /// The turn waits for something else first, and others may be claimed in its stead; as many as
  /// there are slots do so at once, who comes then keeps what it holds.
  void step_aside(Place& place);
  void come_back(Place& place);
  /// The next in line takes a slot that came free; null when there is none of either.
  Place* grant();
  /// Whatever it holds; false when that is nothing.
  bool give_back(Place& place);

  [[nodiscard]] std::size_t taken() const { return taken_; }
  [[nodiscard]] std::size_t held() const { return taken_ + claimed_; }
  [[nodiscard]] std::size_t free() const { return held() < limit_ ? limit_ - held() : 0; }

 private:
  std::size_t limit_, ahead_ = 0, taken_ = 0;
  std::size_t claimed_ = 0;  ///< being claimed, or in line
  std::size_t aside_ = 0;
  std::uint64_t freed_ = 0;  ///< slots, ever
  std::list<Place*> line_;
};

}  // namespace openclaw::pipeline
