// `oddport explain`: everything known of a port, without looking at any traffic.
#pragma once

#include <string>
#include <vector>

namespace oddport {

struct ExplainOptions {
  std::vector<std::string> ports;  // "596", "596/tcp", "513/udp", a service name such as "smsd"
  bool json = false;
};

// Returns an exit status.
int run_explain(const ExplainOptions& options);

}  // namespace oddport
