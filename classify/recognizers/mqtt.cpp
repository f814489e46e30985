// MQTT: a broker takes messages under topics and hands them on to who asked for them.
//
// MQTT 3.1, 3.1.1 and 5.0 (OASIS), section 2: type (4 bits) and flags (4 bits, fixed by the type for
// all but PUBLISH), remaining length (base 128, at most 4 bytes), then what the type asks for. The
// client opens with CONNECT: "MQTT" and level 4 or 5, or "MQIsdp" and level 3; the server with
// CONNACK: 20 02 session (0, 1) code.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

enum Type : std::uint8_t {
  connect = 1,
  connack,
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect,
  auth,
};

constexpr auto names = std::to_array<std::string_view>(
    {"", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE",
     "SUBACK", "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"});

constexpr bool may_send(Side side, std::uint8_t type) {
  constexpr unsigned only_client =
      1u << connect | 1u << subscribe | 1u << unsubscribe | 1u << pingreq;
  constexpr unsigned only_server = 1u << connack | 1u << suback | 1u << unsuback | 1u << pingresp;
  const unsigned excluded = side == Side::client ? only_server : only_client;
  return type != 0 && (excluded >> type & 1) == 0;
}

constexpr bool may_open(Side side, std::uint8_t type) {
  if (side == Side::client) return type == connect;
  return type == connack || type == auth || type == disconnect;
}

constexpr bool flags_fit(std::uint8_t type, unsigned flags) {
  if (type == publish) return (flags & 6) != 6;
  const bool marked = type == pubrel || type == subscribe || type == unsubscribe;
  return flags == (marked ? 2u : 0u);
}

constexpr std::uint32_t base_128(ByteReader& reader) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const std::uint8_t byte = reader.u8();
    value |= (byte & 127u) << shift;
    if (byte < 128) return value;
  }
  reader.fail();
  return 0;
}

struct Body {
  Bytes bytes;
  bool whole = true;
};

// What was checked in a packet, in bits; none where it is no such packet.
using Bits = std::optional<unsigned>;

Bits bits_of_connect(const Body& body, std::uint8_t& level) {
  ByteReader reader{body.bytes};
  const bool old = reader.accept_if("\0\6MQIsdp"_b);
  if (!old) reader.accept("\0\4MQTT"_b);
  const std::uint8_t spoken = reader.u8() & 0x7f;  // a bridge sets the highest bit
  const std::uint8_t flags = reader.u8();
  if (!reader || (flags & 1) != 0 || (flags & 0x18) == 0x18) return std::nullopt;
  if (old ? spoken != 3 : spoken != 4 && spoken != 5) return std::nullopt;
  reader.skip(2);
  if (spoken == 5) reader.skip(base_128(reader));
  reader.skip(reader.u16());
  if (!reader && body.whole) return std::nullopt;
  level = spoken;
  return 48;
}

Bits bits_of_connack(const Body& body) {
  ByteReader reader{body.bytes};
  const bool session = reader.u8() <= 1;
  const std::uint8_t code = reader.u8();
  if (!reader || !session || !body.whole) return std::nullopt;
  if (reader.at_end()) return code <= 5 ? Bits{24} : std::nullopt;
  if (code != 0 && code < 0x80) return std::nullopt;
  const std::uint32_t properties = base_128(reader);
  return reader && reader.remaining() == properties ? Bits{24 + 8} : std::nullopt;
}

// A topic's name or filter: text of at least one byte.
Bytes take_topic(ByteReader& reader) {
  const Bytes topic = reader.take(reader.u16());
  if (topic.empty() || !is_text(topic)) reader.fail();
  return topic;
}

Bits bits_of_publish(const Body& body, unsigned flags) {
  ByteReader reader{body.bytes};
  const Bytes topic = take_topic(reader);
  if ((flags & 6) != 0 && reader.u16() == 0) return std::nullopt;
  if (!reader || topic.find('#') != Bytes::npos || topic.find('+') != Bytes::npos)
    return std::nullopt;
  const unsigned text =
      is_printable(topic) ? std::min<unsigned>(static_cast<unsigned>(topic.size()), 14) : 0;
  return 8 + text + (body.whole ? 6 : 0);
}

// The topics of SUBSCRIBE (each with a byte of options) and UNSUBSCRIBE.
bool are_topics(ByteReader reader, bool with_options) {
  while (reader && !reader.at_end()) {
    take_topic(reader);
    if (with_options && reader.u8() > 0x2e) return false;
  }
  return static_cast<bool>(reader);
}

Bits bits_of_subscription(const Body& body, bool with_options) {
  ByteReader reader{body.bytes};
  const bool numbered = reader.u16() != 0;
  if (!numbered || !body.whole || reader.remaining() < 3) return std::nullopt;
  if (are_topics(reader, with_options)) return 28;
  const std::uint32_t properties = base_128(reader);
  reader.skip(properties);
  return reader.remaining() >= 3 && are_topics(reader, with_options) ? Bits{24} : std::nullopt;
}

// An acknowledgment: packet identifier; version 5 lets codes and properties follow.
Bits bits_of_acknowledgment(const Body& body) {
  ByteReader reader{body.bytes};
  const bool numbered = reader.u16() != 0;
  if (!numbered || !body.whole || body.bytes.size() > 64) return std::nullopt;
  if (body.bytes.size() > 3) return 2;
  // What was granted, or a reason: 0 to 2, and 80 or more.
  const std::uint8_t code = reader.u8();
  return !reader || code <= 2 || code == 0x80 ? 12 : 2;
}

Bits bits_of(std::uint8_t type, unsigned flags, const Body& body, std::uint8_t& level) {
  switch (type) {
    case connect:
      return bits_of_connect(body, level);
    case connack:
      return bits_of_connack(body);
    case publish:
      return bits_of_publish(body, flags);
    case subscribe:
    case unsubscribe:
      return bits_of_subscription(body, type == subscribe);
    case pingreq:
    case pingresp:
      return body.bytes.empty() && body.whole ? Bits{14} : std::nullopt;
    case disconnect:
    case auth:
      return body.bytes.size() < 256 && body.whole ? Bits{body.bytes.empty() ? 10u : 0u}
                                                   : std::nullopt;
    default:
      return bits_of_acknowledgment(body);
  }
}

struct Speech {
  std::uint8_t first = 0;  // type of the first packet
  std::uint8_t level = 0;
  unsigned bits = 0;
};

// One packet; false where it is none. Of each type only the first counts: pings are all alike.
bool read_packet(ByteReader& reader, Side side, unsigned& seen_types, Speech& said) {
  const std::uint8_t head = reader.u8();
  const std::uint8_t type = head >> 4;
  const std::uint32_t length = base_128(reader);
  if (!reader) return said.bits > 0;  // a header that is cut says nothing wrong
  if (!may_send(side, type) || !flags_fit(type, head & 15u)) return false;
  Body body;
  body.whole = length <= reader.remaining();
  body.bytes = reader.take(std::min<std::size_t>(length, reader.remaining()));
  const Bits bits = bits_of(type, head & 15u, body, said.level);
  if (!bits && (body.whole || said.bits == 0)) return false;
  if (said.first == 0) said.first = type;
  if (bits && (seen_types >> type & 1) == 0) said.bits += *bits;
  seen_types |= 1u << type;
  return true;
}

Fit read_packets(Bytes bytes, Side side, bool from_start, Speech& said) {
  ByteReader reader{bytes};
  said = {};
  unsigned seen_types = 0;
  while (!reader.at_end() && reader) {
    if (!read_packet(reader, side, seen_types, said)) return Fit::alien;
    if (from_start && !may_open(side, said.first)) return Fit::alien;
  }
  return fit_of_bits(said.bits);
}

constexpr std::string_view version_of(std::uint8_t level) {
  constexpr auto versions = std::to_array<std::string_view>({"3.1", "3.1.1", "5.0"});
  return versions[level - 3u];
}

Match recognize_mqtt(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_packets(bytes, Side::client, seen.client_from_start, client);
  });
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    return read_packets(bytes, Side::server, seen.server_from_start, server);
  });
  const Certainty certainty = weigh(seen, asks, answers);
  if (client.level != 0)
    return answer(certainty, "client connects with MQTT {}", version_of(client.level));
  const bool asked = asks >= Fit::weak;
  return answer(certainty, "{} sends {}", asked ? "client" : "server",
                names[asked ? client.first : server.first]);
}

constexpr auto homes = std::to_array<Home>({{.port = 1883, .service = "mqtt"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "connection of version 3.1.1",
     .client = "\x10\x0c\0\4MQTT\4\2\0\x3c\0\0"_b,
     .server = "\x20\2\0\0"_b},
    {.about = "version 5, the client alone",
     .client = "\x10\x16\0\4MQTT\5\2\0\x3c\3\x21\0\x14\0\6sensor"_b},
    {.about = "version 3.1",
     .client = "\x10\x10\0\6MQIsdp\3\2\0\x3c\0\2id"_b,
     .server = "\x20\2\0\0"_b},
    {.about = "the server alone: accepted and subscribed", .server = "\x20\2\0\0\x90\3\0\1\0"_b},
    {.about = "the server's acceptance alone",
     .server = "\x20\2\0\0"_b,
     .expect = Certainty::likely},
    {.about = "another protocol answers",
     .client = "\x10\x0c\0\4MQTT\4\2\0\x3c\0\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the name alone", .client = "\0\4MQTT\4"_b, .expect = Certainty::none},
    {.about = "a version that never was",
     .client = "\x10\x0c\0\4MQTT\7\2\0\x3c\0\0"_b,
     .expect = Certainty::none},
    {.about = "the reserved flag is set",
     .client = "\x10\x0c\0\4MQTT\4\3\0\x3c\0\0"_b,
     .expect = Certainty::none},
    {.about = "a publication before any connection",
     .client = "\x30\x0c\0\5lab/ahello"_b,
     .expect = Certainty::none},
});

// Types 1 to 15 and the flags that some of them may have.
constexpr ByteSet packets =
    ByteSet::of("\x10\x20\x40\x50\x62\x70\x82\x90\xa2\xb0\xc0\xd0\xe0\xf0") |
    ByteSet::range(0x30, 0x3f);

}  // namespace

extern const Recognizer mqtt;
constinit const Recognizer mqtt{
    .name = "mqtt",
    .title = "MQTT",
    .homes = homes,
    .hello = {.bytes = "\x10\x13\0\4MQTT\4\2\0\x0a\0\7oddport"_b,
              .about = "a connection of a clean session without a login, no subscription"},
    .reference = "MQTT 5.0 (OASIS), section 2",
    .opens = {.client = packets, .server = packets},
    .judge = recognize_mqtt,
    .examples = examples,
};

}  // namespace oddport::recognizers
