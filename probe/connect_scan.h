// The search for open ports without any privilege: ordinary connections and connected UDP sockets, many at once.
#pragma once

#include "probe/discovery.h"

namespace oddport {

// As Discovery::run, with the kernel's sockets. Of the options it heeds rate (rate_auto: as fast as per_host and the number of
// descriptors let it), retries (by default 1), wait (by default 1 second for each attempt), the source addresses, seed, shard,
// position and tell_silent. The kernel completes the handshakes and each connection is reset at once.
DiscoveryReport connect_scan(const TargetSet& targets, const DiscoveryOptions& options,
                             const AnswerSink& sink, const Proceed& proceed);

}  // namespace oddport
