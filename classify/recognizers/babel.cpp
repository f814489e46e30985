// Babel: routers tell their neighbors which ways they know. RFC 8966, sections 4.2 to 4.6; RFC 8967 (MAC), 9229, 9616.
//
// Packet: 42, version 2, length of the body (2), body, trailer. Body and trailer are items: type, length, value; type 0 is one byte of padding.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

// The shortest value of each type of item, from padding to the seqno request; RFC 8967 adds 16 to 19.
constexpr auto shortest = std::to_array<std::size_t>({0, 0, 6, 2, 6, 6, 10, 6, 10, 2, 14});

struct Packet {
  std::size_t known = 0;  // items whose form was checked
  bool sound = false;
};

// Addresses are of no family, IPv4, IPv6, link-local IPv6, or IPv4 by way of IPv6.
constexpr bool is_family(std::uint8_t family) { return family <= 4; }

bool has_form(std::uint8_t type, Bytes value) {
  if (type == 1) return value.find_first_not_of('\0') == Bytes::npos;
  ByteReader reader{value};
  const std::uint8_t first = reader.u8();
  const std::uint8_t second = reader.u8();
  switch (type) {
    case 2:
    case 6:
      return first == 0 && second == 0;
    case 5:
    case 7:
      return is_family(first) && second == 0;
    case 8:
      reader.skip(1);
      return is_family(first) && reader && static_cast<unsigned char>(value[2]) <= 128;
    case 9:
    case 10:
      return is_family(first) && second <= 128;
    default:
      return true;
  }
}

Packet read_packet(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\x2a\x02"_b);
  const std::uint16_t length = reader.u16();
  if (!reader || length + 4u > message.wire_length) return {};
  Packet packet;
  ByteReader body{reader.rest().substr(0, length)};
  while (!body.at_end()) {
    const std::uint8_t type = body.u8();
    if (type == 0) continue;
    const std::uint8_t size = body.u8();
    const Bytes value = body.take(size);
    if (!body) return message.is_whole() ? Packet{} : packet;
    if (type >= shortest.size()) continue;
    if (size < shortest[type] || !has_form(type, value)) return {};
    if (type >= 2) ++packet.known;
  }
  packet.sound = true;
  return packet;
}

Match recognize_babel(const Exchange& exchange) {
  std::size_t items = 0;
  const auto judge = [&items](const Message& message) {
    const Packet packet = read_packet(message);
    if (!packet.sound) return packet.known > 0 ? Fit::fits : Fit::alien;
    items = std::max(items, packet.known);
    return packet.known > 0 ? Fit::proves : Fit::weak;
  };
  const Fit client = judge_datagrams(exchange, Side::client, judge);
  const Fit server = judge_datagrams(exchange, Side::server, judge);
  Match match;
  match.certainty = weigh(client, server);
  if (is_echo(exchange)) match.certainty = std::min(match.certainty, Certainty::likely);
  if (match) match.says = Note::of("packets of version 2 with up to {} items", items);
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 6696, .transport = Transport::udp, .service = "babel"}});

constexpr Bytes hello = "\x2a\x02\0\x0c\4\6\0\0\x91\xd9\0\xc8\x09\2\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a hello, and a request for all routes", .client = hello},
    {.about = "hello, router, next hop and an update",
     .client = "\x2a\x02\0\x30\4\6\0\0\x91\xdb\0\xc8\6\x0a\0\0\xc8\xae\xc9\x1e\x84\1\x38\xd4"
               "\x08\x1a\2\x80\x40\0\3\x20\x6b\xc5\0\0\x20\1\x0d\xb8\0\2\0\0\0\0\0\0\0\0\0\1"_b},
    {.about = "a neighbor that hears it",
     .client = hello,
     .server =
         "\x2a\x02\0\x18\4\6\0\0\xfb\xea\0\xc8\5\x0e\3\0\0\x60\2\x58\0\0\0\xff\xfe\0\x0a\1"_b},
    {.about = "another version",
     .client = "\x2a\x03\0\x0c\4\6\0\0\x91\xd9\0\xc8\x09\2\0\0"_b,
     .expect = Certainty::none},
    {.about = "a body longer than the datagram",
     .client = "\x2a\x02\0\x0d\4\6\0\0\x91\xd9\0\xc8\x09\2\0\0"_b,
     .expect = Certainty::none},
    {.about = "an item beyond the body",
     .client = "\x2a\x02\0\x0c\4\6\0\0\x91\xd9\0\xc8\x09\x0a\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer babel;
constinit const Recognizer babel{
    .name = "babel",
    .title = "Babel",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: routers speak to their neighbors by multicast"},
    .reference = "RFC 8966, sections 4.2 to 4.6",
    .opens = {.client = ByteSet::of("\x2a"), .server = ByteSet::of("\x2a")},
    .judge = recognize_babel,
    .examples = examples,
};

}  // namespace oddport::recognizers
