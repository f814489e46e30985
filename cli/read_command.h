// `oddport read`: captures in, labelled flows out.
#pragma once

#include <string>
#include <vector>

#include "capture/flow_table.h"
#include "classify/port_set.h"
#include "cli/map_choice.h"
#include "cli/output_format.h"
#include "cli/record_filter.h"
#include "cli/rule_options.h"

namespace oddport {

struct ReadOptions {
  std::vector<std::string> inputs;  // files, directories, patterns, "-"
  PortSet watched = PortSet::watched_by_default();
  FlowLimits limits;
  RecordFilter filter;
  OutputFormat format = OutputFormat::automatic;
  std::size_t row_limit = 1000;  // of the table
  MapChoice map = MapChoice::automatic;
  bool by_endpoint = false;
  bool quiet = false;  // no summary, no progress; errors are still told
  RuleOptions rules;
  bool ndpi = true;              // asked where nothing else names a payload
  bool through_libpcap = false;  // the slower road, for comparison
  std::vector<Label> fail_on;
  std::string database;  // where observations are kept; empty: nowhere
};

// Returns an exit status.
int run_read(const ReadOptions& options);

}  // namespace oddport
