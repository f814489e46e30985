#include "capture/flow_reader.h"

#include <utility>

#include "capture/sieve.h"

namespace oddport {

FlowReader::FlowReader(const PortSet& watched, FlowLimits limits, FlowOutlet::Judge judge,
                       FlowOutlet::Sink sink)
    : watched_(watched), flows_(limits), outlet_(crew_, std::move(judge), std::move(sink)) {}

void FlowReader::read(PacketSource& source, std::string_view origin,
                      const std::function<bool(std::uint64_t)>& proceed) {
  Sieve sieve(source, watched_, crew_);
  while (const PacketBatch* batch = sieve.next()) {
    for (const Packet& packet : batch->packets) take(packet, origin);
    if (std::list<Flow> ended = flows_.take_ended(); !ended.empty())
      flows_.reuse(outlet_.put(std::move(ended)));
    counts_.packets += batch->packets_read;
    counts_.bytes += batch->bytes_read;
    if (!proceed(batch->position)) return;
  }
}

void FlowReader::finish() {
  flows_.finish();
  outlet_.put(flows_.take_ended());
  outlet_.finish();
}

void FlowReader::take(const Packet& packet, std::string_view origin) {
  Segment segment;
  const Decoded outcome = decoder_.decode(packet, segment);
  ++counts_.decoded[static_cast<std::size_t>(outcome)];
  if (outcome != Decoded::segment) return;
  if (!watched_.contains(segment.source.port) && !watched_.contains(segment.destination.port))
    return;
  ++counts_.watched;
  flows_.add(segment, origin);
}

}  // namespace oddport
