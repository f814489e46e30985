// Gathers what a report tells from observations and their verdicts, in bounded
// memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "report/page_data.h"
#include "report/page_families.h"
#include "report/time_histogram.h"
#include "triage/difference.h"
#include "triage/endpoint_view.h"
#include "triage/finding.h"
#include "triage/tally.h"

namespace oddport {

struct PageLimits {
  std::size_t endpoints = 100'000;  // remembered; flows of further ones are counted by port alone
  std::size_t clients = 500'000;    // pairs of endpoint and client
  std::size_t findings = 10'000;    // told, those that rank highest
  std::size_t clients_of_one = 12;  // told, those with the most flows
  static constexpr std::size_t services_of_one = 512;  // far more than there are protocols
  static constexpr std::size_t bytes_of_side = 256;    // of the conversation that a verdict is of
};

// What a verdict says in words, of one flow that had it.
struct PageWords {
  std::string reason = {};
  std::vector<std::string> evidence = {};
  std::vector<std::string> traits = {};
  std::vector<std::string> rules = {};
  std::string origin = {};
  std::string client_bytes = {};
  std::string server_bytes = {};
};

class PageCollector {
 public:
  explicit PageCollector(PageLimits limits = {}) : limits_(limits) {}

  void add(const Observation& observation, const Verdict& verdict);
  // What was summed up elsewhere: an endpoint, with the words of its services at the same places; how many flows began when; how an
  // unknown conversation began. Each endpoint once.
  void add(const EndpointView& view, std::vector<PageWords> words);
  void add_times(Time time, Label label, std::uint64_t flows) {
    histogram_.add(time, label, flows);
  }
  void add_unknown(const Endpoint& server, Transport transport, KeptExchange exchange) {
    families_.add(server, transport, std::move(exchange));
  }
  // How all endpoints stand, for a comparison.
  std::vector<Standing> standings() const;
  // All but title, inputs, changes, the time of making and the problems; begins
  // anew.
  PageData take();

 private:
  struct Slot {
    EndpointView view;             // its pairs stand in `pairs` until the end
    std::vector<PageWords> words;  // of view.services, at the same places
    std::map<IpAddress, Pair> pairs;
  };

  static PageWords words_of(const Observation& observation, const Verdict& verdict);
  void count(Slot& slot, const Observation& observation, const Verdict& verdict);
  void count_client(Slot& slot, const Observation& observation);
  void span(Time first, Time last);
  void sample(const Observation& observation, const Verdict& verdict);
  static void settle(Slot& slot);
  PageFinding finish(Slot& slot, const Census& census) const;

  PageLimits limits_;
  Tally tally_;
  TimeHistogram histogram_;
  PageFamilies families_;
  std::map<EndpointKey, Slot> slots_;  // ordered: no stranger's choice of addresses makes it slow
  std::size_t clients_ = 0;
  std::uint64_t flows_beyond_ = 0;
  bool any_ = false;
  Time first_ = 0;
  Time last_ = 0;
};

}  // namespace oddport
