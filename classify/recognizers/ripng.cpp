// RIPng: RIP for IPv6.
//
// RFC 2080. Command (1 request, 2 response), version 1, two zero bytes, then entries of 20 bytes:
// prefix of 16, tag, prefix length 0 to 128, metric 1 to 16 (FF: the entry names a next hop). The
// request for the whole table is one entry of zeros with metric 16; it is, byte for byte, also that
// of RIP version 1.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t header_size = 4;
constexpr std::size_t entry_size = 20;
constexpr std::uint8_t infinity = 16;
constexpr std::uint8_t next_hop_mark = 0xff;

struct Packet {
  bool response = false;
  bool whole_table = false;  // the request that RIP version 1 shares
  std::size_t routes = 0;
  std::size_t damaged = 0;
  std::size_t zero_bits = 0;  // of prefixes beyond their length: what chance would have had to hit
};

// Bits of the 128 beyond the first `length` are zero.
bool ends_in_zeros(std::uint64_t high, std::uint64_t low, unsigned length) {
  if (length >= 128) return true;
  if (length >= 64) return (low << (length - 64)) == 0;
  return low == 0 && (high << length) == 0;
}

bool is_next_hop(std::uint64_t high, std::uint64_t low, std::uint16_t tag, std::uint8_t length) {
  const bool link_local = high >> 54 == 0xfe80u >> 6;
  return tag == 0 && length == 0 && (link_local || (high == 0 && low == 0));
}

void read_entry(ByteReader entry, Packet& packet) {
  const std::uint64_t high = entry.u64();
  const std::uint64_t low = entry.u64();
  const std::uint16_t tag = entry.u16();
  const std::uint8_t length = entry.u8();
  const std::uint8_t metric = entry.u8();
  if (metric == next_hop_mark) {
    if (!is_next_hop(high, low, tag, length)) ++packet.damaged;
    return;
  }
  const bool all = !packet.response && length == 0 && tag == 0 && metric == infinity;
  // A response may tell the default route, which is all zeros but its metric; a request may not.
  const bool value = packet.response ? metric > 0 : all || length > 0;
  if (length > 128 || metric > infinity || !value || !ends_in_zeros(high, low, length)) {
    ++packet.damaged;
    return;
  }
  ++packet.routes;
  packet.zero_bits += 128u - length;
  packet.whole_table |= all;
}

bool read_packet(const Message& message, Packet& packet) {
  ByteReader reader{message.bytes};
  const std::uint8_t command = reader.u8();
  reader.accept("\x01\0\0"_b);
  if (!reader || command < 1 || command > 2) return false;
  if (message.wire_length <= header_size || (message.wire_length - header_size) % entry_size != 0)
    return false;
  packet.response = command == 2;
  while (reader.remaining() >= entry_size) read_entry(reader.sub(entry_size), packet);
  return packet.routes > packet.damaged;
}

Match recognize_ripng(const Exchange& exchange) {
  Packet total;
  bool by_client = false;
  bool by_server = false;
  bool distinct = false;
  for (const Message& message : exchange.messages) {
    Packet packet;
    if (!read_packet(message, packet)) return {};
    (message.from == Side::client ? by_client : by_server) = true;
    distinct |= packet.response || !packet.whole_table;
    total.response |= packet.response;
    total.routes += packet.response ? packet.routes : 0;
    total.damaged += packet.damaged;
    total.zero_bits += packet.zero_bits;
  }
  if (!by_client && !by_server) return {};
  if (!total.response && by_client && by_server)
    return hint("both sides sent requests of RIPng, and nobody answered one");
  if (!total.response && !distinct) return likely("request for the whole table");
  // A host route (/128) leaves nothing to check but a few small numbers.
  const bool sure = total.damaged == 0 && total.zero_bits >= 16;
  if (!total.response)
    return sure ? confirmed("request for some routes") : likely("request for some routes");
  return sure ? confirmed("response with {} routes", total.routes)
              : likely("response with {} routes", total.routes);
}

constexpr Home homes[] = {{.port = 521, .transport = Transport::udp, .service = "ripng"}};

constexpr Bytes whole_table = "\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"_b;

constexpr Example examples[] = {
    {.about = "one route",
     .client = "\x02\x01\0\0\x20\x01\x0d\xb8\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\x30\x01"_b},
    {.about = "a next hop, then two routes",
     .client = "\x02\x01\0\0\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\xff"
               "\x20\x01\x0d\xb8\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\x30\x02"
               "\x20\x01\x0d\xb8\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\x30\x10"_b},
    {.about = "whole table asked and told",
     .client = whole_table,
     .server = "\x02\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"_b},
    {.about = "whole table asked: RIP version 1 asks with the same bytes",
     .client = whole_table,
     .expect = Certainty::likely},
    {.about = "host route: little but small numbers to check",
     .client = "\x02\x01\0\0\x20\x01\x0d\xb8\0\x02\0\0\0\0\0\0\0\0\0\x07\0\0\x80\x01"_b,
     .expect = Certainty::likely},
    {.about = "echo of the question",
     .client = whole_table,
     .server = whole_table,
     .expect = Certainty::none},
    {.about = "RIP version 1: bits beyond the prefix length",
     .client = "\x02\x01\0\0\0\x02\0\0\x22\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "RIP version 2",
     .client = "\x02\x02\0\0\0\x02\0\0\xc0\0\x02\0\xff\xff\xff\0\0\0\0\0\0\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "a prefix of 129 bits",
     .client = "\x02\x01\0\0\x20\x01\x0d\xb8\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\x81\x01"_b,
     .expect = Certainty::none},
    {.about = "a byte too many",
     .client = "\x02\x01\0\0\x20\x01\x0d\xb8\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\x30\x01\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer ripng;
constinit const Recognizer ripng{
    .name = "ripng",
    .title = "RIPng",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = whole_table, .about = "the whole routing table (read only)"},
    .reference = "RFC 2080",
    .opens = {.client = ByteSet::range(1, 2), .server = ByteSet::range(1, 2)},
    .judge = recognize_ripng,
    .examples = examples,
};

}  // namespace oddport::recognizers
