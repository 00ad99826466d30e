// What a long command says when a signal ends it.
#pragma once

namespace openclaw::cli {

/// While it lives, SIGINT, SIGTERM and SIGHUP print the text on standard error and then end the
/// process as they always do. One at a time; the text outlives it.
class LastWords {
 public:
  explicit LastWords(const char* text);
  ~LastWords();
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;
};

}  // namespace openclaw::cli
