// Runs one io_context on one thread, with every timer behind a single kernel timer.
#include "core/runtime/loop.hpp"

#include <pthread.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <map>
#include <thread>

namespace openclaw::runtime {
namespace asio = boost::asio;

namespace {
thread_local Loop* current_loop = nullptr;
}

struct Loop::Impl {
  explicit Impl(std::string n) : name(std::move(n)), guard(io.get_executor()), alarm(io) {}

  void arm() {
    if (timers.empty()) return;
    const TimePoint first = timers.begin()->first.at;
    if (armed && armed_for <= first) return;
    armed = true;
    armed_for = first;
    alarm.expires_at(first);
    alarm.async_wait([this](const boost::system::error_code& ec) {
      if (!ec) fire();
    });
  }

  void fire() {
    armed = false;
    const TimePoint now = SteadyClock::now();
    while (!timers.empty() && timers.begin()->first.at <= now) {
      Task task = std::move(timers.begin()->second);
      timers.erase(timers.begin());
      task();
    }
    arm();
  }

  std::string name;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard;
  asio::steady_timer alarm;
  bool armed = false;
  TimePoint armed_for{};
  std::uint64_t next_sequence = 1;
  std::map<TimerId, Task> timers;
  std::atomic<std::thread::id> thread_id{};
  std::thread thread;
  std::future<void> ended;
};

Loop::Loop(std::string name) : impl_(std::make_unique<Impl>(std::move(name))) {}

Loop::~Loop() {
  stop();
  join();
}

void Loop::start() {
  std::promise<void> ended;
  impl_->ended = ended.get_future();
  impl_->thread = std::thread([this, end = std::move(ended)]() mutable {
    impl_->thread_id = std::this_thread::get_id();
    current_loop = this;
    pthread_setname_np(pthread_self(), impl_->name.substr(0, 15).c_str());
    impl_->io.run();
    current_loop = nullptr;
    end.set_value();
  });
}

void Loop::stop() {
  impl_->io.stop();
}

void Loop::join() {
  if (impl_->thread.joinable()) impl_->thread.join();
}

bool Loop::join_until(TimePoint deadline) {
  if (!impl_->thread.joinable()) return true;
  if (impl_->ended.wait_until(deadline) != std::future_status::ready) return false;
  impl_->thread.join();
  return true;
}

void Loop::post(Task task) {
  asio::post(impl_->io, [t = std::move(task)]() mutable { t(); });
}

void Loop::dispatch(Task task) {
  if (on_loop()) {
    task();
  } else {
    post(std::move(task));
  }
}

TimerId Loop::after(Millis delay, Task task) {
  const TimerId id{SteadyClock::now() + delay, impl_->next_sequence++};
  impl_->timers.emplace(id, std::move(task));
  impl_->arm();
  return id;
}

bool Loop::cancel(TimerId& id) {
  if (!id) return false;
  const bool erased = impl_->timers.erase(id) > 0;
  id = {};
  return erased;
}

bool Loop::on_loop() const {
  return impl_->thread_id.load() == std::this_thread::get_id();
}
Loop* Loop::current() {
  return current_loop;
}
asio::io_context& Loop::io() {
  return impl_->io;
}
const std::string& Loop::name() const {
  return impl_->name;
}

}  // namespace openclaw::runtime
