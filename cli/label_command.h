// `oddport label`: bytes and what is known of them in, from anything; records out.
#pragma once

#include <optional>
#include <string>

#include "classify/ip_address.h"
#include "classify/observation.h"
#include "classify/port_set.h"
#include "cli/output_format.h"
#include "cli/rule_options.h"

namespace oddport {

// One conversation, told by options instead of JSON.
struct LabelledTalk {
  Transport transport = Transport::tcp;
  Endpoint server;
  Endpoint client;
  std::string server_file;  // empty: the server said nothing; "-" is standard input
  std::string client_file;
  std::optional<Side> first;
  bool one_sided = false;
};

struct LabelOptions {
  PortSet watched = PortSet::watched_by_default();
  OutputFormat format = OutputFormat::automatic;  // of the one conversation; questions get NDJSON
  RuleOptions rules;
  bool ndpi = true;  // asked where nothing else names a payload
  std::optional<LabelledTalk> talk;
  std::string questions = "-";  // where there is no `talk`: a file of questions, or standard input
};

// Returns an exit status.
int run_label(const LabelOptions& options);

}  // namespace oddport
