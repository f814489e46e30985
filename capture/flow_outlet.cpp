#include "capture/flow_outlet.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "capture/prefetch.h"

namespace oddport {

namespace {

// Handing over costs as much as telling a few flows.
constexpr std::size_t least_worthwhile = 256;
// A flow holds up to 8 KiB of payload: some 30 MB at most.
constexpr std::size_t most_under_way = 4096;
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

}  // namespace

FlowOutlet::FlowOutlet(Crew& crew, Judge judge, Sink sink)
    : crew_(crew),
      judge_(std::move(judge)),
      sink_(std::move(sink)),
      duty_(crew, [this] { return work(); }) {}

bool FlowOutlet::is_worthwhile() const {
  if (waiting_.empty() || failed_) return false;
  return waiting_.front().size() >= least_worthwhile || hurried_ || finishing_;
}

std::list<Flow> FlowOutlet::put(std::list<Flow> flows) {
  crew_.help_until([this] {
    const std::lock_guard lock(mutex_);
    return under_way_ < most_under_way || failed_;
  });
  std::unique_lock lock(mutex_);
  const bool idle = !is_worthwhile();
  under_way_ += flows.size();
  while (!flows.empty()) {
    if (waiting_.empty() || waiting_.back().size() >= least_worthwhile) waiting_.emplace_back();
    add_some(waiting_.back(), flows);
  }
  const bool call = idle && is_worthwhile();
  if (failed_) rethrow();
  std::list<Flow> told = std::exchange(told_, {});
  lock.unlock();
  if (call) crew_.call();
  return told;
}

void FlowOutlet::hurry() {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return;
    hurried_ = true;
  }
  crew_.call();
}

void FlowOutlet::finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  crew_.call();
  crew_.help_until([this] {
    const std::lock_guard lock(mutex_);
    return under_way_ == 0 || failed_;
  });
  rethrow();
}

void FlowOutlet::fail() {
  const std::lock_guard lock(mutex_);
  if (!failed_) failure_ = std::current_exception();
  failed_ = true;
}

void FlowOutlet::rethrow() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

bool FlowOutlet::work() {
  try {
    std::unique_ptr<Batch> batch = take();
    if (batch == nullptr) return false;
    judge(*batch);
    tell_in_order(std::move(batch));
  } catch (...) {
    fail();
  }
  return true;
}

std::unique_ptr<FlowOutlet::Batch> FlowOutlet::take() {
  const std::lock_guard lock(mutex_);
  if (!is_worthwhile()) return nullptr;
  if (spare_.empty()) spare_.push_back(std::make_unique<Batch>());
  std::unique_ptr<Batch> batch = std::move(spare_.back());
  spare_.pop_back();
  batch->flows = std::move(waiting_.front());
  waiting_.pop_front();
  batch->number = taken_batches_++;
  if (waiting_.empty()) hurried_ = false;
  return batch;
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

void FlowOutlet::tell_in_order(std::unique_ptr<Batch> batch) {
  std::list<Flow> gone;  // freed while nobody waits for the lock
  std::unique_lock lock(mutex_);
  const std::uint64_t number = batch->number;
  judged_.emplace(number, std::move(batch));
  if (telling_) return;
  telling_ = true;
  for (auto next = judged_.find(told_batches_); next != judged_.end() && !failed_;
       next = judged_.find(told_batches_)) {
    std::unique_ptr<Batch> turn = std::move(next->second);
    judged_.erase(next);
    lock.unlock();
    gone.clear();
    for (std::size_t n = 0; n < turn->flows.size(); ++n)
      sink_(turn->observations[n], turn->verdicts[n]);
    lock.lock();
    gone = be_done_with(std::move(turn));
  }
  telling_ = false;
}

std::list<Flow> FlowOutlet::be_done_with(std::unique_ptr<Batch> batch) {
  ++told_batches_;
  under_way_ -= batch->flows.size();
  std::list<Flow> flows = std::exchange(batch->flows, {});
  spare_.push_back(std::move(batch));
  if (told_.size() < most_kept) told_.splice(told_.end(), flows);
  return flows;
}

}  // namespace oddport
