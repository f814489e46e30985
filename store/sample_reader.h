// Reads the beginnings of conversations that a store keeps.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "classify/observation.h"
#include "classify/verdict.h"
#include "store/sample_code.h"
#include "store/store.h"
#include "triage/sighting.h"

namespace oddport {

struct Sample {
  Transport transport = Transport::tcp;
  Endpoint server;
  Label label = Label::unknown;
  std::string protocol;  // empty where unknown
  SampleCode code;
};

enum class Named : bool { no, yes };

// The latest of them, at most `most`: those in which nothing was recognized, or all others. Throws StoreError.
std::vector<Sample> read_samples(Store& store, Named named, std::size_t most);

// Calls `take` for each flow in which nothing was recognized and of which the beginning is kept, with that in its exchange; what it refers to holds
// during the call, in which the store must not be written to. Throws StoreError.
void read_unknown_flows(Store& store,
                        const std::function<void(Observation&, const Sighting&)>& take);

}  // namespace oddport
