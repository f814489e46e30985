// One service endpoint as an analyst meets it: the verdict of all sides together, and a score whose every part is told.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "triage/beacon.h"
#include "triage/endpoint_view.h"

namespace oddport {

struct ScorePart {
  std::string name;  // one word: "label", "rhythm"
  double points = 0;
  std::string why;
};

struct Finding {
  EndpointKey key;
  Service lead;         // the verdict that speaks for the endpoint; traffic and times are its own
  std::string process;  // that holds the port, where a side knows it
  std::vector<Source> sources;  // the sides that saw it, each once
  std::uint64_t flows = 0;
  std::uint64_t clients = 0;
  Time first = 0;
  Time last = 0;
  Traffic from_client;
  Traffic from_server;
  std::optional<Beacon> beacon;  // of the most regular client
  IpAddress beacon_client;
  double score = 0;  // the sum of the parts, never below 0
  std::vector<ScorePart> parts;
  std::string reason;  // of the lead; filled in for what is shown
};

// What is common in this network, against which the rare shows.
class Census {
 public:
  void add(const EndpointView& view);
  std::uint64_t endpoints() const { return endpoints_; }
  // Endpoints with a verdict of this label and protocol.
  std::uint64_t like(const Service& service) const;
  // Of all that was seen.
  Time first() const { return first_.value_or(0); }
  Time last() const { return last_; }

 private:
  std::map<std::pair<Label, std::string>, std::uint64_t> like_;
  std::uint64_t endpoints_ = 0;
  std::optional<Time> first_;
  Time last_ = 0;
};

// The verdict that speaks for an endpoint: the surest, of equally sure ones the oddest; what was said of payload before what was said of none. Null where there
// are no services.
const Service* lead_of(const std::vector<Service>& services);

// The reason is left empty. Parts that give no points are left out.
Finding judge_endpoint(const EndpointView& view, const Census& census);

}  // namespace oddport
