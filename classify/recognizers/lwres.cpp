// BIND 9's lightweight resolver: lwpacket(3) and lwres's manual pages.
//
// Length of the whole (4), version 0 (2), flags (2) of which 1 means an answer, serial (4), operation
// (4): 0 nothing, 10001 addresses of a name, 10002 name of an address, 10003 records of a name;
// result (4), receive length (4), kind (2) and length (2) of authentication, then the operation's own.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  bool fits = false;
  bool answers = false;
  std::uint32_t serial = 0;
  std::uint32_t operation = 0;
};

std::string_view name_of(std::uint32_t operation) {
  switch (operation) {
    case 0:
      return "nothing";
    case 0x10001:
      return "the addresses of a name";
    case 0x10002:
      return "the name of an address";
    case 0x10003:
      return "records of a name";
    default:
      return {};
  }
}

Packet read_packet(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint32_t length = reader.u32();
  const std::uint16_t version = reader.u16();
  const std::uint16_t flags = reader.u16();
  packet.serial = reader.u32();
  packet.operation = reader.u32();
  const std::uint32_t result = reader.u32();
  const std::uint32_t room = reader.u32();
  const std::uint16_t kind = reader.u16();
  const std::uint16_t authentication = reader.u16();
  packet.answers = (flags & 1) != 0;
  packet.fits = reader && length == message.wire_length && version == 0 && flags <= 1 &&
                (packet.answers || result == 0) && !name_of(packet.operation).empty() &&
                packet.serial != 0 && result < 0x10000 && room >= 512 && room <= 0x10000 &&
                kind == 0 && authentication == 0;
  // Of an operation that does nothing, the data to give back: a length and that many bytes.
  const std::size_t data = reader.u16();
  if (packet.operation == 0 && message.is_whole() && (!reader || data != reader.remaining()))
    packet.fits = false;
  return packet;
}

Match recognize(const Exchange& seen) {
  const Packet client = read_packet(seen.nth(Side::client, 0));
  const Packet server = read_packet(seen.nth(Side::server, 0));
  const bool odd = (!client.fits && !seen.client.empty()) || (!server.fits && !seen.server.empty());
  if (!client.fits && !server.fits) return {};
  if (odd || (client.fits && server.fits && client.serial != server.serial))
    return hint("a packet as BIND's lightweight resolver has them, on one side");
  const Packet& shown = client.fits ? client : server;
  // Of an operation that is zero there is little to see.
  if (shown.operation == 0 && !(client.fits && server.fits))
    return likely("{} nothing", client.fits ? "client asks for" : "server answers about");
  return confirmed("{} {}", client.fits ? "client asks for" : "server answers about",
                   name_of(shown.operation));
}

constexpr Bytes nothing = "\0\0\0\x1e\0\0\0\0\0\0\x4f\x70\0\0\0\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "addresses asked for and told",
     .client = "\0\0\0\x2e\0\0\0\0\x11\x84\x64\x99\0\x01\0\x01\0\0\0\0\0\0\x40\0\0\0\0\0"
               "\0\0\0\0\0\0\0\x03\0\x07"
               "a.b.org\0"_b,
     .server = "\0\0\0\x1c\0\0\0\x01\x11\x84\x64\x99\0\x01\0\x01\0\0\0\x03\0\0\x40\0\0\0\0\0"_b},
    {.about = "nothing asked and answered",
     .client = nothing,
     .server = "\0\0\0\x1e\0\0\0\x01\0\0\x4f\x70\0\0\0\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0"_b},
    {.about = "nothing asked", .client = nothing, .expect = Certainty::likely},
    {.about = "a length that is not the datagram's",
     .client = "\0\0\0\x1d\0\0\0\0\0\0\x4f\x70\0\0\0\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "an operation that does not exist",
     .client = "\0\0\0\x1c\0\0\0\0\0\0\x4f\x70\0\x01\0\x04\0\0\0\0\0\0\x40\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "an answer to another question",
     .client = nothing,
     .server = "\0\0\0\x1e\0\0\0\x01\0\0\x4f\x71\0\0\0\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer lwres;
constinit const Recognizer lwres{
    .name = "lwres",
    .title = "BIND's lightweight resolver",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .hello = {.bytes = nothing, .about = "an operation that does nothing"},
    .reference = "BIND 9's lwpacket(3)",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
