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

// All that follow take references that must outlive the parsing.

// An option of several values, separated by commas or given one by one.
template <typename Value>
CLI::Option* add_list(CLI::App& command, const std::string& name, std::vector<Value>& values,
                      const std::string& about) {
  return command.add_option(name, values, about)->delimiter(',')->allow_extra_args(false);
}

// An option of one word, which stands for a value.
template <typename Value>
CLI::Option* add_choice(CLI::App& command, const std::string& name, Value& value,
                        const std::map<std::string, Value>& words, const std::string& about) {
  return command
      .add_option_function<std::string>(
          name, [&value, &words](const std::string& word) { value = words.at(word); }, about)
      ->check(one_of(words));
}

// Several such words, as in a list.
template <typename Value>
CLI::Option* add_choices(CLI::App& command, const std::string& name, std::vector<Value>& values,
                         const std::map<std::string, Value>& words, const std::string& about) {
  const auto take = [&values, &words](const std::vector<std::string>& chosen) {
    values.clear();
    for (const std::string& word : chosen) values.push_back(words.at(word));
  };
  return command.add_option_function<std::vector<std::string>>(name, take, about)
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(words));
}

// Throws CLI::ValidationError, which names the option, where the text is no list of ports.
PortSet ports_or_throw(const std::string& option, const std::string& text);
// Likewise of networks and addresses.
std::vector<IpNetwork> networks_or_throw(const std::string& option,
                                         const std::vector<std::string>& texts);
Time nanoseconds(double seconds);
// "2026-01-31" or "2026-01-01..2026-01-31", in UTC; throws likewise.
DaySpan days_or_throw(const std::string& option, const std::string& text);
// An option of such days.
CLI::Option* add_days(CLI::App& command, const std::string& name, DaySpan& days,
                      const std::string& about);
// "198.18.0.7:596/tcp", "[2001:db8::7]:596/udp"; throws likewise.
EndpointKey endpoint_or_throw(const std::string& option, const std::string& text);

// --rules and --no-default-rules.
void add_rule_options(CLI::App& command, RuleOptions& options);
// --no-ndpi.
CLI::Option* add_ndpi_option(
    CLI::App& command, bool& ndpi,
    const std::string& about = "Do not ask nDPI about payload that nothing else names");

}  // namespace oddport
