// CQL's native protocol: Apache Cassandra, ScyllaDB.
//
// native_protocol_v1.spec to v5.spec. Frame: version (1 to 5; 8x in an answer), flags, stream (1 byte up to
// version 2, then 2), opcode, length (4), body. The client opens with STARTUP (a map of text, "CQL_VERSION" in it)
// or OPTIONS (nothing); the server answers READY, AUTHENTICATE, SUPPORTED or ERROR.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto names = std::to_array<std::string_view>(
    {"ERROR", "STARTUP", "READY", "AUTHENTICATE", "CREDENTIALS", "OPTIONS", "SUPPORTED", "QUERY",
     "RESULT", "PREPARE", "EXECUTE", "REGISTER", "EVENT", "BATCH", "AUTH_CHALLENGE",
     "AUTH_RESPONSE", "AUTH_SUCCESS"});

constexpr bool may_send(Side side, std::uint8_t opcode) {
  constexpr unsigned of_client =
      1u << 1 | 1u << 4 | 1u << 5 | 1u << 7 | 1u << 9 | 1u << 10 | 1u << 11 | 1u << 13 | 1u << 15;
  const bool client_sends = opcode < names.size() && (of_client >> opcode & 1) != 0;
  return opcode < names.size() && client_sends == (side == Side::client);
}

struct Speech {
  std::uint8_t version = 0;
  std::uint8_t opcode = 0;
};

Bytes take_text(ByteReader& reader) { return reader.take(reader.u16()); }
Bytes take_long_text(ByteReader& reader) { return reader.take(reader.u32()); }

// What was checked of a body, in bits; none where it does not have the form that its opcode asks for.
std::optional<unsigned> bits_of_body(std::uint8_t opcode, ByteReader body, bool whole) {
  switch (opcode) {
    case 0: {  // ERROR: code, text
      const std::uint32_t code = body.u32();
      const Bytes text = take_text(body);
      const bool known =
          (code & 0xff) == 0 ? code <= 0x2500 : code == 0x0a || (code >= 0x1001 && code <= 0x1003);
      return body && known && text.size() > 3 && is_text(text) ? std::optional{24u} : std::nullopt;
    }
    case 1:
    case 6: {  // a map whose keys are text
      const std::uint16_t entries = body.u16();
      const Bytes key = take_text(body);
      const bool fits = body && entries > 0 && entries < 32 && is_token(key);
      return fits && key.size() > 4 ? std::optional{40u} : std::nullopt;
    }
    case 2:
    case 5:
      return body.at_end() && whole ? std::optional{20u} : std::nullopt;
    case 3: {  // AUTHENTICATE: a class of Java
      const Bytes name = take_text(body);
      const bool fits = body && body.at_end() && is_token(name) && name.find('.') != Bytes::npos;
      return fits ? std::optional{40u} : std::nullopt;
    }
    case 7:
    case 9: {  // QUERY, PREPARE: text
      const std::size_t left = body.remaining();
      const std::uint32_t length = ByteReader{body}.u32();
      const Bytes text = take_long_text(body);
      if (!body) return !whole && length > left ? std::optional{6u} : std::nullopt;
      return is_text(text) && text.size() > 8 ? std::optional{32u} : std::nullopt;
    }
    case 8: {  // RESULT: kind 1 to 5
      const std::uint32_t kind = body.u32();
      return body && kind >= 1 && kind <= 5 ? std::optional{24u} : std::nullopt;
    }
    case 11:
    case 12: {  // REGISTER, EVENT: "TOPOLOGY_CHANGE", ...
      if (opcode == 11) body.skip(2);
      const Bytes text = take_text(body);
      return body && text.ends_with("_CHANGE") ? std::optional{50u} : std::nullopt;
    }
    default:
      return whole ? 8u : 2u;
  }
}

// 0x41 and 0x42 are those of DataStax Enterprise.
constexpr bool is_version(std::uint8_t version) {
  return (version >= 1 && version <= 5) || version == 0x41 || version == 0x42;
}

Fit read_frame(Bytes bytes, Side side, Speech& said) {
  ByteReader reader{bytes};
  const std::uint8_t version = reader.u8();
  said.version = version & 0x7f;
  const std::uint8_t flags = reader.u8();
  reader.skip(said.version < 3 ? 1 : 2);
  said.opcode = reader.u8();
  const std::uint32_t length = reader.u32();
  if (!reader || !is_version(said.version) || (version >> 7 != 0) != (side == Side::server))
    return Fit::alien;
  if (flags > 0x1f || !may_send(side, said.opcode) || length > 0x10000000) return Fit::alien;
  const bool whole = length <= reader.remaining();
  const ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  // Compressed bodies, and those that other fields precede, cannot be looked into.
  const bool plain = (flags & (side == Side::server ? 0x0f : 0x05)) == 0;
  // Version 5 frames its messages anew once the session has begun.
  const bool follows = !reader.at_end() && said.version < 5;
  if (follows && (ByteReader{reader.rest()}.u8() & 0x7f) != said.version) return Fit::alien;
  const std::optional<unsigned> bits =
      plain ? bits_of_body(said.opcode, body, whole) : std::optional{whole ? 8u : 2u};
  return bits ? fit_of_bits(*bits + 8) : Fit::alien;
}

bool may_open(Side side, std::uint8_t opcode) {
  if (side == Side::client) return opcode == 1 || opcode == 5;
  return opcode == 0 || opcode == 2 || opcode == 3 || opcode == 6;
}

Fit read_side(const Exchange& seen, Side side, Speech& said) {
  return judge_stream(seen, side, [&](Bytes bytes) {
    const Fit fit = read_frame(bytes, side, said);
    return seen.is_from_start(side) && !may_open(side, said.opcode) ? Fit::alien : fit;
  });
}

Match recognize_cassandra(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = read_side(seen, Side::client, client);
  const Fit answers = read_side(seen, Side::server, server);
  const Certainty certainty = weigh(seen, asks, answers);
  const bool answered = answers >= Fit::weak;
  const Speech& shown = answered ? server : client;
  if (shown.opcode >= names.size()) return {};
  return answer(certainty, "{} sends {}, version {}", answered ? "server" : "client",
                names[shown.opcode], shown.version);
}

constexpr Bytes startup =
    "\4\0\0\0\1\0\0\0\x16\0\1\0\x0b"
    "CQL_VERSION\0\x05"
    "3.0.0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "startup, version 4", .client = startup, .server = "\x84\0\0\0\2\0\0\0\0"_b},
    {.about = "options asked and told",
     .client = "\5\0\0\0\5\0\0\0\0"_b,
     .server = "\x85\0\0\0\6\0\0\0\x1f\0\2\0\x0b"
               "CQL_VERSION\0\1\0\x05"
               "3.4.5\0\x05"
               "x"_b},
    {.about = "version 2, a login wanted",
     .client = "\2\0\0\1\0\0\0\x16\0\1\0\x0b"
               "CQL_VERSION\0\x05"
               "3.0.0"_b,
     .server = "\x82\0\0\3\0\0\0\x31\0\x2forg.apache.cassandra.auth.PasswordAuthenticator"_b},
    {.about = "the client alone", .client = startup},
    {.about = "a driver that knows DataStax Enterprise",
     .client = "\x42\0\0\1\1\0\0\0\x16\0\1\0\x0b"
               "CQL_VERSION\0\x05"
               "3.0.0"_b},
    {.about = "a version refused, the server alone",
     .server = "\x84\0\0\0\0\0\0\0\x12\0\0\0\x0a\0\x0cInvalid or u"_b},
    {.about = "an answer before any question",
     .client = "\x84\0\0\0\2\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a startup without a map",
     .client = "\4\0\0\0\1\0\0\0\4\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = startup,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer cassandra;
constinit const Recognizer cassandra{
    .name = "cassandra",
    .title = "CQL (Cassandra)",
    .hello = {.bytes = "\4\0\0\0\5\0\0\0\0"_b, .about = "the versions supported (OPTIONS)"},
    .reference = "Apache Cassandra, native_protocol_v4.spec",
    .opens = {.client = ByteSet::of("\1\2\3\4\5\x41\x42"),
              .server = ByteSet::of("\x81\x82\x83\x84\x85\xc1\xc2")},
    .judge = recognize_cassandra,
    .examples = examples,
};

}  // namespace oddport::recognizers
