// `oddport diff`: what appeared, vanished or changed between two times or places.
#pragma once

#include <string>
#include <vector>

#include "cli/output_format.h"
#include "cli/seen_input.h"
#include "store/endpoint_reader.h"
#include "triage/difference.h"

namespace oddport {

struct DiffOptions {
  std::string before;  // a database or a capture
  std::string after;   // the same text: two times of one database
  DaySpan days_before;
  DaySpan days_after;
  SeenOptions reading;
  OutputFormat format = OutputFormat::automatic;
  bool quiet = false;
  std::vector<ChangeKind> fail_on;
};

// Returns an exit status. Throws StoreError.
int run_diff(const DiffOptions& options);

}  // namespace oddport
