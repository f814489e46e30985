#include "capture/crew.h"

#include <algorithm>
#include <utility>

namespace oddport {

namespace {

constexpr unsigned most_helpers = 7;

unsigned other_processors() {
  const unsigned processors = std::thread::hardware_concurrency();
  return std::clamp(processors, 2u, 1 + most_helpers) - 1;
}

}  // namespace

Crew::Crew() : Crew(other_processors()) {}

Crew::Crew(unsigned helpers) {
  for (unsigned n = 0; n < helpers; ++n) helpers_.emplace_back([this] { run(); });
}

Crew::~Crew() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  for (std::thread& helper : helpers_) helper.join();
}

void Crew::call() {
  {
    const std::lock_guard lock(mutex_);
    ++calls_;
  }
  changed_.notify_all();
}

bool Crew::do_something(std::unique_lock<std::mutex>& lock) {
  // By number: the list may change while somebody is at work.
  std::size_t next = 0;
  while (next < duties_.size()) {
    Duty& duty = *duties_[next++];
    ++duty.at_it_;
    lock.unlock();
    const bool done = duty.chore_();
    lock.lock();
    const bool last = --duty.at_it_ == 0;
    if (done) ++calls_;
    if (done || last) changed_.notify_all();
    if (done) return true;
  }
  return false;
}

void Crew::run() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    const std::uint64_t heard = calls_;
    if (!do_something(lock)) changed_.wait(lock, [&] { return calls_ != heard || over_; });
  }
}

void Crew::help_until(const std::function<bool()>& done) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const std::uint64_t heard = calls_;
    lock.unlock();
    if (done()) return;
    lock.lock();
    if (!do_something(lock)) changed_.wait(lock, [&] { return calls_ != heard; });
  }
}

Crew::Duty::Duty(Crew& crew, Chore chore) : crew_(crew), chore_(std::move(chore)) {
  {
    const std::lock_guard lock(crew_.mutex_);
    crew_.duties_.push_back(this);
  }
  crew_.call();
}

Crew::Duty::~Duty() {
  std::unique_lock lock(crew_.mutex_);
  std::erase(crew_.duties_, this);
  // Whoever is going through the list may have missed one.
  ++crew_.calls_;
  crew_.changed_.notify_all();
  crew_.changed_.wait(lock, [this] { return at_it_ == 0; });
}

}  // namespace oddport
