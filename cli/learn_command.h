// `oddport learn`: families of the unknown, and a signature for each that can be told by its bytes.
#pragma once

#include <string>
#include <vector>

#include "cli/seen_input.h"

namespace oddport {

struct LearnOptions {
  std::vector<std::string> inputs;
  SeenOptions reading;
  std::size_t least = 3;  // members of a family that is told
  bool quiet = false;
};

// Writes the rules to standard output, each proved, and tells of the families in comments. Returns an exit status. Throws StoreError.
int run_learn(const LearnOptions& options);

}  // namespace oddport
