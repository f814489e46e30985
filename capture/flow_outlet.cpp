#include "capture/flow_outlet.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "capture/prefetch.h"

namespace oddport {

namespace {

// Waking a thread costs as much as telling a few flows.
constexpr std::size_t least_worthwhile = 256;
// A flow holds up to 8 KiB of payload: some 30 MB at most.
constexpr std::size_t most_waiting = 4096;
// Bytes of a side at which most recognizers look.
constexpr std::size_t enough_to_name = 128;
// Told flows whose memory is worth keeping.
constexpr std::size_t most_kept = 2048;

// Moves all flows, or of many as many as are worthwhile: to find where to cut means to look at each of them.
void add_some(std::list<Flow>& some, std::list<Flow>& flows) {
  if (flows.size() < 2 * least_worthwhile) {
    some.splice(some.end(), flows);
    return;
  }
  const auto cut = std::next(flows.begin(), least_worthwhile);
  some.splice(some.end(), flows, flows.begin(), cut);
}

// Writing down is done by one at a time, so many would only wait for each other.
unsigned judges_here() { return std::clamp(std::thread::hardware_concurrency(), 1u, 4u); }

}  // namespace

FlowOutlet::FlowOutlet(Judge judge, Sink sink) : judge_(std::move(judge)), sink_(std::move(sink)) {
  for (unsigned n = 0; n < judges_here(); ++n) threads_.emplace_back([this] { run(); });
}

FlowOutlet::~FlowOutlet() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
  join();
}

void FlowOutlet::join() {
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

bool FlowOutlet::worth_waking() const {
  return !waiting_.empty() && waiting_.front().size() >= least_worthwhile;
}

std::list<Flow> FlowOutlet::put(std::list<Flow> flows) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_flows_ < most_waiting || failed_; });
  const bool idle = !worth_waking();
  waiting_flows_ += flows.size();
  while (!flows.empty()) {
    if (waiting_.empty() || waiting_.back().size() >= least_worthwhile) waiting_.emplace_back();
    add_some(waiting_.back(), flows);
  }
  if (idle && worth_waking()) changed_.notify_all();
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
  join();
  rethrow();
}

void FlowOutlet::fail() {
  const std::lock_guard lock(mutex_);
  if (!failed_) failure_ = std::current_exception();
  failed_ = true;
  changed_.notify_all();
}

void FlowOutlet::rethrow() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

bool FlowOutlet::take(Batch& batch) {
  std::unique_lock lock(mutex_);
  if (told_.size() < most_kept) told_.splice(told_.end(), batch.flows);
  batch.flows.clear();
  changed_.wait(lock, [this] {
    return worth_waking() || (hurried_ && !waiting_.empty()) || finishing_ || abandoned_ || failed_;
  });
  if (abandoned_ || failed_ || waiting_.empty()) return false;
  batch.flows = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_flows_ -= batch.flows.size();
  batch.number = taken_batches_++;
  if (waiting_.empty()) hurried_ = false;
  changed_.notify_all();
  return true;
}

void FlowOutlet::judge(Batch& batch) const {
  const std::size_t count = batch.flows.size();
  if (batch.observations.size() < count) batch.observations.resize(count);
  if (batch.verdicts.size() < count) batch.verdicts.resize(count);
  // Another core has written the flows: while one is looked at, the next is on its way.
  std::size_t n = 0;
  for (auto flow = batch.flows.begin(); flow != batch.flows.end(); ++flow) {
    if (const auto next = std::next(flow); next != batch.flows.end()) prefetch(*next);
    Observation& observation = batch.observations[n++];
    flow->tell(observation);
    prefetch(observation.exchange.client.substr(0, enough_to_name));
    prefetch(observation.exchange.server.substr(0, enough_to_name));
  }
  for (n = 0; n < count; ++n) batch.verdicts[n] = judge_(batch.observations[n]);
}

bool FlowOutlet::tell(const Batch& batch) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return told_batches_ == batch.number || abandoned_ || failed_; });
    if (abandoned_ || failed_) return false;
  }
  for (std::size_t n = 0; n < batch.flows.size(); ++n)
    sink_(batch.observations[n], batch.verdicts[n]);
  const std::lock_guard lock(mutex_);
  ++told_batches_;
  changed_.notify_all();
  return true;
}

void FlowOutlet::run() {
  Batch batch;
  try {
    while (take(batch)) {
      judge(batch);
      if (!tell(batch)) return;
    }
  } catch (...) {
    fail();
  }
}

}  // namespace oddport
