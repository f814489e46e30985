// All that is known of one service endpoint, from whichever side it was seen: what a finding is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "triage/sighting.h"
#include "triage/starts.h"

namespace oddport {

struct EndpointKey {
  Endpoint server;
  Transport transport = Transport::tcp;
  Role role = Role::service;

  // NOLINTNEXTLINE(modernize-use-nullptr): taken for a comparison with 0 by clang-tidy 14
  friend auto operator<=>(const EndpointKey&, const EndpointKey&) = default;
};

// What one side said of the endpoint: all flows with the same verdict together.
struct Service {
  Source source = Source::capture;
  Reachability state = Reachability::unsaid;
  Label label = Label::unknown;
  Certainty certainty = Certainty::none;
  std::optional<Era> era = std::nullopt;
  std::string protocol = {};  // empty where unknown
  std::string process = {};   // empty where no side knows it
  std::uint64_t flows = 0;
  Time first = 0;
  Time last = 0;
  Time longest = 0;  // nanoseconds that one flow lasted
  Traffic from_client = {};
  Traffic from_server = {};
  std::uint64_t random = 0;  // flows with a side that looks encrypted or compressed
  std::uint64_t steady_gaps =
      0;  // of the most regular single flow: gaps, and their mean in seconds
  double steady_mean = 0;
  std::uint16_t port = 0;  // the watched port that the verdict speaks of
  std::int64_t note = 0;   // where the reason is kept
};

// All flows between one client and the endpoint.
struct Pair {
  IpAddress client;
  std::uint64_t flows = 0;
  Time first = 0;
  Time last = 0;
  std::uint64_t client_bytes = 0;
  std::uint64_t server_bytes = 0;
  Starts starts;  // the latest of them
};

struct EndpointView {
  std::int64_t id = 0;
  EndpointKey key;
  std::vector<Service> services;
  std::vector<Pair> pairs;
};

}  // namespace oddport
