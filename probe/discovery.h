// The raw-socket search for open ports: what it is given, how far it is, what it tells at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "probe/port_state.h"
#include "probe/target_set.h"

namespace oddport {

struct DiscoveryOptions {
  static constexpr std::uint64_t rate_auto = 0;
  static constexpr std::uint64_t rate_max = std::numeric_limits<std::uint64_t>::max();

  std::string interface = {};  // empty: as the routing table says
  // Unset: as the routing table says, for each way out. An address that is routed to this machine without belonging to its
  // kernel keeps the kernel from resetting what answers.
  std::optional<IpAddress> source_v4 = std::nullopt;
  std::optional<IpAddress> source_v6 = std::nullopt;
  std::uint16_t source_port = 0;  // 0: from a block outside of the kernel's own range
  // Probes a second over all hosts. rate_auto begins gently and follows the loss that it measures; it also keeps to
  // per_host and per_network.
  std::uint64_t rate = rate_auto;
  std::uint64_t per_host = 2000;       // probes a second to one address, with rate_auto
  std::uint64_t per_network = 400000;  // likewise to one IPv4 /24 or IPv6 /64
  // How often a silent pair is asked again. Unset: as often as the measured loss demands, at least once.
  std::optional<unsigned> retries = std::nullopt;
  double wait = 0;         // seconds for the last answers; 0: as the measured round trips demand
  std::uint64_t seed = 0;  // of the order and the cookies
  // This run asks about every shards-th pair of the order, beginning with the shard-th (from 0).
  std::uint64_t shard = 0;
  std::uint64_t shards = 1;
  // Where to go on: DiscoveryProgress::position of the run that was interrupted (same targets, seed and shard).
  std::uint64_t position = 0;
  bool dry_run = false;  // frames go to `frames` alone; nothing is opened or sent
  // Also call the sink for pairs that never answered (state filtered or open_or_filtered).
  bool tell_silent = false;
  // Sees every IP packet that is sent and every one that comes back, whole, without link header. Called from several threads,
  // one at a time.
  std::function<void(Bytes packet, Time time)> frames = {};
  // Called once all sockets are open and before the first packet: the place to drop privileges.
  std::function<void()> sockets_are_open = {};
};

struct DiscoveryProgress {
  std::uint64_t total = 0;    // pairs of this shard, those before the position included
  std::uint64_t settled = 0;  // answered, or asked as often as shall be
  std::uint64_t position =
      0;  // all pairs before it in the order are settled: where a resumed scan goes on
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t open = 0;
  double seconds = 0;
  double rate = 0;  // probes a second of late
  double loss = 0;  // share of probes or answers lost, as measured; 0 to 1
};

struct DiscoveryReport {
  DiscoveryProgress progress;
  bool complete = false;  // false: stopped by `proceed`, or by `failure`
  // What ended the scan early or kept it from beginning, one sentence that names the fix; else empty.
  std::string failure;
  std::uint64_t retransmitted = 0;
  std::uint64_t received = 0;    // packets that the filter let pass
  std::uint64_t invalid = 0;     // not an answer to a probe of ours
  std::uint64_t duplicates = 0;  // answers to what had been answered before
  std::uint64_t ring_drops = 0;  // answers that came faster than they were read
  std::uint64_t send_drops = 0;  // probes that the kernel's queue refused; they were sent again
  std::uint64_t excluded = 0;    // pairs left out because of exclusions that came later
  std::uint64_t unroutable = 0;  // pairs without a route
  std::uint64_t unresolved = 0;  // pairs on hosts of the own link that did not answer ARP or NDP
  // Share of the ports that would have answered and were not found, by the loss measured: 0 to 1.
  double miss_rate = 0;
  double estimated_missed_open = 0;
};

using AnswerSink = std::function<void(const PortAnswer&)>;
// Asked at least ten times a second; false ends the scan.
using Proceed = std::function<bool(const DiscoveryProgress&)>;

class Discovery {
 public:
  Discovery(TargetSet targets, DiscoveryOptions options);
  ~Discovery();
  Discovery(Discovery&&) noexcept;
  Discovery& operator=(Discovery&&) noexcept;

  // Returns when all is settled, `proceed` says no or nothing can be sent any more. Both functions are called from the calling
  // thread. Each pair is told at most once.
  DiscoveryReport run(const AnswerSink& sink, const Proceed& proceed);

 private:
  class Scan;
  std::unique_ptr<Scan> scan_;
};

}  // namespace oddport
