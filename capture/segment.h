// What the decoder makes of one packet: the ends, the TCP or UDP header and a view of the payload.
#pragma once

#include <cstdint>

#include "capture/packet.h"
#include "classify/ip_address.h"
#include "classify/transport.h"

namespace oddport {

struct TcpFlags {
  static constexpr std::uint8_t fin = 0x01;
  static constexpr std::uint8_t syn = 0x02;
  static constexpr std::uint8_t rst = 0x04;
  static constexpr std::uint8_t ack = 0x10;
};

struct Segment {
  Transport transport = Transport::tcp;
  Endpoint source;
  Endpoint destination;
  // Captured payload, without link-layer padding; shorter than payload_length where the snaplen cut
  // it.
  Bytes payload;
  std::uint32_t payload_length = 0;  // as the IP (for UDP: the UDP) header says
  std::uint32_t sequence = 0;        // TCP only
  std::uint32_t acknowledgment = 0;  // TCP only
  std::uint8_t flags = 0;            // TCP only: TcpFlags
  Time time = 0;

  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

}  // namespace oddport
