// Segments for the tests of the flow table: two fixed ends, a clock that is set by hand.
#pragma once

#include "capture/segment.h"

namespace oddport::testing {

inline constexpr Time second = 1'000'000'000;

class SegmentBuilder {
 public:
  Endpoint client{IpAddress::v4(0xc612ff01), 40000};
  Endpoint server{IpAddress::v4(0xc6120007), 596};

  Segment tcp(bool from_client, Time time, std::uint32_t sequence, std::uint8_t flags,
              Bytes payload = {}, std::uint32_t acknowledgment = 0) const {
    Segment segment = ends(from_client, time, payload);
    segment.transport = Transport::tcp;
    segment.sequence = sequence;
    segment.acknowledgment = acknowledgment;
    segment.flags = flags;
    return segment;
  }
  Segment udp(bool from_client, Time time, Bytes payload) const {
    Segment segment = ends(from_client, time, payload);
    segment.transport = Transport::udp;
    return segment;
  }

 private:
  Segment ends(bool from_client, Time time, Bytes payload) const {
    Segment segment;
    segment.source = from_client ? client : server;
    segment.destination = from_client ? server : client;
    segment.time = time;
    segment.payload = payload;
    segment.payload_length = static_cast<std::uint32_t>(payload.size());
    return segment;
  }
};

}  // namespace oddport::testing
