#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/filter_options.h"
#include "cli/flow_options.h"
#include "cli/option_words.h"
#include "cli/output_options.h"
#include "cli/read_command.h"

namespace oddport {

namespace {

// Whether records are folded by endpoint.
const std::map<std::string, bool>& unit_words() {
  static const std::map<std::string, bool> words = {{"flow", false}, {"endpoint", true}};
  return words;
}

// Whether libpcap reads.
const std::map<std::string, bool>& reader_words() {
  static const std::map<std::string, bool> words = {{"fast", false}, {"libpcap", true}};
  return words;
}

void add_output(CLI::App& read, ReadOptions& options) {
  add_format_option(read, options.format);
  add_choice(read, "--by", options.by_endpoint, unit_words(),
             "One record a flow, or one a server endpoint: flow, endpoint")
      ->default_str("flow")
      ->type_name("UNIT")
      ->group(group_of_output);
  add_limit_option(read, options.row_limit);
  add_map_option(read, options.map);
  add_quiet_option(read, options.quiet, "No summary and no progress; errors are still told");
  add_database_option(read, options.database,
                      "Also keep every flow in this database, for oddport triage and diff");
  add_fail_option(read, options.fail_on, "Exit with status 1 if a flow has one of these labels");
}

void add_reading(CLI::App& read, ReadOptions& options) {
  constexpr const char* group = "Reading";
  add_flow_options(read, options.limits, group,
                   "Flows held at a time; the quietest is told early when full");
  add_ndpi_option(read, options.ndpi)->group(group);
  add_choice(read, "--reader", options.through_libpcap, reader_words(),
             "fast, or libpcap (slower; the records are the same)")
      ->default_str("fast")
      ->type_name("READER")
      ->group(group);
}

}  // namespace

Command add_read(CLI::App& app) {
  CLI::App* read = app.add_subcommand("read", "Label the flows of captures");
  const auto options = std::make_shared<ReadOptions>();
  read->add_option(
          "FILE", options->inputs,
          "Captures (pcap, pcapng, also .gz and .zst), folders, patterns, or - for standard input")
      ->required();
  add_flow_filters(*read, options->watched, options->filter);
  add_output(*read, *options);
  add_reading(*read, *options);
  add_rule_options(*read, options->rules);
  return {.word = read, .run = [options] { return run_read(*options); }};
}

}  // namespace oddport
