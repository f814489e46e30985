#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/option_words.h"
#include "cli/read_command.h"

namespace oddport {

namespace {

// What CLI11 parses into, before it becomes ReadOptions.
struct ReadWords {
  ReadOptions options;
  std::string watched = "500-1023";
  std::vector<std::string> labels;
  std::vector<std::string> fail_on;
  std::vector<std::string> hosts;
  std::string port;
  std::string certainty;
  std::string format;
  std::string by = "flow";
  std::string map = "auto";
  std::string reader = "fast";
  double tcp_timeout = 300;
  double udp_timeout = 180;
};

void add_choice(CLI::App& read, ReadWords& words) {
  constexpr const char* group = "What to show";
  read.add_option("--ports", words.watched, "Watched ports: 596, 500-1023, 512,520-530")
      ->capture_default_str()
      ->group(group);
  read.add_option("--label", words.labels,
                  "Only these labels: unknown, unofficial, legacy, expected, silent")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(label_words()))
      ->type_name("LABEL")
      ->group(group);
  read.add_option("--port", words.port, "Only records that speak of these ports")
      ->type_name("PORTS")
      ->group(group);
  read.add_option("--host", words.hosts, "Only records with this address or network at either end")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("ADDRESS[/LENGTH]")
      ->group(group);
  read.add_option("--certainty", words.certainty,
                  "Only verdicts at least this sure: hint, likely, confirmed")
      ->check(one_of(certainty_words()))
      ->type_name("CERTAINTY")
      ->group(group);
  read.add_flag("--silent", words.options.filter.silent, "Also flows without any application byte")
      ->group(group);
}

void add_output(CLI::App& read, ReadWords& words) {
  constexpr const char* group = "Output";
  read.add_option("--format", words.format, format_help)
      ->check(one_of(format_words()))
      ->type_name("FORMAT")
      ->group(group);
  read.add_option("--by", words.by, "One record a flow, or one a server endpoint: flow, endpoint")
      ->check(CLI::IsMember({"flow", "endpoint"}))
      ->capture_default_str()
      ->type_name("UNIT")
      ->group(group);
  read.add_option("--limit", words.options.row_limit, "Rows of the table at most, the oddest first")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group);
  read.add_option("--map", words.map,
                  "Port map below the table: auto (on a terminal), always, never")
      ->check(one_of(map_words()))
      ->capture_default_str()
      ->type_name("WHEN")
      ->group(group);
  read.add_flag("-q,--quiet", words.options.quiet,
                "No summary and no progress; errors are still told")
      ->group(group);
  read.add_option("--db", words.options.database,
                  "Also keep every flow in this database, for oddport triage and diff")
      ->type_name("FILE")
      ->group(group);
  read.add_option("--fail-on", words.fail_on,
                  "Exit with status 1 if a flow has one of these labels")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(label_words()))
      ->type_name("LABEL")
      ->group(group);
}

void add_reading(CLI::App& read, ReadWords& words) {
  constexpr const char* group = "Reading";
  read.add_option("--max-flows", words.options.limits.max_flows,
                  "Flows held at a time; the quietest is told early when full")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group);
  read.add_option("--tcp-timeout", words.tcp_timeout, "Seconds of silence that end a TCP flow")
      ->check(CLI::Range(0.001, 1e9))
      ->capture_default_str()
      ->group(group);
  read.add_option("--udp-timeout", words.udp_timeout, "Seconds of silence that end a UDP flow")
      ->check(CLI::Range(0.001, 1e9))
      ->capture_default_str()
      ->group(group);
  read.add_flag_callback(
          "--no-ndpi", [&words] { words.options.ndpi = false; },
          "Do not ask nDPI about payload that nothing else names")
      ->group(group);
  read.add_option("--reader", words.reader, "fast, or libpcap (slower; the records are the same)")
      ->check(CLI::IsMember({"fast", "libpcap"}))
      ->capture_default_str()
      ->type_name("READER")
      ->group(group);
}

ReadOptions read_options(const ReadWords& words) {
  ReadOptions options = words.options;
  options.watched = ports_or_throw("--ports", words.watched);
  options.filter.labels = labels_of(words.labels);
  options.fail_on = labels_of(words.fail_on);
  if (!words.port.empty()) options.filter.ports = ports_or_throw("--port", words.port);
  options.filter.hosts = networks_or_throw("--host", words.hosts);
  if (!words.certainty.empty()) options.filter.least = certainty_words().at(words.certainty);
  if (!words.format.empty()) options.format = format_words().at(words.format);
  options.map = map_words().at(words.map);
  options.by_endpoint = words.by == "endpoint";
  options.through_libpcap = words.reader == "libpcap";
  options.limits.tcp_timeout = nanoseconds(words.tcp_timeout);
  options.limits.udp_timeout = nanoseconds(words.udp_timeout);
  return options;
}

}  // namespace

Command add_read(CLI::App& app) {
  CLI::App* read = app.add_subcommand("read", "Label the flows of captures");
  const auto words = std::make_shared<ReadWords>();
  read->add_option(
          "FILE", words->options.inputs,
          "Captures (pcap, pcapng, also .gz and .zst), folders, patterns, or - for standard input")
      ->required();
  add_choice(*read, *words);
  add_output(*read, *words);
  add_reading(*read, *words);
  add_rule_options(*read, words->options.rules);
  return {.word = read, .run = [words] { return run_read(read_options(*words)); }};
}

}  // namespace oddport
