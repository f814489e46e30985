#include "capture/flow_outlet.h"

#include <utility>

namespace oddport {

namespace {

// Waking a thread costs as much as telling a few flows.
constexpr std::size_t worth_waking = 256;
// A flow holds up to 8 KiB of payload: some 30 MB at most.
constexpr std::size_t most_waiting = 4096;
// Told flows whose memory is worth keeping.
constexpr std::size_t most_kept = 2048;

}  // namespace

FlowOutlet::FlowOutlet(Sink sink) : sink_(std::move(sink)), thread_([this] { run(); }) {}

FlowOutlet::~FlowOutlet() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::list<Flow> FlowOutlet::put(std::list<Flow> flows) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < most_waiting || failed_; });
  const bool idle = waiting_.size() < worth_waking;
  waiting_.splice(waiting_.end(), flows);
  if (idle && waiting_.size() >= worth_waking) changed_.notify_all();
  if (failed_) rethrow();
  return std::exchange(told_, {});
}

void FlowOutlet::hurry() {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return;
    hurried_ = true;
  }
  changed_.notify_all();
}

void FlowOutlet::finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  changed_.notify_all();
  thread_.join();
  rethrow();
}

void FlowOutlet::rethrow() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

std::list<Flow> FlowOutlet::take(std::list<Flow> done) {
  std::unique_lock lock(mutex_);
  if (told_.size() < most_kept) told_.splice(told_.end(), done);
  changed_.wait(lock, [this] {
    return waiting_.size() >= worth_waking || hurried_ || finishing_ || abandoned_;
  });
  if (abandoned_) return {};
  hurried_ = false;
  changed_.notify_all();
  return std::exchange(waiting_, {});
}

void FlowOutlet::run() {
  Observation observation;
  try {
    for (std::list<Flow> flows;;) {
      flows = take(std::move(flows));
      if (flows.empty()) return;
      for (const Flow& flow : flows) {
        flow.tell(observation);
        sink_(observation);
      }
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failed_ = true;
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

}  // namespace oddport
