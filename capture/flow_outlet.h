// Has ended flows judged by a crew, several at a time, and tells them in order.
//
// To judge a flow and to write it down takes as long as to put it together: so all of it is done side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "capture/crew.h"
#include "capture/flow.h"
#include "classify/verdict.h"

namespace oddport {

class FlowOutlet {
 public:
  // Called once for each flow, by several threads at a time.
  using Judge = std::function<Verdict(Observation&)>;
  // Called once for each flow in the order of put(), by one thread at a time. The views in the observation hold during the call only.
  using Sink = std::function<void(const Observation&, const Verdict&)>;

  // What has not been told when it ends is dropped.
  FlowOutlet(Crew& crew, Judge judge, Sink sink);
  FlowOutlet(const FlowOutlet&) = delete;
  FlowOutlet& operator=(const FlowOutlet&) = delete;

  // Helps the crew where too many flows are on their way. What judge and sink threw is thrown here, or in finish(). Returns flows that have
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

  // The chore: has a batch judged, and told if it is its turn.
  bool work();
  bool is_worthwhile() const;
  // The next flows, as soon as they are worth it; null where they are not.
  std::unique_ptr<Batch> take();
  void judge(Batch& batch) const;
  // Tells it, and those that waited for it; where it has to wait itself, whoever tells will come upon it.
  void tell_in_order(std::unique_ptr<Batch> batch);
  // Returns the flows that nobody needs any more.
  std::list<Flow> be_done_with(std::unique_ptr<Batch> batch);
  void fail();
  void rethrow();

  Crew& crew_;
  Judge judge_;
  Sink sink_;
  std::mutex mutex_;
  std::deque<std::list<Flow>>
      waiting_;                // what a batch will be made of, in order; only the last is to grow
  std::size_t under_way_ = 0;  // flows that have not been told
  std::map<std::uint64_t, std::unique_ptr<Batch>> judged_;
  std::list<Flow> told_;
  std::vector<std::unique_ptr<Batch>> spare_;  // their memory is used again
  std::uint64_t taken_batches_ = 0;
  std::uint64_t told_batches_ = 0;
  bool telling_ = false;
  bool hurried_ = false;
  bool finishing_ = false;
  bool failed_ = false;
  std::exception_ptr failure_;
  Crew::Duty duty_;  // last: it uses all others
};

}  // namespace oddport
