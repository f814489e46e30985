// `oddport triage`: what to look at first, and why.
#pragma once

#include <string>
#include <vector>

#include "cli/map_choice.h"
#include "cli/output_format.h"
#include "cli/ranking.h"
#include "cli/seen_input.h"

namespace oddport {

struct TriageOptions {
  std::vector<std::string> inputs;
  SeenOptions reading;
  RankingChoice choice;
  OutputFormat format = OutputFormat::automatic;
  MapChoice map = MapChoice::automatic;
  bool quiet = false;
};

// Returns an exit status.
int run_triage(const TriageOptions& options);

}  // namespace oddport
