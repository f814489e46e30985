// RMCP and what it carries, ASF and IPMI: DMTF DSP0136, section 3.2; IPMI 2.0, sections 13.1
// to 13.6 and 13.8.
//
//   RMCP      06 00, sequence (1), class (1: 6 ASF, 7 IPMI; top bit: acknowledgement)
//   ASF       enterprise (4) 000011BE, type (1), tag (1), 00, length (1), data
//   IPMI 1.5  authentication (1), sequence (4), session (4), [code (16)], length (1), message with
//   two checksums IPMI 2.0  06, payload type (1), session (4), sequence (4), length (2,
//   little-endian), payload
//
// On the secure port 664 a session id and sequence number (4 each), both zero before a session, stand in
// front; within a session up to 3 bytes of padding, their count, 06 and a code of 12 stand behind.
#include <algorithm>
#include <array>
#include <numeric>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

enum class Kind : std::uint8_t { none, acknowledgement, asf, ipmi };

struct Packet {
  Kind kind = Kind::none;
  Certainty certainty = Certainty::none;
  bool answers = false;
  bool either_way = false;  // does not tell who sent it
  std::string_view what;
  explicit operator bool() const { return certainty != Certainty::none; }
};

struct Command {
  std::uint8_t number;
  bool answers;
  std::string_view name;
};

// DSP0136, section 3.2.4.
constexpr auto asf_types = std::to_array<Command>({
    {0x10, false, "a reset"},
    {0x11, false, "a power-up"},
    {0x12, false, "a power-down"},
    {0x13, false, "a power cycle"},
    {0x40, true, "a presence pong"},
    {0x41, true, "its capabilities"},
    {0x42, true, "its system state"},
    {0x43, true, "a session's opening"},
    {0x44, true, "a session's end"},
    {0x80, false, "a presence ping"},
    {0x81, false, "a question for capabilities"},
    {0x82, false, "a question for the system state"},
    {0x83, false, "a request for a session"},
    {0x84, false, "a session's end"},
    {0xc0, false, "RAKP message 1"},
    {0xc1, true, "RAKP message 2"},
    {0xc2, false, "RAKP message 3"},
});

// `beyond` is what the capture cut off the datagram's end.
Packet parse_asf(ByteReader reader, std::size_t beyond) {
  const std::uint32_t enterprise = reader.u32();
  const std::uint8_t type = reader.u8();
  reader.skip(1);
  const std::uint8_t reserved = reader.u8();
  const std::uint8_t length = reader.u8();
  if (!reader || enterprise != 4542 || reserved != 0 || reader.remaining() + beyond != length)
    return {};
  for (const Command& known : asf_types)
    if (known.number == type)
      return {.kind = Kind::asf,
              .certainty = Certainty::confirmed,
              .answers = known.answers,
              .what = known.name};
  return {};
}

// The bytes of each part and its checksum add up to zero: IPMI 2.0, section 13.8.
bool adds_up(Bytes part) {
  return std::accumulate(part.begin(), part.end(), 0u,
                         [](unsigned sum, char c) { return sum + static_cast<unsigned char>(c); }) %
             256 ==
         0;
}

// Responder, function and logical unit, checksum, requester, sequence, command, data, checksum.
Packet parse_message(Bytes message, bool whole) {
  ByteReader reader{message};
  reader.skip(1);
  const std::uint8_t function = reader.u8() >> 2;
  reader.skip(3);
  const std::uint8_t command = reader.u8();
  if (!reader || !adds_up(message.substr(0, 3))) return {};
  if (whole && (message.size() < 7 || !adds_up(message.substr(3)))) return {};
  const bool authentication = (function | 1) == 7 && command == 0x38;
  return {.kind = Kind::ipmi,
          .certainty = whole ? Certainty::confirmed : Certainty::likely,
          .answers = function % 2 == 1,
          .what = authentication ? "about a channel's authentication" : "a checksummed message"};
}

// Authenticated messages stand behind a code of 16 bytes. Some senders pad the packet by a byte.
Packet parse_ipmi_15(ByteReader reader, std::uint8_t authentication, std::size_t beyond) {
  reader.skip(8);
  if (authentication != 0) reader.skip(16);
  const std::size_t length = reader.u8();
  const std::size_t sent = reader.remaining() + beyond;
  if (!reader || (sent != length && sent != length + 1)) return {};
  return parse_message(reader.take(std::min(length, reader.remaining())), beyond == 0);
}

// The handshake's payloads: IPMI 2.0, table 13-16.
constexpr auto session_payloads = std::to_array<Command>({
    {0x10, false, "a request for a session"},
    {0x11, true, "a session's opening"},
    {0x12, false, "RAKP message 1"},
    {0x13, true, "RAKP message 2"},
    {0x14, false, "RAKP message 3"},
    {0x15, true, "RAKP message 4"},
});

Packet parse_payload(std::uint8_t type, bool encrypted, Bytes payload, bool whole) {
  for (const Command& known : session_payloads)
    if (known.number == type)
      return {.kind = Kind::ipmi,
              .certainty = Certainty::confirmed,
              .answers = known.answers,
              .what = known.name};
  if (type == 0 && !encrypted) return parse_message(payload, whole);
  if (type > 2) return {};
  return {.kind = Kind::ipmi,
          .certainty = Certainty::likely,
          .either_way = true,
          .what = encrypted ? "an encrypted payload" : "a payload"};
}

// IPMI 2.0, section 13.6. Behind an authenticated payload come padding, its length, 07 and a code.
Packet parse_ipmi_20(ByteReader reader, std::size_t beyond) {
  const std::uint8_t type = reader.u8();
  if ((type & 0x3f) == 2) reader.skip(6);
  reader.skip(8);
  const std::size_t length = reader.u16_le();
  const std::size_t sent = reader.remaining() + beyond;
  if (!reader || sent < length) return {};
  const std::size_t trailer = sent - length;
  const bool authenticated = (type & 0x40) != 0;
  if (authenticated ? trailer < 2 || trailer > 40 : trailer != 0) return {};
  const Bytes payload = reader.take(std::min(length, reader.remaining()));
  return parse_payload(type & 0x3f, (type & 0x80) != 0, payload, beyond == 0);
}

Packet parse_ipmi(ByteReader reader, std::size_t beyond) {
  const std::uint8_t authentication = reader.u8();
  switch (authentication) {
    case 0:
    case 1:
    case 2:
    case 4:
    case 5:
      return parse_ipmi_15(reader, authentication, beyond);
    case 6:
      return parse_ipmi_20(reader, beyond);
    default:
      return {};
  }
}

// ASF within a secure session: what is authenticated, but not encrypted.
Packet parse_secured(ByteReader reader, std::size_t beyond) {
  const bool session = reader.u32() != 0 && reader.u32() != 0;
  reader.accept("\x06\0"_b);
  reader.skip(1);
  if (reader.u8() != 6 || !session) return {};
  ByteReader asf = reader;
  reader.skip(7);
  const std::size_t length = reader.u8();
  if (!reader || beyond > 0) return {};
  const std::size_t behind = reader.remaining() - std::min(reader.remaining(), length);
  return behind >= 14 && behind <= 17 ? parse_asf(asf.sub(8 + length), 0) : Packet{};
}

Packet parse(const Message& datagram) {
  ByteReader reader{datagram.bytes};
  const std::size_t beyond = datagram.wire_length - datagram.bytes.size();
  const bool plain =
      reader.accept_if("\0\0\0\0\0\0\0\0"_b) || reader.rest().starts_with("\x06\0"_b);
  if (!plain) return parse_secured(reader, beyond);
  reader.accept("\x06\0"_b);
  reader.skip(1);
  const std::uint8_t kind = reader.u8();
  if (!reader) return {};
  if ((kind == 0x86 || kind == 0x87) && reader.at_end() && beyond == 0)
    return {.kind = Kind::acknowledgement,
            .certainty = Certainty::hint,
            .either_way = true,
            .what = "an acknowledgement"};
  if (kind == 6) return parse_asf(reader, beyond);
  if (kind == 7) return parse_ipmi(reader, beyond);
  return {};
}

bool is_from(const Packet& packet, Side side) {
  return packet.either_way || packet.answers == (side == Side::server);
}

// The first that is more than an acknowledgement.
Packet find_packet(const Exchange& seen, Side side) {
  const Packet first = parse(seen.nth(side, 0));
  if (first.kind != Kind::acknowledgement) return first;
  const Packet second = parse(seen.nth(side, 1));
  return second ? second : first;
}

Certainty weigh(const Exchange& seen, const Packet& client, const Packet& server) {
  const Certainty surest = std::max(client.certainty, server.certainty);
  const bool odd = (!client && !seen.client.empty()) || (!server && !seen.server.empty());
  if (odd) return std::min(surest, Certainty::likely);
  return client.certainty == Certainty::likely && server.certainty == Certainty::likely
             ? Certainty::confirmed
             : surest;
}

Note describe(const Packet& client, const Packet& server) {
  if (!server) return Note::of("client sends {}", client.what);
  if (!client) return Note::of("server sends {}", server.what);
  return Note::of("client sends {}, server answers {}", client.what, server.what);
}

Match recognize(const Exchange& seen) {
  const Packet client = find_packet(seen, Side::client);
  const Packet server = find_packet(seen, Side::server);
  if (!client && !server) return {};
  if ((client && !is_from(client, Side::client)) || (server && !is_from(server, Side::server)))
    return {};
  Match match;
  match.certainty = weigh(seen, client, server);
  // Where a ping opened the way for IPMI, IPMI is what is spoken.
  if (client.kind != Kind::ipmi && server.kind != Kind::ipmi) match.protocol = "rmcp";
  match.says = describe(client, server);
  return match;
}

constexpr auto also = std::to_array<std::string_view>({"rmcp"});

constexpr auto homes = std::to_array<Home>({
    {.port = 623, .transport = Transport::udp, .service = "asf-rmcp"},
    {.port = 664, .transport = Transport::udp, .service = "asf-secure-rmcp"},
});

constexpr Bytes authentication_question =
    "\x06\0\xff\x07\0\0\0\0\0\0\0\0\0\x09\x20\x18\xc8\x81\0\x38\x8e\x04\xb5"_b;
constexpr Bytes ping = "\x06\0\xff\x06\0\0\x11\xbe\x80\x07\0\0"_b;
constexpr Bytes pong =
    "\x06\0\xff\x06\0\0\x11\xbe\x40\x07\0\x10\0\0\x11\xbe\0\0\0\0\x81\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a channel's authentication asked for and told",
     .client = authentication_question,
     .server = "\x06\0\xff\x07\0\0\0\0\0\0\0\0\0\x10\x81\x1c\x63\x20\0\x38\0\x01\x97\x04\x03\0\0"
               "\0\0\x09"_b,
     .transport = Transport::udp},
    {.about = "only the question was captured",
     .client = authentication_question,
     .transport = Transport::udp},
    {.about = "IPMI 2.0: a session asked for",
     .client =
         "\x06\0\xff\x07\x06\x10\0\0\0\0\0\0\0\0\x20\0\0\0\0\0\xa4\xa3\xa2\xa0\0\0\0\x08\x01\0\0\0"
         "\x01\0\0\x08\x01\0\0\0\x02\0\0\x08\x01\0\0\0"_b,
     .transport = Transport::udp},
    {.about = "ping and pong",
     .client = ping,
     .server = pong,
     .protocol = "rmcp",
     .transport = Transport::udp},
    {.about = "only the pong was captured",
     .server = pong,
     .protocol = "rmcp",
     .transport = Transport::udp},
    {.about = "a request to power down within a secure session",
     .client = "\0\0\x30\x01\0\0\0\x05\x06\0\xff\x06\0\0\x11\xbe\x12\x09\0\x0b\0\0\x01\x57\0\0\0\0"
               "\0\0\0\x01"
               "\x01\x06twelve bytes"_b,
     .protocol = "rmcp",
     .transport = Transport::udp},
    {.about = "a checksum that does not add up",
     .client = "\x06\0\xff\x07\0\0\0\0\0\0\0\0\0\x09\x20\x18\xc9\x81\0\x38\x8e\x04\xb5"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an enterprise that is not ASF",
     .client = "\x06\0\xff\x06\0\0\x11\xbf\x80\x07\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a length that is not the datagram's",
     .client = "\x06\0\xff\x06\0\0\x11\xbe\x80\x07\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an acknowledgement alone",
     .client = "\x06\0\x01\x86"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a pong from the client",
     .client = pong,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer ipmi;
constinit const Recognizer ipmi{
    .name = "ipmi",
    .title = "IPMI",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = authentication_question,
              .about = "how a session could be authenticated (none is begun)"},
    .reference = "IPMI 2.0, section 13; DSP0136, section 3.2",
    .also = also,
    .opens = {.client = ByteSet::of("\x06\0"_b), .server = ByteSet::of("\x06\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
