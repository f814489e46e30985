// The few lines that end a scan: what was probed and how fast, what was found, what may have been missed, and how to go on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "classify/ip_address.h"
#include "report/escape.h"
#include "triage/tally.h"

namespace oddport {

// Pairs of address and port over one transport, by what is known of them.
struct PortCounts {
  std::uint64_t asked = 0;
  std::uint64_t open = 0;
  std::uint64_t closed = 0;
  std::uint64_t filtered = 0;     // refused on the way
  std::uint64_t unreachable = 0;  // no way to the host
  // What did not answer at all.
  std::uint64_t silent() const {
    const std::uint64_t told = open + closed + filtered + unreachable;
    return asked - (told < asked ? told : asked);
  }
};

struct ScanSummary {
  std::uint64_t addresses = 0;
  std::uint64_t targets = 0;  // pairs of address and port, of this shard
  std::uint64_t settled = 0;  // of these, what was found out about
  PortCounts tcp;
  PortCounts udp;
  double seconds = 0;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  double loss = 0;  // 0 to 1
  // Share of what is open and was not found, by the loss measured; unset where it was not measured.
  std::optional<double> miss_rate;
  double missed = 0;  // the same as a number of ports
  std::vector<IpAddress> pseudo_hosts;
  std::uint64_t pseudo_ports = 0;
  std::uint64_t excluded = 0;    // pairs left out because of exclusions that came later
  std::uint64_t unroutable = 0;  // pairs without a route
  std::uint64_t unresolved = 0;  // pairs on hosts of the own link that did not answer ARP or NDP
  std::uint64_t dropped = 0;     // answers that came faster than they were read
  std::uint64_t unrecorded = 0;  // packets of dialogues that -w lost
  bool dry_run = false;
  bool interrupted = false;
  std::string resume_file;            // where the rest stands; empty: nowhere
  std::vector<std::string> failures;  // one sentence each
};

// Several lines, each with its line end. Failures and file names are made visible.
std::string scan_summary_text(const ScanSummary& scan, const Tally& found,
                              Charset charset = Charset::utf8);

}  // namespace oddport
