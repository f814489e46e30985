// Mobile IPv4's registration (RFC 5944, section 3), and A11, which 3GPP2 made of it (A.S0017).
//
// Type (1): 1 request: flags (1), lifetime (2), home address, home agent, care-of address (4 each),
// id (8). 3 reply: code (1), lifetime (2), home address, home agent, id. A11 adds 20 to 25: 3 bytes,
// two addresses, id. Extensions follow: type (1), length (1), value; 36 to 38 with a length of 2
// behind a byte more. One at least authenticates. 4: a tunneled packet behind its protocol (1) and zeros (2).
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t vendor_3gpp2 = 5535;

struct Packet {
  std::uint8_t type = 0;  // 0 where there is none
  bool authenticated = false;
  bool radio = false;    // what only A11 has
  bool telling = false;  // 3GPP2's number as a vendor, or a packet within
};

std::string_view name_of(std::uint8_t type) {
  switch (type) {
    case 1:
      return "registration request";
    case 3:
      return "registration reply";
    case 4:
      return "tunneled packet";

    case 20:
      return "registration update";
    case 21:
      return "acknowledgement of an update";
    case 22:
      return "session update";
    case 23:
      return "acknowledgement of a session update";
    default:
      return "notice of capabilities";
  }
}

constexpr bool is_authentication(std::uint8_t type) {
  return (type >= 32 && type <= 34) || type == 36 || type == 40;
}

// Types that RFCs and 3GPP2 gave away.
constexpr bool is_extension(std::uint8_t type) {
  return (type >= 32 && type <= 50) || (type >= 128 && type <= 160) || type == 176;
}

// An index of the secret, 0 to 255 being reserved, and at least 16 bytes made from it, hardly any of them zero.
bool authenticates(ByteReader value) {
  const std::uint32_t index = value.u32();
  const Bytes digest = value.take(16);
  return value && index > 255 && std::ranges::count(digest, '\0') <= 3;
}

bool read_extensions(ByteReader reader, bool cut, Packet& packet) {
  while (!reader.at_end()) {
    const std::uint8_t type = reader.u8();
    const bool is_long = type >= 36 && type <= 38;
    if (is_long) reader.skip(1);
    const std::size_t length = is_long ? reader.u16() : reader.u8();
    ByteReader value = reader.sub(length);
    if (!reader) return cut;
    if (!is_extension(type)) return false;

    if (is_authentication(type) && !authenticates(value)) return false;
    // What is behind an authentication is not covered by it, but may be by another.
    packet.authenticated = is_authentication(type);
    packet.telling |= type == 38 && value.u32() == vendor_3gpp2;
    packet.radio |= type == 39 || type == 40 || packet.telling;
  }
  return true;
}

// Accepted, or why not.
constexpr bool is_code(std::uint8_t code) { return code <= 1 || (code >= 64 && code <= 149); }

// Whole IPv4 packet behind the head: protocol 4 says so.
bool is_tunneled(ByteReader reader) {
  if (reader.u8() != 4 || reader.u16() != 0) return false;
  const std::size_t length = reader.remaining();
  const std::uint8_t version = reader.u8();
  reader.skip(1);
  return version >> 4 == 4 && (version & 15) >= 5 && reader.u16() == length && length >= 20;
}

Packet read_packet(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint8_t type = reader.u8();
  if (type == 4 && is_tunneled(reader)) return {.type = 4, .authenticated = true, .telling = true};
  const bool known = type == 1 || type == 3 || (type >= 20 && type <= 25);
  if (!known) return {};
  if (type >= 20) {
    packet.radio = true;
    if (reader.u16() != 0) return {};
    reader.skip(1);
  } else {
    const std::uint8_t flags = reader.u8();
    if (type == 1 ? (flags & 5) != 0 : !is_code(flags)) return {};
    reader.skip(2);
  }
  // A host may not know its own address yet, but there is an agent.
  if (ByteReader{reader}.u8() >= 224) return {};
  reader.skip(4);
  const std::uint8_t network = ByteReader{reader}.u8();
  const bool agent = reader.u32() != 0 && network != 0 && network < 224;
  if (type == 1) reader.skip(4);
  const bool id = reader.u64() != 0;
  if (!reader || !agent || !id || !read_extensions(reader, !message.is_whole(), packet)) return {};
  packet.type = type;
  return packet;
}

Match recognize(const Exchange& seen) {
  Packet best;
  bool radio = false;
  bool telling = false;
  const DatagramTally count = tally(seen, [&](const Message& message) {
    const Packet packet = read_packet(message);
    if (packet.authenticated && !best.authenticated) best = packet;
    radio |= packet.radio;
    telling |= packet.telling;
    return packet.type != 0 && packet.authenticated;
  });
  if (count.good == 0) return {};
  Match match;
  match.certainty = weigh_tally(count, telling ? 1 : 2);
  if (radio) match.protocol = "a11";
  match.says = Note::of("{} messages, a {} with its authentication among them", count.good,
                        name_of(best.type));
  return match;
}

constexpr auto also = std::to_array<std::string_view>({"a11"});

constexpr auto homes = std::to_array<Home>({
    {.port = 434, .transport = Transport::udp, .service = "mobileip-agent"},
    {.port = 699, .transport = Transport::udp, .service = "accessnetwork"},
});

constexpr Bytes request =
    "\x01\x02\x07\x08\x0a\0\0\x05\x0a\0\0\x01\xc0\xa8\x01\x01\xe3\0\0\0\0\0\0\x01"
    "\x20\x14\0\0\x01\0\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"_b;
constexpr Bytes reply =
    "\x03\0\x07\x08\x0a\0\0\x05\x0a\0\0\x01\xe3\0\0\0\0\0\0\x01"
    "\x20\x14\0\0\x01\0\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a registration", .client = request, .server = reply},
    {.about = "the reply alone", .server = reply, .expect = Certainty::likely},
    {.about = "A11: a request with session and vendor",
     .client =
         "\x01\x8a\x07\x08\0\0\0\0\x0a\0\0\x01\xc0\xa8\x01\x01\xe3\0\0\0\0\0\0\x01"
         "\x27\x06\x88\x0b\0\0\0\x01\x26\0\0\x08\0\0\x15\x9f\x01\x01\0\0"
         "\x20\x14\0\0\x01\0\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"_b,
     .protocol = "a11"},
    {.about = "nothing authenticates",
     .client = "\x01\x02\x07\x08\x0a\0\0\x05\x0a\0\0\x01\xc0\xa8\x01\x01\xe3\0\0\0\0\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "an extension longer than the message",
     .client =
         "\x01\x02\x07\x08\x0a\0\0\x05\x0a\0\0\x01\xc0\xa8\x01\x01\xe3\0\0\0\0\0\0\x01"
         "\x20\x15\0\0\x01\0\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer mobile_ip;
constinit const Recognizer mobile_ip{
    .name = "mobile-ip",
    .title = "Mobile IPv4",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: every request changes where packets go"},
    .reference = "RFC 5944, section 3; 3GPP2 A.S0017",
    .also = also,
    .opens = {.client = ByteSet::of("\x01\x03\x04\x14\x15\x16\x17\x18\x19"),
              .server = ByteSet::of("\x01\x03\x04\x14\x15\x16\x17\x18\x19")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
