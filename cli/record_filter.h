// Which records a user wants to see: by label, port, host and certainty.
#pragma once

#include <optional>
#include <vector>

#include "classify/ip_network.h"
#include "classify/observation.h"
#include "classify/port_set.h"
#include "classify/verdict.h"

namespace oddport {

// Empty conditions let everything pass; several values of one condition are alternatives.
struct RecordFilter {
  std::vector<Label> labels;
  std::optional<PortSet> ports;  // the port that the verdict speaks of
  std::vector<IpNetwork> hosts;  // either end
  Certainty least = Certainty::none;
  bool silent = false;  // let silent flows pass, where no label is asked for

  bool passes(const Observation& observation, const Verdict& verdict) const;
};

}  // namespace oddport
