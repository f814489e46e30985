// `oddport scan`: addresses in, what answers there named and labelled out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "classify/ip_address.h"
#include "classify/verdict.h"
#include "cli/map_choice.h"
#include "cli/output_format.h"
#include "cli/port_list.h"
#include "cli/record_filter.h"
#include "cli/rule_options.h"
#include "cli/target_list.h"

namespace oddport {

struct ScanOptions {
  // Everything behind the word `scan`, as it was typed; a resume file keeps it.
  std::vector<std::string> arguments;

  TargetWords targets;
  std::vector<std::string> exclude;
  std::string exclude_file;  // read again on SIGHUP
  ResolveOptions resolve;
  bool many_are_meant = false;  // more than 65,536 addresses are no mistake

  PortList ports;
  bool over_tcp = true;
  bool over_udp = true;
  bool by_connect = false;     // -sT: the kernel's connect() even where raw packets could be sent
  bool insist_on_raw = false;  // -sS was asked for: without the privilege that is an error

  std::string interface;
  std::optional<IpAddress> source_v4;
  std::optional<IpAddress> source_v6;
  std::uint16_t source_port = 0;
  std::uint64_t rate = 0;  // probes a second, or one of DiscoveryOptions' words
  std::optional<unsigned> retries;
  double wait = 0;
  std::optional<std::uint64_t> seed;
  std::uint64_t shard = 0;  // from 0
  std::uint64_t shards = 1;
  bool control_systems = false;  // ask also what may upset control equipment

  bool dry_run = false;
  std::string resume_file;
  std::string pcap_file;     // "-" is standard output
  std::string xml_file;      // likewise
  std::string ndjson_file;   // likewise
  std::string grep_file;     // likewise
  bool show_pseudo = false;  // mute ports of hosts on which every port seems open
  bool only_open = false;    // leave closed and filtered ports out of the files for nmap's friends

  std::string database;  // where observations are kept; empty: nowhere
  // Asks what this file knows, instead of searching: a database, which is `database` as well, or what another scanner wrote. Empty: searches.
  std::string from;
  std::vector<Label> from_labels;  // of the endpoints to ask; empty where it is no database
  bool ports_given = false;        // by -p
  bool kinds_given = false;        // by -s

  RecordFilter filter;
  OutputFormat format = OutputFormat::automatic;
  bool watch = false;            // a live view on a terminal, rows as they come elsewhere
  std::size_t row_limit = 1000;  // of the table
  MapChoice map = MapChoice::automatic;
  bool quiet = false;  // no summary, no progress; errors are still told
  RuleOptions rules;
  bool ndpi = true;  // asked where nothing else names a payload
  std::vector<Label> fail_on;
};

// Returns an exit status.
int run_scan(const ScanOptions& options);

}  // namespace oddport
