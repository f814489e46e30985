// sFlow: samples of a switch's packets and its counters, to a collector.
//
// "sFlow version 5" (sflow.org) and RFC 3176 (versions 2 and 4). Version (4), kind of address 1 or
// 2 (4), address of 4 or 16; version 5: agent (4), number (4), milliseconds since start (4), count
// of samples (4), then kind (4: 1 to 4, or an enterprise's), length (4), content.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr Home homes[] = {{.port = 6343, .transport = Transport::udp, .service = "sflow"}};

bool skip_address(ByteReader& reader) {
  const std::uint32_t kind = reader.u32();
  reader.skip(kind == 1 ? 4 : 16);
  return reader && (kind == 1 || kind == 2);
}

// A sample's records: kind, length, content; they end where it does.
bool are_records(ByteReader reader, std::uint32_t kind) {
  const bool expanded = kind == 3 || kind == 4;
  const bool counters = kind == 2 || kind == 4;
  reader.skip(4u + (expanded ? 8u : 4u));
  if (!counters) reader.skip(12u + (expanded ? 16u : 8u));
  const std::uint32_t count = reader.u32();
  if (!reader || count > 256) return false;
  for (unsigned n = 0; n < count && reader; ++n) {
    reader.skip(4);
    const std::uint32_t length = reader.u32();
    reader.skip(length);
    if (length % 4 != 0) return false;
  }
  return reader && reader.at_end();
}

bool are_samples(ByteReader reader, std::uint32_t count, bool whole) {
  for (unsigned n = 0; n < count; ++n) {
    const std::uint32_t kind = reader.u32();
    const std::uint32_t length = reader.u32();
    const Bytes content = reader.take(length);
    if (!reader) return !whole && n > 0;
    if (length % 4 != 0) return false;
    const bool standard = kind >> 12 == 0;
    if (standard && kind >= 1 && kind <= 4 && !are_records(ByteReader{content}, kind)) return false;
    if (standard && (kind == 0 || kind > 5)) return false;
  }
  return reader.at_end() || !whole;
}

std::uint32_t read_version(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint32_t version = reader.u32();
  if (version != 2 && version != 4 && version != 5) return 0;
  if (!skip_address(reader)) return 0;
  if (version == 5) reader.skip(4);
  reader.skip(8);
  const std::uint32_t count = reader.u32();
  if (!reader || count > 256) return 0;
  // A datagram without a sample is nothing but its head.
  if (count == 0) return version == 5 && reader.at_end() && message.is_whole() ? version : 0;
  if (version == 5) return are_samples(reader, count, message.is_whole()) ? version : 0;
  // Samples of the older versions have no length; the first says whether it is of packets or of counters.
  const std::uint32_t kind = reader.u32();
  return reader && (kind == 1 || kind == 2) && reader.remaining() >= 32 ? version : 0;
}

Match recognize(const Exchange& seen) {
  std::uint32_t version = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    version = read_version(message);
    if (version == 0) return {};
  }
  if (version == 0) return {};
  // The head alone is mostly zeros and small numbers, of which much else is made.
  const bool telling = seen.messages.size() > 1 || seen.messages.front().bytes.size() > 48;
  if (version == 5 && telling) return confirmed("{} datagrams of version 5", seen.messages.size());
  return likely("{} datagrams of version {}", seen.messages.size(), version);
}

constexpr Bytes counters =
    "\0\0\0\x05\0\0\0\x01\x0a\0\0\x01\0\0\0\0\0\0\0\x07\0\x12\x34\x56\0\0\0\x01"
    "\0\0\0\x02\0\0\0\x18\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\0\x03\xe9\0\0\0\x04\0\0\0\x2a"_b;

constexpr Example examples[] = {
    {.about = "counters", .client = counters},
    {.about = "counters of an agent with an address of IPv6",
     .client =
         "\0\0\0\x05\0\0\0\x02\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x07\0\x12\x34"
         "\x56\0\0\0\x01"
         "\0\0\0\x02\0\0\0\x18\0\0\0\x03\0\0\0\x01\0\0\0\x01\0\0\x03\xe9\0\0\0\x04\0\0\0\x2a"_b},
    {.about = "a sample longer than the datagram",
     .client = counters.substr(0, counters.size() - 4),
     .expect = Certainty::none},
    {.about = "an address of no kind",
     .client =
         "\0\0\0\x05\0\0\0\x03\x0a\0\0\x01\0\0\0\0\0\0\0\x07\0\x12\x34\x56\0\0\0\x01\0\0\0\x02\0\0\0\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer sflow;
constinit const Recognizer sflow{
    .name = "sflow",
    .title = "sFlow",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: samples are sent one way"},
    .reference = "sFlow version 5, section 5",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
