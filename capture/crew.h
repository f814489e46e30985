// A few threads that do whatever there is to do, and their caller, who does the same while it waits.
//
// Threads for each sort of work would outnumber the processors, and the kernel lets some of them wait behind each other while a
// processor is idle.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace oddport {

class Crew {
 public:
  // Does a piece of work, if there is one just now; whether there was. Several threads may call it at a time. Must not throw.
  using Chore = std::function<bool()>;

  // A helper for each processor but one; at least one, and no more than memory has work for.
  Crew();
  explicit Crew(unsigned helpers);
  // No duty may be left.
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // How many threads may do a chore at a time: the helpers and the caller.
  std::size_t hands() const { return helpers_.size() + 1; }
  // There may be something to do now, or somebody waited for what has been done. Of what a chore did the crew knows.
  void call();
  // Does chores until `done`, which is asked whenever something may have changed. Not to be called by a chore.
  void help_until(const std::function<bool()>& done);

  // Has a chore done as long as it lives; its end waits for those who are still at it.
  class Duty {
   public:
    Duty(Crew& crew, Chore chore);
    ~Duty();
    Duty(const Duty&) = delete;
    Duty& operator=(const Duty&) = delete;

   private:
    friend class Crew;
    Crew& crew_;
    Chore chore_;
    unsigned at_it_ = 0;  // threads; the crew's mutex guards it
  };

 private:
  void run();
  // Tries one duty after the other, in the order in which they came, until there is something to do; whether there was.
  bool do_something(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Duty*> duties_;
  std::uint64_t calls_ = 0;
  bool over_ = false;
  std::vector<std::thread> helpers_;  // last: they use all others
};

}  // namespace oddport
