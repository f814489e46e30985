// Gathers what a report tells from observations and their verdicts, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "report/page_data.h"
#include "report/time_histogram.h"
#include "triage/tally.h"

namespace oddport {

struct PageLimits {
  std::size_t endpoints = 100'000;  // remembered; flows of further ones are counted by port alone
  std::size_t clients = 500'000;    // pairs of endpoint and client
  std::size_t visits = 2'000'000;   // over all clients
  std::size_t findings = 10'000;    // told, those that rank highest
  std::size_t clients_of_one = 12;  // told, those with the most flows
  static constexpr std::size_t visits_of_one = 128;  // the latest of one client
  static constexpr std::size_t services_of_one = 32;
  static constexpr std::size_t bytes_of_side = 256;  // of the conversation that the verdict is of
};

class PageCollector {
 public:
  explicit PageCollector(PageLimits limits = {}) : limits_(limits) {}

  void add(const Observation& observation, const Verdict& verdict);
  // All but title, inputs, the time of making and the problems; begins anew.
  PageData take();

 private:
  struct Key {
    Endpoint server;
    Transport transport = Transport::tcp;
    Role role = Role::service;

    // NOLINTNEXTLINE(modernize-use-nullptr): taken for a comparison with 0 by clang-tidy 14
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Slot {
    PageFinding finding;
    std::map<std::pair<Label, std::string>, std::uint64_t> services;
    std::map<IpAddress, PageClient> clients;
  };

  static PageFinding begin(const Observation& observation, const Verdict& verdict);
  void count_client(Slot& slot, const Observation& observation);
  PageFinding finish(Slot& slot) const;

  PageLimits limits_;
  Tally tally_;
  TimeHistogram histogram_;
  std::map<Key, Slot> slots_;  // ordered: no stranger's choice of addresses makes it slow
  std::size_t clients_ = 0;
  std::size_t visits_ = 0;
  std::uint64_t flows_beyond_ = 0;
  bool any_ = false;
  Time first_ = 0;
  Time last_ = 0;
};

}  // namespace oddport
