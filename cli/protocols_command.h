// `oddport protocols`: what is recognized, without looking at any traffic.
#pragma once

#include <string>
#include <vector>

namespace oddport {

struct ProtocolsOptions {
  std::vector<std::string> names;  // none: all of them, a line each
  bool json = false;
};

// Returns an exit status.
int run_protocols(const ProtocolsOptions& options);

}  // namespace oddport
