// PSP: packets between machines of a data center, encrypted by their network cards.
//
// "PSP Architecture Specification" (github.com/google/psp), UDP port 1000. Header: next header (1),
// length in words of eight bytes without the first (1: 1, or 2 with a cookie), two zero bits and
// the offset from which it is encrypted in words of four (1), flags (1: sample, drop, four bits of
// version 0 to 3, cookie, always one), security parameter index (4), initialization vector (8),
// perhaps the cookie (8). Then the data and 16 bytes of authentication.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  std::uint8_t version = 0;
  std::uint8_t next = 0;
  std::uint32_t index = 0;
  std::uint64_t vector = 0;
  bool inner_fits = false;  // the part in clear is an IP header that fits
};

// IPv4, TCP, UDP, IPv6: what the specification encapsulates.
bool is_next_header(std::uint8_t next) {
  return next == 4 || next == 6 || next == 17 || next == 41;
}

// Tunnels leave the inner header in clear where the offset covers it.
bool has_inner_header(ByteReader reader, std::uint8_t next, std::size_t clear, std::size_t size) {
  const std::uint8_t version = reader.u8();
  if (next == 4 && clear >= 20) {
    reader.skip(1);
    return version == 0x45 && reader.u16() == size && reader;
  }
  if (next == 41 && clear >= 40) {
    reader.skip(3);
    return version >> 4 == 6 && reader.u16() + 40u == size && reader;
  }
  return false;
}

bool read_packet(const Message& message, Packet& packet) {
  ByteReader reader{message.bytes};
  packet.next = reader.u8();
  const std::uint8_t words = reader.u8();
  const std::uint8_t offset = reader.u8();
  const std::uint8_t flags = reader.u8();
  packet.index = reader.u32();
  packet.vector = reader.u64();
  packet.version = flags >> 2 & 15;
  const bool cookie = (flags & 2) != 0;
  if (!reader || !is_next_header(packet.next) || words != (cookie ? 2 : 1)) return false;
  if (offset > 63 || packet.version > 3 || (flags & 1) == 0 || (packet.index & 0x7fffffff) == 0)
    return false;
  const std::size_t overhead = 8u + words * 8u + 16u;
  if (message.wire_length < overhead) return false;
  const std::size_t size = message.wire_length - overhead;
  const std::size_t clear = offset * 4u;
  if (clear > size) return false;
  if (cookie) reader.skip(8);
  packet.inner_fits = has_inner_header(reader, packet.next, clear, size);
  return true;
}

struct Survey {
  unsigned packets = 0;
  unsigned steps = 0;  // to a higher vector under the same index
  bool inner_fits = false;
  Packet first;
};

bool survey_side(const Exchange& seen, Side side, Survey& survey) {
  Packet last;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    if (message.from != side) continue;
    Packet packet;
    if (!read_packet(message, packet)) return false;
    if (survey.packets++ == 0) survey.first = packet;
    const std::uint64_t ahead = packet.vector - last.vector;
    if (packet.index == last.index && ahead > 0 && ahead < 0x10000) ++survey.steps;
    survey.inner_fits = survey.inner_fits || packet.inner_fits;
    last = packet;
  }
  return true;
}

Match recognize(const Exchange& seen) {
  Survey client;
  Survey server;
  if (!survey_side(seen, Side::client, client) || !survey_side(seen, Side::server, server))
    return {};
  const unsigned packets = client.packets + server.packets;
  if (packets == 0) return {};
  const Survey& shown = client.packets > 0 ? client : server;
  const bool counts_from_zero = shown.first.vector < 0x1000000;
  const unsigned steps = client.steps + server.steps;
  if (steps > 0 || client.inner_fits || server.inner_fits)
    return confirmed("{} packets of version {}, the first under index {:08x}", packets,
                     shown.first.version, shown.first.index);
  if (counts_from_zero)
    return likely("a packet of version {} under index {:08x}", shown.first.version,
                  shown.first.index);
  return hint("may be a packet of PSP");
}

// A tunnel that leaves the inner header in clear: 20 bytes of it, 4 of data.
constexpr Bytes tunnel =
    "\x04\x01\x06\x01\x9a\x34\x56\x78\0\0\0\0\0\0\0\x01"
    "\x45\0\0\x1c\0\x01\0\0\x40\x11\x66\xcd\x0a\0\0\x01\x0a\0\0\x02\x12\x34\x56\x78"
    "data16 bytes of auth"_b;

constexpr Example examples[] = {
    {.about = "IPv4 in a tunnel, its header in clear", .client = tunnel},
    {.about = "the same from the other side", .server = tunnel, .first = Side::server},
    {.about = "TCP inside, all but the ports encrypted",
     .client = "\x06\x01\x01\x05\x12\x34\x56\x78\0\0\0\0\0\0\0\x07"
               "\x80\x01\x01\xbb"
               "encrypted header and16 bytes of auth"_b,
     .expect = Certainty::likely},
    {.about = "an even flag byte",
     .client = "\x06\x01\x01\x04\x12\x34\x56\x78\0\0\0\0\0\0\0\x07"
               "\x80\x01\x01\xbb"
               "encrypted header and16 bytes of auth"_b,
     .expect = Certainty::none},
    {.about = "a cookie for which the length leaves no room",
     .client = "\x06\x01\x01\x07\x12\x34\x56\x78\0\0\0\0\0\0\0\x07"
               "\x80\x01\x01\xbb"
               "encrypted header and16 bytes of auth"_b,
     .expect = Certainty::none},
    {.about = "too short for the authentication",
     .client = "\x06\x01\0\x05\x12\x34\x56\x78\0\0\0\0\0\0\0\x07short"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer psp;
constinit const Recognizer psp{
    .name = "psp",
    .title = "PSP Security Protocol",
    .transports = Transports::udp,
    .era = Era::niche,
    .hello = {.about = "nothing: without the key no packet is accepted"},
    .reference = "PSP Architecture Specification",
    .opens = {.client = ByteSet::of("\x04\x06\x11\x29"), .server = ByteSet::of("\x04\x06\x11\x29")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
