// Whom `oddport scan --from FILE` asks, instead of searching: the endpoints of a database with certain labels, or those that another
// scanner found open, as far as they may be asked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/scan_command.h"
#include "probe/target.h"

namespace oddport {

struct EndpointsToAsk {
  std::vector<Target> endpoints;
  std::map<IpAddress, std::string> names;
  std::vector<std::string>
      problems;  // what could not be read of the file, which goes on without it
};

// Those of `options.from_labels` where it is a database, over the transports and, where the user named any, at the ports and addresses of the
// options. Left out are addresses that nobody should probe, such as those of groups. On error returns nothing and says in `error` what is
// wrong; throws StoreError where the database cannot be read.
std::optional<EndpointsToAsk> endpoints_to_ask(const ScanOptions& options, std::string& error);

}  // namespace oddport
