// Arbitrary segments against the flow table: whatever comes, in whatever order, is told once, in bounded pieces, and can be classified.
//
// Input: one octet (the flows are classified, which takes long, where its low four bits are zero), then records of eight octets (direction and flow, flags, time step, sequence, cut, length), each followed by its payload.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "capture/flow_table.h"
#include "capture/stream_head.h"
#include "classify/byte_reader.h"
#include "classify/classifier.h"

namespace oddport {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

Segment read_segment(ByteReader& reader, Time& now) {
  const std::uint8_t who = reader.u8();
  Segment segment;
  segment.transport = (who & 1) != 0 ? Transport::tcp : Transport::udp;
  const Endpoint client{IpAddress::v4(0xc6120001u + (who >> 4 & 1)),
                        static_cast<std::uint16_t>(1000 + (who >> 5))};
  const Endpoint server{IpAddress::v6(0x20010db800000000u, 7),
                        static_cast<std::uint16_t>(500 + (who >> 2 & 3))};
  const bool from_client = (who & 2) != 0;
  segment.source = from_client ? client : server;
  segment.destination = from_client ? server : client;
  segment.flags = reader.u8();
  now += static_cast<std::int8_t>(reader.u8()) * Time{100'000'000};
  segment.time = now;
  segment.sequence = 0xffffff00u + reader.u16();
  segment.acknowledgment = 0xffffff00u;
  const std::uint8_t cut = reader.u8();
  const std::size_t length = std::min<std::size_t>(reader.u16() % 5000, reader.remaining());
  segment.payload = reader.take(length);
  segment.payload_length = static_cast<std::uint32_t>(length + cut);
  return segment;
}

void check(const Observation& seen, std::uint64_t& packets) {
  packets += seen.from_client.packets + seen.from_server.packets;
  require(seen.exchange.client.size() <= StreamHead::capacity);
  require(seen.exchange.server.size() <= StreamHead::capacity);
  require(seen.first <= seen.last);
  for (const Message& message : seen.exchange.messages)
    require(message.bytes.size() <= message.wire_length);
}

}  // namespace
}  // namespace oddport

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oddport;
  static const Classifier classifier(PortSet::watched_by_default());
  std::uint64_t told = 0;
  ByteReader reader{Bytes{reinterpret_cast<const char*>(data), size}};
  const bool classify = (reader.u8() & 15) == 0;
  FlowTable flows({.max_flows = 5});
  const std::string files[] = {"one", "two"};
  Time now = 0;
  std::uint64_t added = 0;
  while (!reader.at_end()) {
    const std::size_t file = reader.remaining() < size / 2 ? 1 : 0;
    flows.add(read_segment(reader, now), files[file]);
    ++added;
  }
  flows.finish();
  for (const Flow& flow : flows.take_ended()) {
    Observation seen;
    flow.tell(seen);
    check(seen, told);
    if (!classify) continue;
    const Verdict verdict = classifier.classify(seen);
    require(seen.silent() == (verdict.label == Label::silent));
    require(!verdict.reason.empty());
  }
  require(told == added);
  return 0;
}
