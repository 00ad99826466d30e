#include "core/log/line_queue.hpp"

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

namespace openclaw::log {

namespace {
/// What a waiting line takes beside its text, roughly: the string itself and its allocation.
constexpr std::size_t kLineOverhead = 48;
/// Written at once, so that a burst of lines does not outrun the thread.
constexpr std::size_t kPiece = 16U << 10U;

std::size_t cost(const std::string& line) {
  return line.size() + kLineOverhead;
}
}  // namespace

struct LineQueue::State {
  State(Write w, Loss l, std::size_t b) : write(std::move(w)), loss(std::move(l)), bytes(b) {}

  void run() {
    std::unique_lock lock(mutex);
    while (true) {
      ready.wait(lock, [this] { return closing || !lines.empty(); });
      if (lines.empty() || abandoned) break;
      const std::uint64_t missing = std::exchange(lost, 0);
      std::string piece;
      while (!lines.empty() && (piece.empty() || piece.size() + lines.front().size() <= kPiece)) {
        piece += lines.front();
        waiting -= cost(lines.front());
        lines.pop_front();
      }
      writing = true;
      lock.unlock();
      if (missing > 0) write(loss(missing));
      write(piece);
      lock.lock();
      writing = false;
      if (lines.empty()) idle.notify_all();
    }
    ended = true;
    idle.notify_all();
  }

  const Write write;
  const Loss loss;
  const std::size_t bytes;
  std::mutex mutex;
  std::condition_variable ready, idle;
  std::deque<std::string> lines;
  std::size_t waiting = 0;  ///< bytes of `lines`
  std::uint64_t lost = 0;   ///< since the last line that was begun
  bool writing = false, closing = false, abandoned = false, ended = false;
};

LineQueue::LineQueue(Write write, Loss loss, Options options)
    : state_(std::make_shared<State>(std::move(write), std::move(loss), options.bytes)),
      patience_(options.patience) {}

LineQueue::~LineQueue() {
  if (!thread_.joinable()) return;
  std::unique_lock lock(state_->mutex);
  state_->closing = true;
  state_->ready.notify_one();
  if (state_->idle.wait_for(lock, patience_, [this] { return state_->ended; })) {
    lock.unlock();
    thread_.join();
  } else {
    // Nothing can end a write to a reader that stands still but the end of the process.
    state_->abandoned = true;
    lock.unlock();
    thread_.detach();
  }
}

void LineQueue::push(std::string line) {
  const std::lock_guard lock(state_->mutex);
  state_->waiting += cost(line);
  state_->lines.push_back(std::move(line));
  while (state_->waiting > state_->bytes && state_->lines.size() > 1) {
    state_->waiting -= cost(state_->lines.front());
    state_->lines.pop_front();
    ++state_->lost;
  }
  if (!thread_.joinable()) {
    thread_ = std::thread([state = state_] {
      pthread_setname_np(pthread_self(), "log");
      state->run();
    });
  }
  state_->ready.notify_one();
}

bool LineQueue::flush() {
  std::unique_lock lock(state_->mutex);
  return state_->idle.wait_for(lock, patience_,
                               [this] { return state_->lines.empty() && !state_->writing; });
}

}  // namespace openclaw::log
