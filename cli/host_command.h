// `oddport host`: the sockets of this machine on the watched ports, and whose they are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "classify/host_facts.h"
#include "classify/port_set.h"
#include "cli/output_format.h"
#include "cli/record_filter.h"
#include "cli/rule_options.h"
#include "host/inventory.h"

namespace oddport {

struct HostOptions {
  PortSet watched = PortSet::watched_by_default();
  RecordFilter filter;
  std::vector<SocketState> states;  // none: all
  Namespaces namespaces = Namespaces::all;
  bool ask = false;              // hold a dialogue with each listener that passes the filter
  bool control_systems = false;  // ask such as well
  bool ndpi = true;              // asked where no recognizer and no rule names an answer
  OutputFormat format = OutputFormat::automatic;
  std::size_t row_limit = 1000;  // of the table
  std::string database;          // where sockets are kept; empty: nowhere
  bool quiet = false;            // no summary; what is missing is still told
  RuleOptions rules;
  std::vector<Label> fail_on;
};

// Returns an exit status.
int run_host(const HostOptions& options);

}  // namespace oddport
