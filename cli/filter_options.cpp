#include "cli/filter_options.h"

#include <vector>

#include "cli/option_words.h"

namespace oddport {

namespace {

void add_labels(CLI::App& command, std::vector<Label>& labels, const std::string& about) {
  add_choices(command, "--label", labels, label_words(), about)
      ->type_name("LABEL")
      ->group(group_of_choice);
}

}  // namespace

CLI::Option* add_watched_ports(CLI::App& command, PortSet& watched, const std::string& about) {
  const auto take = [&watched](const std::string& text) {
    watched = ports_or_throw("--ports", text);
  };
  return command.add_option_function<std::string>("--ports", take, about)->default_str("500-1023");
}

void add_label_filter(CLI::App& command, std::vector<Label>& labels) {
  add_labels(command, labels, "Only these labels: unknown, unofficial, legacy, expected, silent");
}

void add_spoken_label_filter(CLI::App& command, std::vector<Label>& labels) {
  add_labels(command, labels, "Only these labels: unknown, unofficial, legacy, expected");
}

void add_end_filters(CLI::App& command, RecordFilter& filter) {
  const auto take_ports = [&filter](const std::string& text) {
    filter.ports = ports_or_throw("--port", text);
  };
  const auto take_hosts = [&filter](const std::vector<std::string>& texts) {
    filter.hosts = networks_or_throw("--host", texts);
  };
  command
      .add_option_function<std::string>("--port", take_ports,
                                        "Only records that speak of these ports")
      ->type_name("PORTS")
      ->group(group_of_choice);
  command
      .add_option_function<std::vector<std::string>>(
          "--host", take_hosts, "Only records with this address or network at either end")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("ADDRESS[/LENGTH]")
      ->group(group_of_choice);
}

void add_certainty_filter(CLI::App& command, RecordFilter& filter) {
  add_choice(command, "--certainty", filter.least, certainty_words(),
             "Only verdicts at least this sure: hint, likely, confirmed")
      ->type_name("CERTAINTY")
      ->group(group_of_choice);
}

void add_flow_filters(CLI::App& command, PortSet& watched, RecordFilter& filter) {
  add_watched_ports(command, watched)->group(group_of_choice);
  add_label_filter(command, filter.labels);
  add_end_filters(command, filter);
  add_certainty_filter(command, filter);
  command.add_flag("--silent", filter.silent, "Also flows without any application byte")
      ->group(group_of_choice);
}

}  // namespace oddport
