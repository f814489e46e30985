// GTP: tunnels inside the networks of mobile telephones, their control (GTP-C) and what they carry (GTP-U).
//
// 3GPP TS 29.060 (version 1), 29.281 (user plane), 29.274 (version 2), 32.295 (GTP'). Flags (1:
// version in the highest three bits), kind (1), length of what follows the mandatory part (2).
// Version 1: bit 10 set, tunnel (4), and where one of the lowest three bits is set number (2),
// N-PDU (1), next header (1); kind ff carries a packet of IP. Version 2: bit 08 tells of a tunnel
// (4); number (3), spare (1), then elements: kind (1), length (2), instance (1), value.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  Certainty certainty = Certainty::none;
  std::uint8_t version = 0;
  std::uint8_t kind = 0;
  std::uint32_t number = 0;
};

// The packet of IP ends where the tunnel's does.
bool is_ip(ByteReader reader, std::size_t size) {
  const std::uint8_t first = reader.u8();
  if (first >> 4 == 4) {
    reader.skip(1);
    return (first & 15) >= 5 && reader.u16() == size && reader;
  }
  reader.skip(3);
  return first >> 4 == 6 && reader.u16() + 40u == size && reader;
}

// Extension headers: length in words of four, content, next.
bool skip_extensions(ByteReader& reader, std::uint8_t next) {
  for (int n = 0; n < 8 && next != 0; ++n) {
    const std::uint8_t words = reader.u8();
    if (words == 0) return false;
    reader.skip(words * 4u - 2u);
    next = reader.u8();
  }
  return reader && next == 0;
}

bool is_element_of_1(ByteReader& reader) {
  const std::uint8_t kind = reader.u8();
  if ((kind & 0x80) != 0) {
    reader.skip(reader.u16());
    return static_cast<bool>(reader);
  }
  switch (kind) {
    case 14:  // restart counter
      reader.skip(1);
      break;
    case 1:  // cause
    case 15:
    case 19:
    case 20:
    case 21:
      reader.skip(1);
      break;
    case 2:  // subscriber
      reader.skip(8);
      break;
    case 3:  // routing area
      reader.skip(6);
      break;
    case 16:  // tunnels
    case 17:
      reader.skip(4);
      break;
    case 26:
      reader.skip(2);
      break;
    default:
      return false;
  }
  return static_cast<bool>(reader);
}

// Version 1's elements in their order; a kind that is not known here ends the walk.
bool has_element_of_1(ByteReader reader) { return reader.at_end() || is_element_of_1(reader); }

Certainty judge_1(ByteReader reader, std::uint8_t flags, Packet& packet, std::size_t size) {
  const std::uint32_t tunnel = reader.u32();
  if ((flags & 7) != 0) {
    packet.number = reader.u16();
    reader.skip(1);
    const std::uint8_t next = reader.u8();
    if ((flags & 4) != 0 ? !skip_extensions(reader, next) : !reader) return Certainty::none;
  }
  if (!reader || reader.offset() > size) return Certainty::none;
  const std::size_t rest = size - reader.offset();
  if (packet.kind == 255)
    return tunnel != 0 && is_ip(reader, rest) ? Certainty::confirmed : Certainty::hint;
  // Echo belongs to no tunnel, and its request is empty or tells of an extension.
  if (packet.kind == 1)
    return tunnel == 0 && has_element_of_1(reader) ? Certainty::likely : Certainty::none;
  if (packet.kind == 2) {
    const bool restarts = tunnel == 0 && reader.u8() == 14 && (rest == 2 || rest > 4);
    return restarts && reader ? Certainty::likely : Certainty::none;
  }
  // Session management: the numbers of TS 29.060, table 1.
  const bool known = (packet.kind >= 16 && packet.kind <= 38) ||
                     (packet.kind >= 48 && packet.kind <= 62) || packet.kind == 26 ||
                     packet.kind == 254;
  if (!known || reader.at_end()) return Certainty::none;
  return is_element_of_1(reader) && is_element_of_1(reader) ? Certainty::likely : Certainty::none;
}

Certainty judge_2(ByteReader reader, std::uint8_t flags, Packet& packet, bool whole) {
  if ((flags & 0x07) != 0 && (flags & 0x07) != 4) return Certainty::none;
  if ((flags & 8) != 0) reader.skip(4);
  packet.number = reader.u24();
  if (reader.u8() != 0 && (flags & 4) == 0) return Certainty::none;
  unsigned elements = 0;
  while (reader && !reader.at_end()) {
    const std::uint8_t kind = reader.u8();
    const std::uint16_t length = reader.u16();
    const std::uint8_t instance = reader.u8();
    if (kind == 0 || (instance & 0xf0) != 0) return Certainty::none;
    reader.skip(length);
    if (reader) ++elements;
  }
  if (!reader && (whole || elements == 0)) return Certainty::none;
  return elements >= 2 ? Certainty::confirmed : elements == 1 ? Certainty::likely : Certainty::none;
}

Packet parse(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint8_t flags = reader.u8();
  packet.version = flags >> 5;
  packet.kind = reader.u8();
  const std::uint16_t length = reader.u16();
  if (!reader || packet.kind == 0) return packet;
  if (packet.version == 1 && (flags & 0x18) == 0x10 && length + 8u == message.wire_length)
    packet.certainty = judge_1(reader, flags, packet, message.wire_length);
  if (packet.version == 2 && length + 4u == message.wire_length)
    packet.certainty = judge_2(reader, flags, packet, message.is_whole());
  return packet;
}

// A request and the response that follows it in number and kind.
bool answers(const Packet& question, const Packet& answer) {
  return question.version == answer.version && question.number == answer.number &&
         answer.kind == question.kind + 1;
}

Match recognize(const Exchange& seen) {
  Packet best;
  Packet last;
  bool answered = false;
  unsigned packets = 0;
  Side from = Side::client;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const Packet packet = parse(message);
    if (packet.certainty == Certainty::none) return {};
    answered = answered || (packets > 0 && message.from != from && answers(last, packet));
    if (packet.certainty > best.certainty) best = packet;
    from = message.from;
    last = packet;
    ++packets;
  }
  if (packets == 0) return {};
  Match match;
  match.certainty =
      best.certainty == Certainty::likely && answered ? Certainty::confirmed : best.certainty;
  match.says =
      Note::of("{} packets of version {}, one of kind {}", packets, best.version, best.kind);
  return match;
}

constexpr Home homes[] = {{.port = 2123, .transport = Transport::udp, .service = "gtp-control"},
                          {.port = 2152, .transport = Transport::udp, .service = "gtp-user"}};

constexpr Example examples[] = {
    {.about = "echo",
     .client = "\x32\x01\0\x04\0\0\0\0\x12\x34\0\0"_b,
     .server = "\x32\x02\0\x06\0\0\0\0\x12\x34\0\0\x0e\x07"_b},
    {.about = "a packet of IP in a tunnel",
     .client =
         "\x30\xff\0\x1c\0\0\0\x07\x45\0\0\x1c\0\x01\0\0\x40\x11\x66\xcd\x0a\0\0\x01\x0a\0\0\x02\x12\x34\0\x35\0\x08\0\0"_b},
    {.about = "version 2, a session is deleted",
     .client = "\x48\x24\0\x13\0\0\0\x07\0\0\x01\0\x49\0\x01\0\x05\x53\0\x02\0\x07\x49"_b},
    {.about = "echo without an answer",
     .client = "\x32\x01\0\x04\0\0\0\0\x12\x34\0\0"_b,
     .expect = Certainty::likely},
    {.about = "a length that is not the datagram's",
     .client = "\x32\x01\0\x05\0\0\0\0\x12\x34\0\0"_b,
     .expect = Certainty::none},
    {.about = "a tunnel with something else",
     .client = "\x30\xff\0\x08\0\0\0\x07nothing."_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer gtp;
constinit const Recognizer gtp{
    .name = "gtp",
    .title = "GTP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = "\x32\x01\0\x04\0\0\0\0\0\x01\0\0"_b, .about = "an echo"},
    .reference = "3GPP TS 29.060, 29.274 and 29.281",
    .opens = {.client = ByteSet::range(0x30, 0x37) | ByteSet::range(0x40, 0x5f),
              .server = ByteSet::range(0x30, 0x37) | ByteSet::range(0x40, 0x5f)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
