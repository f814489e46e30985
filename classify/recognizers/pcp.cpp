// PCP: a host asks its router, or its provider's, for ports that lead in; NAT-PMP's heir. RFC 6887,
// sections 7 and 11.
//
//   client  02, operation 0 announce, 1 map, 2 peer, 0000, lifetime (4), the client's address (16)
//   server  02, operation and 80, 00, result, lifetime (4), epoch (4), twelve zeros
//   map     nonce (12), protocol, three zeros, inner port (2), outer port (2), outer address (16)
//   peer    the same, then remote port (2), two zeros, remote address (16)
//
// Options follow: code, 00, length (2), data, padding to four. Addresses of IPv4 stand behind ten
// zeros and ffff.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t announce = 0;
constexpr std::uint8_t map = 1;
constexpr std::uint8_t peer = 2;

struct Parsed {
  Certainty certainty = Certainty::none;
  std::uint8_t operation = 0;
  bool response = false;
  std::uint8_t result = 0;
  Bytes nonce = {};
  std::uint16_t port = 0;
};

bool read_options(ByteReader& reader) {
  while (!reader.at_end()) {
    reader.skip(1);
    reader.accept("\0"_b);
    const std::uint16_t length = reader.u16();
    reader.skip((length + 3u) / 4u * 4u);
  }
  return static_cast<bool>(reader);
}

bool is_mapped(Bytes address) {
  return is_zero(address.substr(0, 10)) && address.substr(10, 2) == "\xff\xff";
}

// An address of IPv4, or one of IPv6 that a host has.
bool is_host(Bytes address) {
  const auto first = static_cast<unsigned char>(address.front());
  return is_mapped(address) || first >> 5 == 1 || first >= 0xfc;
}

// What both map and peer begin with; the three reserved bytes and the kind of protocol are checked.
bool read_mapping(ByteReader& reader, Parsed& parsed) {
  parsed.nonce = reader.take(12);
  const std::uint8_t protocol = reader.u8();
  const bool reserved = reader.u24() == 0;
  parsed.port = reader.u16();
  reader.skip(2);
  const Bytes outer = reader.take(16);
  if (!reader || !(is_zero(outer) || is_host(outer)) || is_zero(parsed.nonce)) return false;
  if (parsed.operation == peer) {
    reader.skip(2);
    if (reader.u16() != 0) return false;
    reader.skip(16);
  }
  const bool known = protocol == 0 || protocol == 6 || protocol == 17 || protocol == 132 ||
                     protocol == 136 || protocol == 33 || protocol == 50;
  return reader && reserved && known;
}

Parsed parse(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\x02");
  const std::uint8_t code = reader.u8();
  Parsed parsed{.operation = static_cast<std::uint8_t>(code & 0x7f), .response = code >= 0x80};
  const bool reserved = reader.u8() == 0;
  parsed.result = reader.u8();
  reader.skip(4);
  if (parsed.response) reader.skip(4);
  const Bytes last = reader.take(parsed.response ? 12 : 16);
  if (!reader || !reserved || parsed.operation > peer || !message.is_whole()) return {};
  if (parsed.response ? parsed.result > 13 || !is_zero(last) : parsed.result != 0 || !is_host(last))
    return {};
  if (message.wire_length > 1100 || message.wire_length % 4 != 0) return {};
  if (parsed.operation != announce && !read_mapping(reader, parsed)) return {};
  if (!read_options(reader)) return {};
  const bool strong = parsed.response || parsed.operation != announce || is_mapped(last);
  parsed.certainty = strong ? Certainty::confirmed : Certainty::hint;
  return parsed;
}

Note describe(const Parsed& parsed, std::string_view rest) {
  switch (parsed.operation) {
    case announce:
      return Note::of("an announcement{}", rest);
    case map:
      return Note::of("a mapping of port {}{}", parsed.port, rest);
    default:
      return Note::of("a mapping of port {} towards a peer{}", parsed.port, rest);
  }
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.nth(Side::client, 0));
  const Parsed server = parse(seen.nth(Side::server, 0));
  const Parsed& shown = client.certainty != Certainty::none ? client : server;
  const bool odd = (client.certainty == Certainty::none && !seen.client.empty()) ||
                   (server.certainty == Certainty::none && !seen.server.empty());
  const bool paired = !odd && !client.response && server.response &&
                      client.operation == server.operation && client.nonce == server.nonce;
  Match match;
  match.certainty = odd ? std::min(shown.certainty, Certainty::hint) : shown.certainty;
  if (match) match.says = describe(shown, paired ? ", answered under the same nonce" : "");
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 5351, .transport = Transport::udp, .service = "pcp"},
    {.port = 5350, .transport = Transport::udp, .service = "pcp-multicast"},
});

constexpr Bytes question = "\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x07"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a port led in",
     .client = "\x02\x01\0\0\0\0\x1c\x20\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x07"
               "twelve bytes\x06\0\0\0\x1a\xe1\x1a\xe1\0\0\0\0\0\0\0\0\0\0\xff\xff\0\0\0\0"_b,
     .server =
         "\x02\x81\0\0\0\0\x1c\x20\0\x12\x34\x56\0\0\0\0\0\0\0\0\0\0\0\0"
         "twelve bytes\x06\0\0\0\x1a\xe1\x1a\xe1\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x33\x64\x07"_b},
    {.about = "is anybody there", .client = question},
    {.about = "an announcement of the router",
     .server = "\x02\x80\0\0\0\0\0\0\0\x12\x34\x56\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .first = Side::server},
    {.about = "the reserved byte",
     .client = "\x02\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x07"_b,
     .expect = Certainty::none},
    {.about = "a mapping without its end",
     .client = "\x02\x01\0\0\0\0\x1c\x20\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x07"
               "twelve bytes"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer pcp;
constinit const Recognizer pcp{
    .name = "pcp",
    .title = "PCP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = question, .about = "whether a server is there"},
    .reference = "RFC 6887, sections 7 and 11",
    .opens = {.client = ByteSet::of("\x02"), .server = ByteSet::of("\x02")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
