// Runs plugins' code that the start waits for, on a thread that can be given up.
#include "core/daemon/loader.hpp"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <utility>

namespace openclaw::daemon {

struct Loader::Worker {
  std::mutex mutex;
  std::condition_variable changed;
  std::function<void()> work;
  bool busy = false, ending = false;
  std::thread thread;

  void serve() {
    pthread_setname_np(pthread_self(), "loader");
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return work != nullptr || ending; });
      if (work == nullptr) return;
      auto now = std::exchange(work, nullptr);
      lock.unlock();
      now();
      lock.lock();
      busy = false;
      changed.notify_all();
    }
  }
};

Loader::~Loader() {
  if (worker_ == nullptr) return;
  {
    const std::lock_guard lock(worker_->mutex);
    worker_->ending = true;
  }
  worker_->changed.notify_all();
  worker_->thread.join();
}

bool Loader::run(std::function<void()> work) {
  if (worker_ == nullptr) {
    worker_ = std::make_shared<Worker>();
    worker_->thread = std::thread([worker = worker_] { worker->serve(); });
  }
  std::unique_lock lock(worker_->mutex);
  worker_->work = std::move(work);
  worker_->busy = true;
  worker_->changed.notify_all();
  if (worker_->changed.wait_for(lock, deadline_, [this] { return !worker_->busy; })) return true;
  stuck_ = true;
  worker_->thread.detach();
  lock.unlock();
  worker_.reset();
  return false;
}

}  // namespace openclaw::daemon
