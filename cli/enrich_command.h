// `oddport enrich`: logs of Zeek and Suricata in, the same logs with labels out.
#pragma once

#include <string>

#include "classify/port_set.h"
#include "cli/rule_options.h"

namespace oddport {

struct EnrichOptions {
  PortSet watched = PortSet::watched_by_default();
  RuleOptions rules;
  std::string log = "-";  // a file, or standard input
};

// Returns an exit status.
int run_enrich(const EnrichOptions& options);

}  // namespace oddport
