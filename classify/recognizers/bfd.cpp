// BFD: routers watch the path between them: RFC 5880, section 4.1.
//
// Version 1 (3 bits), diagnosis (5 bits), state (2 bits) and six flags, missed packets that mean the
// end (1), length of the whole (1), own and other discriminator (4 each), own shortest interval, that
// of the other and that of echoes in microseconds (4 each), perhaps an authentication.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr auto states = std::to_array<std::string_view>({"admin down", "down", "init", "up"});

struct Packet {
  bool fits = false;
  bool round = false;  // intervals in whole milliseconds, as people set them
  unsigned state = 0;
  std::uint32_t own = 0;
  std::uint32_t other = 0;
};

bool is_authentication(ByteReader reader) {
  if (reader.at_end()) return true;
  const std::size_t all = reader.remaining();
  const std::uint8_t type = reader.u8();
  return reader.u8() == all && type >= 1 && type <= 5 && all >= 4;
}

Packet read_packet(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint8_t head = reader.u8();
  const std::uint8_t flags = reader.u8();
  const std::uint8_t multiplier = reader.u8();
  const std::size_t length = reader.u8();
  packet.own = reader.u32();
  packet.other = reader.u32();
  const std::uint32_t transmit = reader.u32();
  const std::uint32_t receive = reader.u32();
  const std::uint32_t echo = reader.u32();
  packet.state = flags >> 6;
  const bool authenticated = (flags & 4) != 0;
  if (!reader || head >> 5 != 1 || (head & 31) > 9 || (flags & 1) != 0 || multiplier == 0)
    return {};
  if (length != message.wire_length || authenticated != (length > 24)) return {};
  if (packet.own == 0 || (packet.other == 0 && packet.state >= 2)) return {};
  constexpr std::uint32_t minute = 60000000;
  if (transmit == 0 || transmit > minute || receive > minute || echo > minute) return {};
  if (message.is_whole() && !is_authentication(reader)) return {};
  packet.fits = true;
  packet.round = transmit % 1000 == 0 && receive % 1000 == 0 && echo % 1000 == 0;
  return packet;
}

Match recognize(const Exchange& seen) {
  bool round = true;
  const DatagramTally count = tally(seen, [&round](const Message& message) {
    const Packet packet = read_packet(message);
    if (packet.fits) round = round && packet.round;
    return packet.fits;
  });
  if (count.good == 0) return {};
  const Packet client = read_packet(seen.nth(Side::client, 0));
  const Packet server = read_packet(seen.nth(Side::server, 0));
  const bool acquainted =
      client.fits && server.fits && (client.own == server.other || client.other == server.own);
  const Packet& shown = client.fits ? client : server;
  Match match;
  match.certainty =
      acquainted && count.bad == 0 ? Certainty::confirmed : weigh_tally(count, round ? 1 : 2);
  match.says = Note::of("{} packets, the session of {:08x} is {}", count.good, shown.own,
                        states[shown.state]);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 3784, .transport = Transport::udp, .service = "bfd-control"},
    {.port = 4784, .transport = Transport::udp, .service = "bfd-multi-ctl"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a session comes up",
     .client = "\x20\x40\x03\x18\0\0\0\x01\0\0\0\0\0\x0f\x42\x40\0\x0f\x42\x40\0\0\0\0"_b,
     .server = "\x20\x80\x03\x18\0\0\0\x02\0\0\0\x01\0\x0f\x42\x40\0\x0f\x42\x40\0\0\xc3\x50"_b},
    {.about = "one router alone",
     .client = "\x20\xc0\x05\x18\x80\0\0\x01\0\0\0\x02\0\x04\x93\xe0\0\x04\x93\xe0\0\0\0\0"_b},
    {.about = "intervals of odd microseconds",
     .client = "\x20\xc0\x05\x18\x80\0\0\x01\0\0\0\x02\0\x04\x93\xe1\0\x04\x93\xe1\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "up without knowing the other",
     .client = "\x20\xc0\x05\x18\x80\0\0\x01\0\0\0\0\0\x04\x93\xe0\0\x04\x93\xe0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a length that is not the datagram's",
     .client = "\x20\xc0\x05\x19\x80\0\0\x01\0\0\0\x02\0\x04\x93\xe0\0\x04\x93\xe0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer bfd;
constinit const Recognizer bfd{
    .name = "bfd",
    .title = "BFD",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: a router speaks only to neighbors that it knows"},
    .reference = "RFC 5880, section 4.1",
    .opens = {.client = ByteSet::range(0x20, 0x29), .server = ByteSet::range(0x20, 0x29)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
