#include "capture/crew.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>

namespace oddport {
namespace {

// So many pieces of work, which any of the crew may do.
class Work {
 public:
  explicit Work(int pieces) : left_(pieces) {}

  bool do_some() {
    if (left_.fetch_sub(1) <= 0) return false;
    {
      const std::lock_guard lock(mutex_);
      by_.insert(std::this_thread::get_id());
    }
    ++done_;
    return true;
  }
  int done() const { return done_; }
  // Threads that did any of it.
  std::set<std::thread::id> by() {
    const std::lock_guard lock(mutex_);
    return by_;
  }

 private:
  std::atomic<int> left_;
  std::atomic<int> done_ = 0;
  std::mutex mutex_;
  std::set<std::thread::id> by_;
};

TEST(Crew, HasEverythingDone) {
  for (const unsigned helpers : {0u, 1u, 3u}) {
    Crew crew(helpers);
    EXPECT_EQ(crew.hands(), helpers + 1);
    Work work(1000);
    const Crew::Duty duty(crew, [&] { return work.do_some(); });
    crew.help_until([&] { return work.done() == 1000; });
    EXPECT_LE(work.by().size(), helpers + 1);
  }
}

TEST(Crew, WorksWithoutItsCaller) {
  Crew crew(1);
  std::atomic<int> done = 0;
  std::atomic<int> wanted = 0;
  const Crew::Duty duty(crew, [&] {
    if (done >= wanted) return false;
    ++done;
    return true;
  });
  for (int round = 1; round <= 100; ++round) {
    wanted = round;
    crew.call();
    while (done < round) std::this_thread::yield();
  }
}

TEST(Crew, PrefersWhatItWasGivenFirst) {
  Crew crew(0);
  Work urgent(10);
  Work other(10);
  const Crew::Duty first(crew, [&] { return urgent.do_some(); });
  const Crew::Duty second(crew, [&] {
    EXPECT_EQ(urgent.done(), 10);
    return other.do_some();
  });
  crew.help_until([&] { return other.done() == 10; });
}

// What a chore uses may go as soon as its duty has ended.
TEST(Crew, LeavesAChoreWhoseDutyEnds) {
  Crew crew(3);
  for (int round = 0; round < 300; ++round) {
    auto count = std::make_unique<std::atomic<int>>(0);
    {
      const Crew::Duty duty(crew, [&] { return ++*count < 50; });
      crew.call();
    }
    const int then = *count;
    crew.call();
    EXPECT_EQ(*count, then);
  }
}

TEST(Crew, WaitsForWhatAnotherThreadCalls) {
  Crew crew(0);
  std::atomic<bool> come = false;
  std::thread other([&] {
    come = true;
    crew.call();
  });
  crew.help_until([&] { return come.load(); });
  other.join();
}

}  // namespace
}  // namespace oddport
