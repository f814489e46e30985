// STUN: hosts behind address translation learn how they look from outside; TURN: and have a server
// relay for them. RFC 8489, section 5; RFC 3489, section 11 (without the cookie); RFC 8656 (TURN),
// section 12 (channel data).
//
//   type (2: two zero bits, method, class), length (2), cookie 2112a442, transaction (12),
//   attributes: type (2), length (2), value, padding to four
//
//   channel data: channel 4000 to 4fff, length (2), data
//
// TURN's methods are 3 allocate, 4 refresh, 6 send, 7 data, 8 permission, 9 channel, 10 to 12
// connections.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t cookie = 0x2112a442;
constexpr std::uint16_t software = 0x8022;
constexpr std::string_view turn = "turn";

struct Parsed {
  Certainty certainty = Certainty::none;
  unsigned method = 0;
  unsigned kind = 0;  // 0 request, 1 indication, 2 success, 3 error
  bool classic = false;
  bool foreign = false;  // an attribute that RFC 3489 does not know, in a message of its form
  Bytes transaction;
  Bytes software;

  bool is_turn() const { return method == 3 || method == 4 || (method >= 6 && method <= 12); }
};

// Attributes of RFC 3489 come in a fixed size, or as text.
bool is_classic_attribute(std::uint16_t type, std::size_t length) {
  switch (type) {
    case 1:
    case 2:
    case 4:
    case 5:
    case 0xb:
      return length == 8;
    case 3:
      return length == 4;
    case 8:
      return length == 20;
    default:
      return (type >= 6 && type <= 10) || type >= 0x8000;
  }
}

// They must lead exactly to the end.
bool read_attributes(ByteReader reader, bool whole, Parsed& parsed) {
  while (!reader.at_end()) {
    const std::uint16_t type = reader.u16();
    const std::uint16_t length = reader.u16();
    const Bytes value = reader.take(length);
    if (reader.remaining() > 0) reader.skip((4u - length % 4u) % 4u);
    if (!reader) return !whole;
    if (parsed.classic && !is_classic_attribute(type, length)) parsed.foreign = true;
    if (type == software && is_text(value)) parsed.software = value;
  }
  return true;
}

// A transaction of the old form is sixteen bytes drawn by chance.
bool is_drawn(Bytes transaction) { return count_different(transaction) >= 8; }

bool is_method(unsigned method) { return (method >= 1 && method <= 12) || method == 0x80; }

Parsed parse(Bytes bytes, bool whole) {
  ByteReader reader{bytes};
  const std::uint16_t type = reader.u16();
  const std::uint16_t length = reader.u16();
  const Bytes transaction = reader.rest().substr(0, 16);
  const bool marked = reader.u32() == cookie;
  reader.skip(12);
  Parsed parsed;
  parsed.method = (type & 0xfu) | (type & 0xe0u) >> 1 | (type & 0x3e00u) >> 2;
  parsed.kind = (type & 0x10u) >> 4 | (type & 0x100u) >> 7;
  parsed.classic = !marked;
  parsed.transaction = transaction;
  // WhatsApp forgets the padding.
  const bool aligned = marked || length % 4 == 0;
  if (!reader || type >= 0x4000 || !aligned || !is_method(parsed.method)) return {};
  if (whole && length != reader.remaining()) return {};
  const bool known = marked || (parsed.method <= 2 && parsed.kind != 1);
  if (!known || !read_attributes(reader, whole, parsed)) return {};
  if (marked)
    parsed.certainty = whole || length < 2048 ? Certainty::confirmed : Certainty::likely;
  else if (!whole || parsed.foreign || !is_drawn(transaction))
    parsed.certainty = Certainty::hint;
  else
    // A request of the old form without attributes is a type, a length of zero and noise.
    parsed.certainty = length >= 12 ? Certainty::confirmed : Certainty::likely;
  return parsed;
}

// Over TCP the first message is followed by others, or by channel data.
Parsed parse(const Message& message, Transport transport) {
  if (transport == Transport::udp) return parse(message.bytes, message.is_whole());
  ByteReader reader{message.bytes};
  reader.skip(2);
  const std::size_t size = reader.u16() + 20u;
  if (!reader) return {};
  const bool whole = message.bytes.size() >= size;
  // The old form has no framing for streams.
  const Parsed parsed = parse(message.bytes.substr(0, size), whole);
  return parsed.classic ? Parsed{} : parsed;
}

// Channel data in every datagram: the same channel, and each length that of its datagram.
Match recognize_channel(const Exchange& seen) {
  std::uint16_t channel = 0;
  unsigned count = 0;
  for (const Message& message : seen.messages) {
    ByteReader reader{message.bytes};
    const std::uint16_t number = reader.u16();
    const std::uint16_t length = reader.u16();
    const std::size_t rest = message.wire_length - std::min<std::size_t>(4, message.wire_length);
    if (!reader || number < 0x4000 || number > 0x4fff) return {};
    if (length > rest || rest - length > 3 || length == 0) return {};
    if (count++ == 0) channel = number;
    if (channel != number) return {};
  }
  if (count < 3) return {};
  Match match = likely("{} datagrams of data on channel {:04x}", count, channel);
  match.protocol = turn;
  return match;
}

std::string_view name_of(unsigned method) {
  switch (method) {
    case 1:
      return "binding";
    case 2:
      return "shared secret";
    case 3:
      return "allocation";
    case 4:
      return "refresh";
    case 6:
    case 7:
      return "relayed data";
    case 8:
      return "permission";
    case 9:
      return "channel";
    default:
      return "connection";
  }
}

Note describe(const Parsed& shown, bool paired, Bytes software_name) {
  constexpr auto kinds =
      std::to_array<std::string_view>({"request", "indication", "success", "error"});
  const std::string_view old = shown.classic ? " of RFC 3489" : "";
  const std::string_view answered = paired ? ", answered under the same transaction" : "";
  const std::string_view by = software_name.empty() ? "" : ", software ";
  return Note::of("{} {}{}{}{}{}", name_of(shown.method), kinds[shown.kind], old, answered, by,
                  Printable{software_name, 40});
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.nth(Side::client, 0), seen.transport);
  const Parsed server = parse(seen.nth(Side::server, 0), seen.transport);
  const Parsed& shown = client.certainty != Certainty::none ? client : server;
  if (shown.certainty == Certainty::none)
    return seen.transport == Transport::udp ? recognize_channel(seen) : Match{};
  const bool paired = client.certainty != Certainty::none && server.certainty != Certainty::none &&
                      server.kind >= 2 && client.transaction == server.transaction;
  // Media and DTLS share the ports: a marked message stays what it is, whatever the other side
  // sends.
  const bool odd = (client.certainty == Certainty::none && !seen.client.empty()) ||
                   (server.certainty == Certainty::none && !seen.server.empty());
  Match match;
  match.certainty = paired ? Certainty::confirmed : shown.certainty;
  if (odd) match.certainty = shown.classic ? Certainty::hint : Certainty::likely;
  if (shown.is_turn() || server.is_turn()) match.protocol = turn;
  match.says = describe(shown, paired, server.software.empty() ? client.software : server.software);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 3478, .transport = Transport::udp, .service = "stun"},
    {.port = 3478, .service = "stun"},
});

constexpr auto also = std::to_array<std::string_view>({turn});

constexpr Bytes binding = "\0\x01\0\0\x21\x12\xa4\x42oddport asks"_b;
constexpr Bytes classic_binding = "\0\x01\0\0sixteen octets !"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a binding asked for and told",
     .client = binding,
     .server =
         "\x01\x01\0\x0c\x21\x12\xa4\x42oddport asks\0\x20\0\x08\0\x01\x12\x34\xe1\x12\xa6\x45"_b,
     .transport = Transport::udp},
    {.about = "the request alone, over TCP", .client = binding, .transport = Transport::tcp},
    {.about = "an allocation refused",
     .client = "\0\x03\0\x08\x21\x12\xa4\x42oddport asks\0\x19\0\x04\x11\0\0\0"_b,
     .server = "\x01\x13\0\x10\x21\x12\xa4\x42oddport asks\0\x09\0\x0c\0\0\x04\x01Unauthor"_b,
     .protocol = "turn",
     .transport = Transport::udp},
    {.about = "without the cookie",
     .client = classic_binding,
     .server = "\x01\x01\0\x0csixteen octets !\0\x01\0\x08\0\x01\x12\x34\xc0\0\x02\x07"_b,
     .transport = Transport::udp},
    {.about = "a request without the cookie alone",
     .client = classic_binding,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "a length that does not fit",
     .client = "\0\x01\0\x04\x21\x12\xa4\x42oddport asks"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an attribute beyond the end",
     .client = "\0\x03\0\x08\x21\x12\xa4\x42oddport asks\0\x19\0\x08\x11\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "without the cookie over TCP",
     .client = classic_binding,
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer stun;
constinit const Recognizer stun{
    .name = "stun",
    .title = "STUN",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = binding, .about = "how the asker looks from there"},
    .reference = "RFC 8489, section 5; RFC 8656",
    .also = also,
    .opens = {.client = ByteSet::range(0, 3) | ByteSet::range(0x40, 0x4f),
              .server = ByteSet::range(0, 3) | ByteSet::range(0x40, 0x4f)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
