// `oddport report`: what was seen, as one page to look at, or as text for
// tickets and tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "classify/port_set.h"
#include "cli/rule_options.h"

namespace oddport {

enum class ReportFormat : std::uint8_t { html, markdown, csv };

struct ReportOptions {
  std::vector<std::string> inputs;
  std::string output = "-";
  ReportFormat format = ReportFormat::html;
  std::string title;           // empty: made of the inputs
  std::string baseline;        // an input of another time; empty: nothing is compared
  std::size_t limit = 10'000;  // findings told
  PortSet watched = PortSet::watched_by_default();  // of captures
  RuleOptions rules;
  bool ndpi = true;
  bool quiet = false;
};

// Returns an exit status.
int run_report(const ReportOptions& options);

}  // namespace oddport
