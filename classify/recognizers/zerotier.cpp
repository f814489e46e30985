// ZeroTier: virtual Ethernet over UDP.
//
// node/Packet.hpp of ZeroTier One (the comments). Packet: id of 8, destination's address of 5, source's address of 5,
// flags, cipher and hops (1), MAC of 8, verb (1), all of the rest mostly encrypted. HELLO (verb 1) is not: protocol's
// version (1), software's version (1, 1, 2), time in milliseconds (8), the source's identity (address of 5, type, key).
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  Bytes destination;
  Bytes source;
  bool hello = false;
  unsigned major = 0;
  unsigned minor = 0;
};

constexpr std::size_t shortest = 28;

bool is_address(Bytes address) {
  // Addresses are made from keys: the same byte hardly stands there three times.
  return address.size() == 5 && address.front() != '\xff' &&
         std::ranges::none_of(address,
                              [address](char c) { return std::ranges::count(address, c) > 2; });
}

// Milliseconds since 1970: from 2010 to 2100.
bool is_time(std::uint64_t time) { return time > 1'262'000'000'000 && time < 4'102'000'000'000; }

// The identity in a HELLO repeats the address of the source.
void read_hello(ByteReader reader, Packet& packet) {
  const std::uint8_t version = reader.u8();
  packet.major = reader.u8();
  packet.minor = reader.u8();
  reader.skip(2);
  const std::uint64_t time = reader.u64();
  const Bytes address = reader.take(5);
  const std::uint8_t type = reader.u8();
  packet.hello = reader && version >= 1 && version <= 32 && is_time(time) && packet.major <= 9 &&
                 type <= 1 && address == packet.source;
}

Packet read_packet(const Message& message) {
  ByteReader reader{message.bytes};
  reader.skip(8);
  Packet packet;
  packet.destination = reader.take(5);
  packet.source = reader.take(5);
  const std::uint8_t cipher = reader.u8() >> 3 & 7;
  reader.skip(8);
  const std::uint8_t verb = reader.u8() & 0x1f;
  if (!reader || message.wire_length < shortest || !is_address(packet.source) ||
      !is_address(packet.destination))
    return {};
  if (cipher == 0 && verb == 1) read_hello(reader, packet);
  return packet;
}

Match recognize_zerotier(const Exchange& exchange) {
  Packet hello;
  Packet last[2];
  bool swapped = false;
  for (const Message& message : exchange.messages) {
    const Packet packet = read_packet(message);
    if (packet.source.empty()) continue;
    const Packet& before = last[message.from == Side::client ? 1 : 0];
    swapped =
        swapped || (packet.source == before.destination && packet.destination == before.source &&
                    packet.source != packet.destination);
    last[message.from == Side::client ? 0 : 1] = packet;
    if (packet.hello && !hello.hello) hello = packet;
  }
  if (hello.hello)
    return confirmed("HELLO of version {}.{}, whose identity is of the source's address",
                     hello.major, hello.minor);
  if (swapped) return confirmed("packets back and forth between two addresses of ZeroTier");
  return {};
}

constexpr auto examples = std::to_array<Example>({
    {.about = "HELLO",
     .client = "packetid\x8b\xd5\x12\x4f\xd6\x17\xd3\x0a\x99\xc1\0 the "
               "MAC\x01\x0c\x01\x0c\0\x02\0\0\x01\x8c\x12\x34\x56\x78"
               "\x17\xd3\x0a\x99\xc1\0 64 bytes of a public key"_b},
    {.about = "encrypted packets back and forth",
     .client = "packetid\x8b\xd5\x12\x4f\xd6\x17\xd3\x0a\x99\xc1\x08 the MAC\x85 encrypted"_b,
     .server = "otherid.\x17\xd3\x0a\x99\xc1\x8b\xd5\x12\x4f\xd6\x08 the MAC\x31 encrypted"_b},
    {.about = "the identity is of another address",
     .client = "packetid\x8b\xd5\x12\x4f\xd6\x17\xd3\x0a\x99\xc1\0 the "
               "MAC\x01\x0c\x01\x0c\0\x02\0\0\x01\x8c\x12\x34\x56\x78"
               "\x17\xd3\x0a\x99\xc2\0 64 bytes"_b,
     .expect = Certainty::none},
    {.about = "encrypted packets one way",
     .client = "packetid\x8b\xd5\x12\x4f\xd6\x17\xd3\x0a\x99\xc1\x08 the MAC\x85 encrypted"_b,
     .expect = Certainty::none},
    {.about = "a HELLO cut before the identity",
     .client =
         "packetid\x8b\xd5\x12\x4f\xd6\x17\xd3\x0a\x99\xc1\0 the MAC\x01\x0c\x01\x0c\0\x02\0\0\x01\x8c\x12\x34\x56\x78"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer zerotier;
constinit const Recognizer zerotier{
    .name = "zerotier",
    .title = "ZeroTier",
    .transports = Transports::udp,
    .hello = {.about = "nothing: a node answers only to an identity whose making takes long"},
    .reference = "ZeroTier One, node/Packet.hpp",
    .judge = recognize_zerotier,
    .examples = examples,
};

}  // namespace oddport::recognizers
