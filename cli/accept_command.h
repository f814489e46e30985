// `oddport accept`: marks findings as known, with who, when and why, so that triage shows only what is new.
#pragma once

#include <string>
#include <vector>

#include "triage/endpoint_view.h"

namespace oddport {

struct AcceptOptions {
  std::string database;
  std::vector<EndpointKey> endpoints;  // the role is not looked at
  bool all = false;                    // every finding that there is
  bool withdraw = false;               // takes marks back
  bool list = false;                   // changes nothing
  std::string who;
  std::string why;
};

// Returns an exit status: 3 where an endpoint has no finding. Throws StoreError.
int run_accept(const AcceptOptions& options);

}  // namespace oddport
