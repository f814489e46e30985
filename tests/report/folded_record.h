// A record of `--by endpoint`, for the tests of what writes them.
#pragma once

#include "tests/triage/sample_flows.h"
#include "triage/endpoint_fold.h"

namespace oddport::samples {

// samples::ssh() as three flows of two clients.
inline EndpointRecord folded_ssh() {
  const Flow flow = ssh();
  return {.observation = flow.observation,
          .verdict = flow.verdict,
          .flows = 3,
          .clients = 2,
          .more_clients = false};
}

}  // namespace oddport::samples
