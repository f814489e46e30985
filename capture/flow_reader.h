// The whole road of a packet in one place: from a source through the sieve and the decoder into the flow table, and out as observations.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

#include "capture/crew.h"
#include "capture/decoder.h"
#include "capture/flow_outlet.h"
#include "capture/flow_table.h"
#include "capture/packet_source.h"
#include "classify/port_set.h"

namespace oddport {

// What became of the packets.
struct PacketCounts {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;    // captured, without record headers
  std::uint64_t watched = 0;  // segments that touch a watched port
  // Of the packets that had to be decoded, by what the decoder said of them.
  std::array<std::uint64_t, 6> decoded{};

  std::uint64_t of(Decoded outcome) const { return decoded[static_cast<std::size_t>(outcome)]; }
};

class FlowReader {
 public:
  // `judge` and `sink` are called on other threads and on the reader's, until finish() returns.
  FlowReader(const PortSet& watched, FlowLimits limits, FlowOutlet::Judge judge,
             FlowOutlet::Sink sink);

  // Reads a source to its end, or until `proceed`, which is asked after every batch and told the source's position,
  // says no. Flows go on into the next source. `origin` must outlive the reader.
  void read(PacketSource& source, std::string_view origin,
            const std::function<bool(std::uint64_t)>& proceed);
  // Hands out the flows that are still open, and waits until the sink has seen all.
  void finish();

  const PacketCounts& packets() const { return counts_; }
  const FlowCounts& flows() const { return flows_.counts(); }

 private:
  void take(const Packet& packet, std::string_view origin);

  PortSet watched_;
  Decoder decoder_;
  FlowTable flows_;
  PacketCounts counts_;
  Crew crew_;
  FlowOutlet outlet_;
};

}  // namespace oddport
