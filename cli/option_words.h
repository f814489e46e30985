// The words that options of several commands take: labels, certainties, formats, lists of ports.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "classify/ip_network.h"
#include "classify/observation.h"
#include "classify/port_set.h"
#include "classify/verdict.h"
#include "cli/output_format.h"
#include "cli/rule_options.h"
#include "store/endpoint_reader.h"
#include "triage/endpoint_view.h"

namespace oddport {

const std::map<std::string, Label>& label_words();
const std::map<std::string, Certainty>& certainty_words();
const std::map<std::string, OutputFormat>& format_words();

// The words of a map as a check that also lists them in the help.
template <typename Value>
CLI::Validator one_of(const std::map<std::string, Value>& values) {
  std::vector<std::string> names;
  names.reserve(values.size());
  for (const auto& [name, value] : values) names.push_back(name);
  return CLI::IsMember(names);
}

// The labels that the words name; each has passed one_of().
std::vector<Label> labels_of(const std::vector<std::string>& words);
// Throws CLI::ValidationError, which names the option, where the text is no list of ports.
PortSet ports_or_throw(const std::string& option, const std::string& text);
// Likewise of networks and addresses.
std::vector<IpNetwork> networks_or_throw(const std::string& option,
                                         const std::vector<std::string>& texts);
Time nanoseconds(double seconds);
// "2026-01-31" or "2026-01-01..2026-01-31", in UTC; throws likewise.
DaySpan days_or_throw(const std::string& option, const std::string& text);
// "198.18.0.7:596/tcp", "[2001:db8::7]:596/udp"; throws likewise.
EndpointKey endpoint_or_throw(const std::string& option, const std::string& text);

// Adds --rules and --no-default-rules; `options` must outlive the parsing.
void add_rule_options(CLI::App& command, RuleOptions& options);

}  // namespace oddport
