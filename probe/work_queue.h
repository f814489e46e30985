// Work for the senders, and what became of it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "probe/block.h"

namespace oddport {

// One attempt at the pairs of a block that are open yet, or repeated probes to a few places.
struct Work {
  Block* block = nullptr;
  unsigned attempt = 0;
  // Over TCP later attempts than this are not made; over UDP each question is asked so many times.
  unsigned tcp_attempts = 1;
  unsigned udp_rounds = 1;
  // Asks some UDP pairs once more than there are questions, beginning again with the first.
  unsigned udp_extra = 0;
  std::vector<std::uint64_t> echoes = {};
};

struct Done {
  Work work;
  // Pairs left out for good: excluded meanwhile, without route, without neighbor. Marked as answered.
  std::uint32_t excluded = 0;
  std::uint32_t unroutable = 0;
  std::uint32_t unresolved = 0;
  std::int64_t at = 0;  // steady clock
  int error = 0;        // errno value where it could not be done
};

class WorkQueue {
 public:
  void push(Work work) {
    const std::lock_guard lock(mutex_);
    todo_.push_back(std::move(work));
    more_.notify_one();
  }
  // Waits for work; nothing once closed.
  std::optional<Work> pop() {
    std::unique_lock lock(mutex_);
    more_.wait(lock, [this] { return closed_ || !todo_.empty(); });
    if (closed_) return std::nullopt;
    Work work = std::move(todo_.front());
    todo_.pop_front();
    return work;
  }
  void finish(Done done) {
    const std::lock_guard lock(mutex_);
    done_.push_back(std::move(done));
  }
  std::vector<Done> take_done() {
    const std::lock_guard lock(mutex_);
    return std::exchange(done_, {});
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return todo_.size();
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    more_.notify_all();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable more_;
  std::deque<Work> todo_;
  std::vector<Done> done_;
  bool closed_ = false;
};

}  // namespace oddport
