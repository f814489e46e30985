#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/host_command.h"
#include "cli/option_words.h"

namespace oddport {

namespace {

// What CLI11 parses into, before it becomes HostOptions.
struct HostWords {
  HostOptions options;
  std::string watched = "500-1023";
  std::vector<std::string> labels;
  std::vector<std::string> fail_on;
  std::vector<std::string> hosts;
  std::vector<std::string> states;
  std::string port;
  std::string format;
  std::string places = "all";
};

const std::map<std::string, SocketState>& state_words() {
  static const std::map<std::string, SocketState> words = {{"listening", SocketState::listening},
                                                           {"connecting", SocketState::connecting},
                                                           {"connected", SocketState::connected},
                                                           {"closing", SocketState::closing}};
  return words;
}

void add_choice(CLI::App& host, HostWords& words) {
  constexpr const char* group = "What to show";
  host.add_option("--ports", words.watched, "Watched ports: 596, 500-1023, 512,520-530")
      ->capture_default_str()
      ->group(group);
  host.add_option("--state", words.states,
                  "Only sockets in these states: listening, connecting, connected, closing")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(state_words()))
      ->type_name("STATE")
      ->group(group);
  host.add_option(
          "--namespace", words.places,
          "Sockets of all network namespaces that may be looked at, or of one's own: all, own")
      ->check(CLI::IsMember({"all", "own"}))
      ->capture_default_str()
      ->type_name("WHICH")
      ->group(group);
  host.add_option("--label", words.labels,
                  "Only these labels: unknown, unofficial, legacy, expected")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(label_words()))
      ->type_name("LABEL")
      ->group(group);
  host.add_option("--port", words.port, "Only records that speak of these ports")
      ->type_name("PORTS")
      ->group(group);
  host.add_option("--host", words.hosts, "Only records with this address or network at either end")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("ADDRESS[/LENGTH]")
      ->group(group);
}

void add_asking(CLI::App& host, HostWords& words) {
  constexpr const char* group = "Asking";
  host.add_flag("--ask", words.options.ask,
                "Speak with each listener, as oddport scan does, and label what it says")
      ->group(group);
  host.add_flag("--ics", words.options.control_systems,
                "Also ask what may upset control equipment, such as Modbus")
      ->needs("--ask")
      ->group(group);
  host.add_flag_callback(
          "--no-ndpi", [&words] { words.options.ndpi = false; },
          "Do not ask nDPI about answers that nothing else names")
      ->needs("--ask")
      ->group(group);
}

void add_output(CLI::App& host, HostWords& words) {
  constexpr const char* group = "Output";
  host.add_option("--format", words.format, format_help)
      ->check(one_of(format_words()))
      ->type_name("FORMAT")
      ->group(group);
  host.add_option("--limit", words.options.row_limit, "Rows of the table at most, the oddest first")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->group(group);
  host.add_option("--db", words.options.database,
                  "Also keep every socket in this database, for oddport triage and diff")
      ->type_name("FILE")
      ->group(group);
  host.add_flag("-q,--quiet", words.options.quiet,
                "No summary; what could not be looked at is still told")
      ->group(group);
  host.add_option("--fail-on", words.fail_on,
                  "Exit with status 1 if a socket has one of these labels")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(label_words()))
      ->type_name("LABEL")
      ->group(group);
}

HostOptions host_options(const HostWords& words) {
  HostOptions options = words.options;
  options.watched = ports_or_throw("--ports", words.watched);
  options.filter.labels = labels_of(words.labels);
  options.fail_on = labels_of(words.fail_on);
  if (!words.port.empty()) options.filter.ports = ports_or_throw("--port", words.port);
  options.filter.hosts = networks_or_throw("--host", words.hosts);
  for (const std::string& state : words.states) options.states.push_back(state_words().at(state));
  if (!words.format.empty()) options.format = format_words().at(words.format);
  options.namespaces = words.places == "own" ? Namespaces::own : Namespaces::all;
  return options;
}

}  // namespace

Command add_host(CLI::App& app) {
  CLI::App* host =
      app.add_subcommand("host", "Tell whose the sockets of this machine are on the watched ports");
  const auto words = std::make_shared<HostWords>();
  add_choice(*host, *words);
  add_asking(*host, *words);
  add_output(*host, *words);
  add_rule_options(*host, words->options.rules);
  return {.word = host, .run = [words] { return run_host(host_options(*words)); }};
}

}  // namespace oddport
