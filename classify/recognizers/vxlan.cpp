// VXLAN: Ethernet in UDP. RFC 7348, section 5.
//
// Flags 08, reserved (3), network (3), reserved (1), then a frame: two hardware addresses (6 each), type (2), and what it carries. It must
// fill the datagram, but for the padding of short frames.
#include <algorithm>

#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t shortest_payload = 46;  // of Ethernet: what is shorter may be padded

// Whether a packet of this length ends where the datagram does.
bool fills(std::size_t length, std::size_t left) {
  return length == left || (length < left && left <= shortest_payload);
}

bool is_ipv4(ByteReader reader, std::size_t left) {
  const std::uint8_t first = reader.u8();
  reader.skip(1);
  const std::uint16_t length = reader.u16();
  return reader && first >> 4 == 4 && (first & 15) >= 5 && length >= 20 && fills(length, left);
}

bool is_ipv6(ByteReader reader, std::size_t left) {
  const std::uint32_t first = reader.u32();
  const std::uint16_t length = reader.u16();
  return reader && first >> 28 == 6 && fills(length + 40u, left);
}

// Hardware Ethernet, protocol IPv4, lengths 6 and 4, request or answer.
bool is_arp(ByteReader reader, std::size_t left) {
  reader.accept("\0\1\x08\0\6\4\0"_b);
  const std::uint8_t operation = reader.u8();
  return reader && (operation == 1 || operation == 2) && fills(28, left);
}

bool is_frame(ByteReader reader, std::size_t left) {
  reader.skip(6);
  const std::uint8_t source = reader.u8();
  reader.skip(5);
  std::uint16_t type = reader.u16();
  left -= std::min<std::size_t>(left, 14);
  if (type == 0x8100) {
    reader.skip(2);
    type = reader.u16();
    left -= std::min<std::size_t>(left, 4);
  }
  // Nobody sends from a group's address.
  if (!reader || (source & 1) != 0) return false;
  if (type == 0x0800) return is_ipv4(reader, left);
  if (type == 0x86dd) return is_ipv6(reader, left);
  return type == 0x0806 && is_arp(reader, left);
}

Fit judge(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\x08\0\0\0"_b);
  reader.skip(3);
  reader.accept("\0"_b);
  if (!reader || message.wire_length < 8) return Fit::alien;
  return is_frame(reader, message.wire_length - 8) ? Fit::proves : Fit::weak;
}

Match recognize_vxlan(const Exchange& exchange) {
  const Fit client = judge_datagrams(exchange, Side::client, judge);
  const Fit server = judge_datagrams(exchange, Side::server, judge);
  Match match;
  match.certainty = weigh(client, server);
  if (is_echo(exchange)) match.certainty = std::min(match.certainty, Certainty::likely);
  if (!match) return match;
  ByteReader reader{exchange.client.empty() ? exchange.server : exchange.client};
  reader.skip(4);
  match.says = Note::of("frames of the virtual network {}", reader.u24());
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 4789, .transport = Transport::udp, .service = "vxlan"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a request of ARP",
     .client = "\x08\0\0\0\0\0\x2a\0\xff\xff\xff\xff\xff\xff\x26\xde\x39\x63\xd4\x27\x08\6"
               "\0\1\x08\0\6\4\0\1\x26\xde\x39\x63\xd4\x27\x0a\5\0\2\0\0\0\0\0\0\x0a\5\0\1"_b},
    {.about = "IPv6: a router is looked for",
     .client =
         "\x08\0\0\0\0\0\x2a\0\x33\x33\0\0\0\2\x12\xe6\x8d\x6d\xcf\x7f\x86\xdd"
         "\x60\0\0\0\0\x10\x3a\xff\xfe\x80\0\0\0\0\0\0\x10\xe6\x8d\xff\xfe\x6d\xcf\x7f"
         "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\2\x85\0\x9f\x87\0\0\0\0\1\1\x12\xe6\x8d\x6d\xcf\x7f"_b},
    {.about = "a packet shorter than its length",
     .client =
         "\x08\0\0\0\0\0\x2a\0\x33\x33\0\0\0\2\x12\xe6\x8d\x6d\xcf\x7f\x86\xdd"
         "\x60\0\0\0\0\x18\x3a\xff\xfe\x80\0\0\0\0\0\0\x10\xe6\x8d\xff\xfe\x6d\xcf\x7f"
         "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\2\x85\0\x9f\x87\0\0\0\0\1\1\x12\xe6\x8d\x6d\xcf\x7f"_b,
     .expect = Certainty::none},
    {.about = "the header alone", .client = "\x08\0\0\0\0\0\x2a\0"_b, .expect = Certainty::none},
    {.about = "reserved bits",
     .client = "\x08\0\0\0\0\0\x2a\1\xff\xff\xff\xff\xff\xff\x26\xde\x39\x63\xd4\x27\x08\6"
               "\0\1\x08\0\6\4\0\1\x26\xde\x39\x63\xd4\x27\x0a\5\0\2\0\0\0\0\0\0\x0a\5\0\1"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer vxlan;
constinit const Recognizer vxlan{
    .name = "vxlan",
    .title = "VXLAN",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: a frame would be delivered to the network within"},
    .reference = "RFC 7348, section 5",
    .opens = {.client = ByteSet::of("\x08"), .server = ByteSet::of("\x08")},
    .judge = recognize_vxlan,
    .examples = examples,
};

}  // namespace oddport::recognizers
