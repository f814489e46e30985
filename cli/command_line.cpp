#include "cli/command_line.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "classify/port_registry.h"
#include "cli/exit_status.h"
#include "cli/explain_command.h"
#include "cli/protocols_command.h"
#include "cli/read_command.h"
#include "cli/rules_command.h"

namespace oddport {

namespace {

const std::map<std::string, Label> labels = {{"silent", Label::silent},
                                             {"expected", Label::expected},
                                             {"legacy", Label::legacy},
                                             {"unofficial", Label::unofficial},
                                             {"unknown", Label::unknown}};
const std::map<std::string, Certainty> certainties = {
    {"hint", Certainty::hint}, {"likely", Certainty::likely}, {"confirmed", Certainty::confirmed}};
const std::map<std::string, OutputFormat> formats = {
    {"table", OutputFormat::table}, {"ndjson", OutputFormat::ndjson}, {"csv", OutputFormat::csv}};

// The words of a map as a check that also lists them in the help.
template <typename Value>
CLI::Validator one_of(const std::map<std::string, Value>& values) {
  std::vector<std::string> names;
  names.reserve(values.size());
  for (const auto& [name, value] : values) names.push_back(name);
  return CLI::IsMember(names);
}

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
      ->check(one_of(labels))
      ->type_name("LABEL")
      ->group(group);
  read.add_option("--port", words.port, "Only records that speak of these ports")
      ->type_name("PORTS")
      ->group(group);
  read.add_option("--host", words.hosts, "Only records with this address or network at either end")
      ->delimiter(',')
      ->type_name("ADDRESS[/LENGTH]")
      ->group(group);
  read.add_option("--certainty", words.certainty,
                  "Only verdicts at least this sure: hint, likely, confirmed")
      ->check(one_of(certainties))
      ->type_name("CERTAINTY")
      ->group(group);
  read.add_flag("--silent", words.options.filter.silent, "Also flows without any application byte")
      ->group(group);
}

void add_output(CLI::App& read, ReadWords& words) {
  constexpr const char* group = "Output";
  read.add_option("--format", words.format,
                  "table, ndjson or csv (default: a table on a terminal, NDJSON elsewhere)")
      ->check(one_of(formats))
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
  read.add_flag("-q,--quiet", words.options.quiet,
                "No summary and no progress; errors are still told")
      ->group(group);
  read.add_option("--fail-on", words.fail_on,
                  "Exit with status 1 if a flow has one of these labels")
      ->delimiter(',')
      ->check(one_of(labels))
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
  read.add_option("--reader", words.reader, "fast, or libpcap (slower; the records are the same)")
      ->check(CLI::IsMember({"fast", "libpcap"}))
      ->capture_default_str()
      ->type_name("READER")
      ->group(group);
}

void add_rule_options(CLI::App& read, ReadWords& words) {
  constexpr const char* group = "Rules of your own";
  read.add_option("--rules", words.options.rule_files,
                  "A file of signatures and policies (see oddport rules); may be repeated")
      ->allow_extra_args(false)
      ->type_name("FILE")
      ->group(group);
  read.add_flag_callback(
          "--no-default-rules", [&words] { words.options.default_rules = false; },
          "Leave out ~/.config/oddport/rules.d and /etc/oddport/rules.d")
      ->group(group);
}

PortSet ports_or_throw(const std::string& option, const std::string& text) {
  PortSet ports;
  std::string error;
  if (!PortSet::parse(text, ports, error)) throw CLI::ValidationError(option, error);
  return ports;
}

Time nanoseconds(double seconds) { return static_cast<Time>(std::llround(seconds * 1e9)); }

ReadOptions read_options(const ReadWords& words) {
  ReadOptions options = words.options;
  options.watched = ports_or_throw("--ports", words.watched);
  for (const std::string& label : words.labels) options.filter.labels.push_back(labels.at(label));
  for (const std::string& label : words.fail_on) options.fail_on.push_back(labels.at(label));
  if (!words.port.empty()) options.filter.ports = ports_or_throw("--port", words.port);
  for (const std::string& host : words.hosts) {
    std::string error;
    const auto pattern = IpNetwork::parse(host, error);
    if (!pattern) throw CLI::ValidationError("--host", error);
    options.filter.hosts.push_back(*pattern);
  }
  if (!words.certainty.empty()) options.filter.least = certainties.at(words.certainty);
  if (!words.format.empty()) options.format = formats.at(words.format);
  options.by_endpoint = words.by == "endpoint";
  options.through_libpcap = words.reader == "libpcap";
  options.limits.tcp_timeout = nanoseconds(words.tcp_timeout);
  options.limits.udp_timeout = nanoseconds(words.udp_timeout);
  return options;
}

CLI::App* add_read(CLI::App& app, ReadWords& words) {
  CLI::App* read = app.add_subcommand("read", "Label the flows of captures");
  read->add_option(
          "FILE", words.options.inputs,
          "Captures (pcap, pcapng, also .gz and .zst), folders, patterns, or - for standard input")
      ->required();
  add_choice(*read, words);
  add_output(*read, words);
  add_reading(*read, words);
  add_rule_options(*read, words);
  return read;
}

CLI::App* add_explain(CLI::App& app, ExplainOptions& options) {
  CLI::App* explain = app.add_subcommand("explain", "Tell all that is known of a port, offline");
  explain->add_option("PORT", options.ports, "A port or service: 596, 513/udp, smsd")->required();
  explain->add_flag("--json", options.json, "As JSON, one object a line");
  return explain;
}

CLI::App* add_protocols(CLI::App& app, ProtocolsOptions& options) {
  CLI::App* protocols =
      app.add_subcommand("protocols", "List what is recognized, or tell of one protocol");
  protocols->add_option("NAME", options.names, "Protocols to tell of (default: list all)");
  protocols->add_flag("--json", options.json, "As JSON, one object a line");
  return protocols;
}

// What `oddport rules` was asked for.
struct RulesWords {
  std::vector<std::string> files;
  const CLI::App* check = nullptr;
  const CLI::App* show = nullptr;
};

CLI::App* add_rules_command(CLI::App& app, RulesWords& words) {
  CLI::App* rules =
      app.add_subcommand("rules", "Prove, show or begin files of signatures and policies");
  rules->require_subcommand(1);
  const auto add = [&](const char* name, const char* about) {
    CLI::App* command = rules->add_subcommand(name, about);
    command->add_option("FILE", words.files, "Files of rules (default: those read by itself)");
    return command;
  };
  words.check = add("check", "Prove the examples, and report errors and contradictions");
  words.show = add("show", "List the rules in the order in which they are consulted");
  rules->add_subcommand("template", "Print a commented file to begin with");
  return rules;
}

int run_rules(const RulesWords& words) {
  if (words.check->parsed()) return run_rules_check(words.files);
  return words.show->parsed() ? run_rules_show(words.files) : run_rules_template();
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app{
      "What is that doing on this port? Labels traffic on the obscure ports 500-1023 and says why.",
      "oddport"};
  app.set_version_flag("--version", fmt::format("oddport {}\nport registry: IANA file of {}",
                                                ODDPORT_VERSION, registry_snapshot()));
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  oddport read office.pcap                         what is odd in this capture\n"
      "  oddport read --label unknown,unofficial traces/  the odd flows of a folder\n"
      "  oddport explain 596/tcp                          who has this port, and since when\n"
      "  oddport protocols rsync                          how a protocol is recognized\n"
      "  oddport rules check site.toml                    prove signatures of your own");

  ReadWords read_words;
  ExplainOptions explain_options;
  const CLI::App* read = add_read(app, read_words);
  const CLI::App* explain = add_explain(app, explain_options);
  ProtocolsOptions protocols_options;
  const CLI::App* protocols = add_protocols(app, protocols_options);
  RulesWords rules_words;
  const CLI::App* rules = add_rules_command(app, rules_words);
  ReadOptions options;
  try {
    app.parse(argc, argv);
    if (read->parsed()) options = read_options(read_words);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? exit_status::done : exit_status::bad_usage;
  }
  if (protocols->parsed()) return run_protocols(protocols_options);
  if (rules->parsed()) return run_rules(rules_words);
  return explain->parsed() ? run_explain(explain_options) : run_read(options);
}

}  // namespace oddport
