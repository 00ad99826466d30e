#include "cli/last_words.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstring>

namespace openclaw::cli {

namespace {

/// A signal's handler is given nothing, so that it must be found here.
std::atomic<const char*> words_of_the_end{nullptr};

void say_and_end(int signal) {
  if (const char* text = words_of_the_end.load(); text != nullptr) {
    // Nobody is left to be told when it cannot be written.
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) ::_exit(1);
  }
  ::raise(signal);  // SA_RESETHAND: it ends the process now
}

void handle(void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    // Whoever started us may have it ignored, as nohup does.
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace

LastWords::LastWords(const char* text) {
  words_of_the_end.store(text);
  handle(&say_and_end, static_cast<int>(SA_RESETHAND | SA_NODEFER));
}

LastWords::~LastWords() {
  handle(SIG_DFL, 0);
  words_of_the_end.store(nullptr);
}

}  // namespace openclaw::cli
