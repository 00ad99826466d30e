// Remembers which conversation uses another model than its agent's.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>

#include "core/runtime/error.hpp"

namespace openclaw::pipeline {

/// What people chose with /model. The caller persists serialise() after each change and hands it to
/// restore() at start. Bounded: the choice that was made longest ago goes first.
class ModelChoices {
 public:
  static constexpr std::size_t kMaxSessions = 1000;
  static constexpr std::size_t kMaxModelBytes = 256;

  /// Whether a model can be called so: without blanks and control characters, not too long.
  [[nodiscard]] static bool is_name(std::string_view model);

  /// Empty when the session uses its agent's model.
  [[nodiscard]] std::string of(std::string_view session) const;
  /// An empty model forgets the choice.
  void choose(std::string_view session, std::string_view model);

  [[nodiscard]] std::string serialise() const;
  /// On an error nothing changes.
  Result<void> restore(std::string_view json);

 private:
  struct Choice {
    std::string session, model;
  };
  std::list<Choice> choices_;  ///< in the order in which they were made
  std::map<std::string, std::list<Choice>::iterator, std::less<>> by_session_;
};

}  // namespace openclaw::pipeline
