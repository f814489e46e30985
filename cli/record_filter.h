// Which records a user wants to see: by label, port, host and certainty.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "classify/observation.h"
#include "classify/port_set.h"
#include "classify/verdict.h"

namespace oddport {

// An address with a prefix length: "198.18.0.7", "198.18.0.0/24", "2001:db8::/32".
class HostPattern {
 public:
  // On error returns nothing and says in `error` what is wrong, in the user's words.
  static std::optional<HostPattern> parse(const std::string& text, std::string& error);
  bool matches(const IpAddress& address) const;

 private:
  IpAddress address_;
  unsigned prefix_ = 128;
};

// Empty conditions let everything pass; several values of one condition are alternatives.
struct RecordFilter {
  std::vector<Label> labels;
  std::optional<PortSet> ports;    // the port that the verdict speaks of
  std::vector<HostPattern> hosts;  // either end
  Certainty least = Certainty::none;
  bool silent = false;  // let silent flows pass, where no label is asked for

  bool passes(const Observation& observation, const Verdict& verdict) const;
};

}  // namespace oddport
