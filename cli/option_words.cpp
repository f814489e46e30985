#include "cli/option_words.h"

#include <cmath>

namespace oddport {

const std::map<std::string, Label>& label_words() {
  static const std::map<std::string, Label> words = {{"silent", Label::silent},
                                                     {"expected", Label::expected},
                                                     {"legacy", Label::legacy},
                                                     {"unofficial", Label::unofficial},
                                                     {"unknown", Label::unknown}};
  return words;
}

const std::map<std::string, Certainty>& certainty_words() {
  static const std::map<std::string, Certainty> words = {{"hint", Certainty::hint},
                                                         {"likely", Certainty::likely},
                                                         {"confirmed", Certainty::confirmed}};
  return words;
}

const std::map<std::string, OutputFormat>& format_words() {
  static const std::map<std::string, OutputFormat> words = {{"table", OutputFormat::table},
                                                            {"ndjson", OutputFormat::ndjson},
                                                            {"csv", OutputFormat::csv},
                                                            {"ecs", OutputFormat::ecs},
                                                            {"syslog", OutputFormat::syslog}};
  return words;
}

std::vector<Label> labels_of(const std::vector<std::string>& words) {
  std::vector<Label> labels;
  labels.reserve(words.size());
  for (const std::string& word : words) labels.push_back(label_words().at(word));
  return labels;
}

PortSet ports_or_throw(const std::string& option, const std::string& text) {
  PortSet ports;
  std::string error;
  if (!PortSet::parse(text, ports, error)) throw CLI::ValidationError(option, error);
  return ports;
}

std::vector<IpNetwork> networks_or_throw(const std::string& option,
                                         const std::vector<std::string>& texts) {
  std::vector<IpNetwork> networks;
  for (const std::string& text : texts) {
    std::string error;
    const auto network = IpNetwork::parse(text, error);
    if (!network) throw CLI::ValidationError(option, error);
    networks.push_back(*network);
  }
  return networks;
}

Time nanoseconds(double seconds) { return static_cast<Time>(std::llround(seconds * 1e9)); }

void add_rule_options(CLI::App& command, RuleOptions& options) {
  constexpr const char* group = "Rules of your own";
  command
      .add_option("--rules", options.files,
                  "A file of signatures and policies (see oddport rules); may be repeated")
      ->allow_extra_args(false)
      ->type_name("FILE")
      ->group(group);
  command
      .add_flag_callback(
          "--no-default-rules", [&options] { options.defaults = false; },
          "Leave out ~/.config/oddport/rules.d and /etc/oddport/rules.d")
      ->group(group);
}

}  // namespace oddport
