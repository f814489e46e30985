// Tells ended flows to whoever wants them, on a thread of its own and in order.
//
// To judge a flow and to write it down takes as long as to put it together: so the two are done side by side.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

#include "capture/flow.h"

namespace oddport {

class FlowOutlet {
 public:
  // Called once for each flow. The views in the observation hold during the call only.
  using Sink = std::function<void(Observation&)>;

  explicit FlowOutlet(Sink sink);
  // What has not been told is dropped.
  ~FlowOutlet();
  FlowOutlet(const FlowOutlet&) = delete;
  FlowOutlet& operator=(const FlowOutlet&) = delete;

  // Waits where too many flows are on their way. What the sink threw is thrown here, or in finish(). Returns flows that have been
  // told and are of no more use here.
  std::list<Flow> put(std::list<Flow> flows);
  // Has those told soon that wait, however few.
  void hurry();
  // Returns when all have been told. No put() may follow.
  void finish();

 private:
  void run();
  // The flows that wait, as soon as they are worth waking up for; none at the end. `done` have been told.
  std::list<Flow> take(std::list<Flow> done);
  void rethrow();

  Sink sink_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Flow> waiting_;
  std::list<Flow> told_;
  bool hurried_ = false;
  bool finishing_ = false;
  bool abandoned_ = false;
  bool failed_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace oddport
