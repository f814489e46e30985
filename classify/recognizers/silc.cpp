// SILC, a conference with encryption: draft-riikonen-silc-pp-09, section 2.2, and
// draft-riikonen-silc-ke-auth-09, section 2.1.1.
//
// Length without padding (2), flags (1), type (1), length of the padding (1), zero (1), lengths of the
// ids of source and destination (1 each), type and source id, type and destination id, padding, data.
// A session begins with type 13: zero (1), flags (1), length (2), cookie (16), length (2) and version
// "SILC-1.2-...", lists of algorithms. The rest is encrypted.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t key_exchange = 13;

struct Packet {
  std::uint8_t type = 0;  // 0 where there is none
  Bytes version;
  bool from_server = false;
};

// The data of the first key exchange packet: the version within.
Bytes read_start(ByteReader data) {
  const bool zero = data.u8() == 0;
  data.skip(1);
  const std::size_t length = data.u16();
  data.skip(16);
  const Bytes version = data.take(data.u16());
  const std::size_t group = data.u16();
  if (!data || !zero || length < 30 || !version.starts_with("SILC-1.")) return {};
  return is_token(version) && group > 0 && group <= length ? version : Bytes{};
}

Packet read_packet(Bytes said) {
  ByteReader reader{said};
  const std::size_t length = reader.u16();
  const std::uint8_t flags = reader.u8();
  const std::uint8_t type = reader.u8();
  const std::size_t padding = reader.u8();
  const bool zero = reader.u8() == 0;
  const std::size_t source = reader.u8();
  const std::size_t destination = reader.u8();
  const std::uint8_t source_type = reader.u8();
  reader.skip(source);
  const std::uint8_t destination_type = reader.u8();
  reader.skip(destination + padding);
  const std::size_t head = 10 + source + destination;
  if (!reader || !zero || flags != 0 || length < head || length > 0x7ff || type == 0 || type > 29)
    return {};
  if (source_type > 3 || destination_type > 3 || source > 28 || destination > 28) return {};
  if (padding > 128 || (padding > 0 && (length + padding) % 8 != 0)) return {};
  if (type == key_exchange) return {.type = type, .version = read_start(reader)};
  // A refusal is one packet.
  if (type > 3 || reader.remaining() != length - head) return {};
  return {.type = type, .version = {}, .from_server = source_type == 1 && source >= 8};
}

Match recognize(const Exchange& seen) {
  const Packet client = read_packet(seen.client);
  const Packet server = read_packet(seen.server);
  if (!client.version.empty()) {
    const bool odd = server.type == 0 && !seen.server.empty();
    if (odd) return hint("client starts to exchange keys as {}", Printable{client.version});
    return confirmed("client starts to exchange keys as {}", Printable{client.version});
  }
  if (!server.version.empty()) {
    if (!seen.client.empty())
      return likely("server starts to exchange keys as {}", Printable{server.version});
    return confirmed("server starts to exchange keys as {}", Printable{server.version});
  }
  if (server.type != 0 && server.from_server && client.type == 0)
    return hint("server sends a packet of type {} as in SILC", server.type);
  return {};
}

constexpr auto homes = std::to_array<Home>({{.port = 706, .service = "silc"}});

constexpr Bytes start =
    "\0\x56\0\x0d\x0a\0\0\0\0\0padding!!!\0\0\0\x4c"
    "cookie-of-16-byt\0\x12SILC-1.2-1.1.0.xyz\0\x08group-02\0\x06rsa-00\0\x06"
    "aes-25\0\x04sha1\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "both sides start to exchange keys",
     .client = start,
     .server = start,
     .expect = Certainty::likely},
    {.about = "only the client was captured", .client = start},
    {.about = "the server refuses",
     .client = start,
     .server = "\0\x13\0\x01\x0d\0\x08\0\x01\x0a\0\0\x01\x12\x34\x56\x78\0"
               "thirteen pad \x0b"_b},
    {.about = "a refusal alone",
     .server = "\0\x13\0\x01\x0d\0\x08\0\x01\x0a\0\0\x01\x12\x34\x56\x78\0"
               "thirteen pad \x0b"_b,
     .expect = Certainty::none},
    {.about = "another version",
     .client = "\0\x56\0\x0d\x0a\0\0\0\0\0padding!!!\0\0\0\x4c"
               "cookie-of-16-byt\0\x12SSH-2.0-1.1.0.abcd\0\x08group-02\0\x06rsa-00"_b,
     .expect = Certainty::none},
    {.about = "the version without a packet",
     .client = "SILC-1.2-1.1.0 client\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer silc;
constinit const Recognizer silc{
    .name = "silc",
    .title = "SILC",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: a session would have to begin"},
    .reference = "draft-riikonen-silc-pp-09, section 2.2",
    .opens = {.client = ByteSet::range(0, 7), .server = ByteSet::range(0, 7)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
