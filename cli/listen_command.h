// `oddport listen`: interfaces in, labelled flows out while they happen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/capture_ring.h"
#include "capture/libpcap_interface.h"
#include "capture/live_reader.h"
#include "classify/port_set.h"
#include "cli/output_format.h"
#include "cli/record_filter.h"
#include "cli/rule_options.h"

namespace oddport {

struct ListenOptions {
  std::vector<std::string> interfaces;
  InterfaceOptions capture;
  PortSet watched = PortSet::watched_by_default();
  LiveOptions live;
  RecordFilter filter;
  std::optional<double> duration;  // seconds
  OutputFormat format = OutputFormat::automatic;
  bool watch = false;     // a live view on a terminal, rows as they come elsewhere
  std::string database;   // where flows are kept; empty: nowhere
  bool quiet = false;     // no summary; errors are still told
  std::string keep_file;  // where odd packets are kept; empty: nowhere
  CaptureRing::Bounds ring;
  std::size_t most_held_bytes = std::size_t{64} << 20;  // of packets whose flow is not decided yet
  std::string user;  // whom root becomes; empty: the caller of sudo, or nobody
  RuleOptions rules;
  bool ndpi = true;  // asked where no recognizer and no rule names a payload
  std::vector<Label> fail_on;
};

// Returns an exit status.
int run_listen(const ListenOptions& options);

}  // namespace oddport
