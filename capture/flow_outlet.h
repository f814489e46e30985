// Has ended flows judged, several at a time on threads of their own, and tells them in order.
//
// To judge a flow and to write it down takes as long as to put it together: so all of it is done side by side.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "capture/flow.h"
#include "classify/verdict.h"

namespace oddport {

class FlowOutlet {
 public:
  // Called once for each flow, by several threads at a time.
  using Judge = std::function<Verdict(Observation&)>;
  // Called once for each flow in the order of put(), by one thread at a time. The views in the observation hold during the call only.
  using Sink = std::function<void(const Observation&, const Verdict&)>;

  FlowOutlet(Judge judge, Sink sink);
  // What has not been told is dropped.
  ~FlowOutlet();
  FlowOutlet(const FlowOutlet&) = delete;
  FlowOutlet& operator=(const FlowOutlet&) = delete;

  // Waits where too many flows are on their way. What judge and sink threw is thrown here, or in finish(). Returns flows that have
  // been told and are of no more use here.
  std::list<Flow> put(std::list<Flow> flows);
  // Has those told soon that wait, however few.
  void hurry();
  // Returns when all have been told. No put() may follow.
  void finish();

 private:
  // Flows that one thread takes at a time, and what became of them.
  struct Batch {
    std::list<Flow> flows;
    std::uint64_t number = 0;  // of all batches, in the order in which they are to be told
    std::vector<Observation> observations;
    std::vector<Verdict> verdicts;
  };

  void run();
  bool worth_waking() const;
  // The next flows, as soon as they are worth waking up for; false at the end. Those in the batch have been told.
  bool take(Batch& batch);
  void judge(Batch& batch) const;
  // Waits for those before it; false where they will never be told.
  bool tell(const Batch& batch);
  void fail();
  void rethrow();
  void join();

  Judge judge_;
  Sink sink_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::list<Flow>>
      waiting_;  // what a batch will be made of, in order; only the last is to grow
  std::size_t waiting_flows_ = 0;
  std::list<Flow> told_;
  std::uint64_t taken_batches_ = 0;
  std::uint64_t told_batches_ = 0;
  bool hurried_ = false;
  bool finishing_ = false;
  bool abandoned_ = false;
  bool failed_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;  // last: they use all others
};

}  // namespace oddport
