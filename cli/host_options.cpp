#include <map>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/filter_options.h"
#include "cli/host_command.h"
#include "cli/option_words.h"
#include "cli/output_options.h"

namespace oddport {

namespace {

const std::map<std::string, SocketState>& state_words() {
  static const std::map<std::string, SocketState> words = {{"listening", SocketState::listening},
                                                           {"connecting", SocketState::connecting},
                                                           {"connected", SocketState::connected},
                                                           {"closing", SocketState::closing}};
  return words;
}

const std::map<std::string, Namespaces>& namespace_words() {
  static const std::map<std::string, Namespaces> words = {{"all", Namespaces::all},
                                                          {"own", Namespaces::own}};
  return words;
}

void add_filters(CLI::App& host, HostOptions& options) {
  add_watched_ports(host, options.watched)->group(group_of_choice);
  add_choices(host, "--state", options.states, state_words(),
              "Only sockets in these states: listening, connecting, connected, closing")
      ->type_name("STATE")
      ->group(group_of_choice);
  add_choice(host, "--namespace", options.namespaces, namespace_words(),
             "Sockets of all network namespaces that may be looked at, or of one's own: all, own")
      ->default_str("all")
      ->type_name("WHICH")
      ->group(group_of_choice);
  add_spoken_label_filter(host, options.filter.labels);
  add_end_filters(host, options.filter);
}

void add_asking(CLI::App& host, HostOptions& options) {
  constexpr const char* group = "Asking";
  host.add_flag("--ask", options.ask,
                "Speak with each listener, as oddport scan does, and label what it says")
      ->group(group);
  host.add_flag("--ics", options.control_systems,
                "Also ask what may upset control equipment, such as Modbus")
      ->needs("--ask")
      ->group(group);
  add_ndpi_option(host, options.ndpi, "Do not ask nDPI about answers that nothing else names")
      ->needs("--ask")
      ->group(group);
}

void add_output(CLI::App& host, HostOptions& options) {
  add_format_option(host, options.format);
  add_limit_option(host, options.row_limit);
  add_database_option(host, options.database,
                      "Also keep every socket in this database, for oddport triage and diff");
  add_quiet_option(host, options.quiet, "No summary; what could not be looked at is still told");
  add_fail_option(host, options.fail_on, "Exit with status 1 if a socket has one of these labels");
}

}  // namespace

Command add_host(CLI::App& app) {
  CLI::App* host =
      app.add_subcommand("host", "Tell whose the sockets of this machine are on the watched ports");
  const auto options = std::make_shared<HostOptions>();
  add_filters(*host, *options);
  add_asking(*host, *options);
  add_output(*host, *options);
  add_rule_options(*host, options->rules);
  return {.word = host, .run = [options] { return run_host(*options); }};
}

}  // namespace oddport
