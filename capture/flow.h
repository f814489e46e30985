// One conversation while it lasts: who sent how much and when, and the first 4 KiB of either side in order.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

#include "capture/segment.h"
#include "capture/stream_head.h"
#include "classify/observation.h"

namespace oddport {

struct FlowKey {
  Endpoint low;
  Endpoint high;
  Transport transport;

  static FlowKey of(const Segment& segment) {
    return segment.destination < segment.source
               ? FlowKey{segment.destination, segment.source, segment.transport}
               : FlowKey{segment.source, segment.destination, segment.transport};
  }
  friend bool operator==(const FlowKey&, const FlowKey&) = default;
  // For the hash tables of abseil.
  template <typename H>
  friend H AbslHashValue(H state, const FlowKey& key) {
    const auto ports = std::uint64_t{key.low.port} << 32 | std::uint64_t{key.high.port} << 8 |
                       static_cast<std::uint64_t>(key.transport);
    return H::combine(std::move(state), key.low.ip.high(), key.low.ip.low(), key.high.ip.high(),
                      key.high.ip.low(), ports);
  }
};

// What one end of a flow sent.
struct Direction {
  Traffic traffic;
  StreamHead head;        // of UDP: the first datagrams, one behind the other
  bool finished = false;  // sent FIN

  void reset();
};

// A message in the making: which direction, and where in that direction's bytes it lies.
struct Mark {
  std::uint8_t direction;
  std::uint32_t offset;
  std::uint32_t size;
  std::uint32_t wire_length;
};

enum class Age : std::uint8_t { udp, tcp_open, tcp_closed };
inline constexpr std::size_t ages = 3;

struct Flow {
  FlowKey key;
  // directions[0] is the lower end's.
  std::array<Direction, 2> directions;
  std::vector<Mark> marks;
  std::string_view origin;
  std::uint64_t number = 0;  // of the table's flows, from 1 in the order in which they began
  Time first = 0;
  Time last = 0;
  Rhythm rhythm;
  int first_sender = 0;
  int opener = -1;  // direction of the SYN, the other one of a SYN-ACK; -1 where neither was seen
  int talker = -1;  // direction that sent payload first
  std::uint32_t syn_sequence = 0;
  bool has_syn = false;
  bool reset = false;
  bool ongoing = false;  // a copy of a flow that goes on

  bool closed() const { return reset || (directions[0].finished && directions[1].finished); }
  Age age() const {
    if (key.transport == Transport::udp) return Age::udp;
    return closed() ? Age::tcp_closed : Age::tcp_open;
  }
  std::size_t direction_of(const Segment& segment) const {
    return segment.source == key.low ? 0 : 1;
  }

  // Whatever flow this was, it now is that of the segment; memory of the one before is used again.
  void begin(const Segment& segment, std::string_view from);
  void add(const Segment& segment);
  void add_tcp(const Segment& segment, std::size_t from);
  void add_udp(const Segment& segment, std::size_t from);
  void open(const Segment& segment, std::size_t from);
  void note_message(std::size_t from, std::size_t offset, std::size_t size,
                    std::size_t wire_length);
  bool restarted_by(const Segment& segment) const;
  void tell(Observation& observation) const;
  // The flow as it stands, to be told while it goes on.
  Flow copy() const;
};

}  // namespace oddport
