#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace kairon::parallel {

namespace {

/// Work that several threads take from, one after another.
class Queue {
 public:
  Queue(std::size_t count, const std::function<void(std::size_t)>& work) : count_(count), work_(work) {}

  void drain() noexcept {
    for (;;) {
      const std::size_t next = next_.fetch_add(1);
      if (next >= count_) return;
      try {
        work_(next);
      } catch (...) {
        fail(std::current_exception());
      }
    }
  }

  void finish() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void fail(std::exception_ptr failure) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(failure);
    next_ = count_;
  }

  std::size_t count_;
  const std::function<void(std::size_t)>& work_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::exception_ptr failure_;
};

/// Threads that are waited for in any case.
class Helpers {
 public:
  explicit Helpers(Queue& queue) : queue_(queue) {}
  ~Helpers() {
    for (std::thread& thread : threads_) thread.join();
  }
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;

  void start(std::size_t wanted) {
    threads_.reserve(wanted);
    try {
      while (threads_.size() < wanted) threads_.emplace_back([this] { queue_.drain(); });
    } catch (const std::system_error&) {
      // A limit on threads: with those there are, it takes longer.
    }
  }

 private:
  Queue& queue_;
  std::vector<std::thread> threads_;
};

}  // namespace

void for_each(std::size_t count, const std::function<void(std::size_t)>& work) {
  Queue queue(count, work);
  {
    Helpers helpers(queue);
    // Asking for the cores costs as much as reading a file: not for a single piece of work.
    if (count > 1) helpers.start(std::min<std::size_t>(std::max(1U, std::thread::hardware_concurrency()), count) - 1);
    queue.drain();
  }
  queue.finish();
}

}  // namespace kairon::parallel
