// OBEX, the object exchange of IrDA, over TCP: IrOBEX 1.5, sections 2 and 3.
//
// Code (1), length of the whole (2), for a connection and its answer version 10 to 15 (1), flags (1)
// and the longest packet (2), then headers: name (1) whose two highest bits tell what follows: 0 text
// and 1 bytes with a length of the whole (2), 2 one byte, 3 four bytes.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t connect = 0x80;

struct Packet {
  std::uint8_t code = 0;  // 0 where there is none
  std::size_t headers = 0;
  std::uint16_t longest = 0;
  bool cut = false;
};

std::string_view name_of(std::uint8_t code) {
  switch (code & 0x7f) {
    case 0x00:
      return "connect";
    case 0x01:
      return "disconnect";
    case 0x02:
      return "put";
    case 0x03:
      return "get";
    case 0x05:
      return "set path";
    case 0x07:
      return "session";
    case 0x7f:
      return "abort";
    default:
      return {};
  }
}

// The answer's codes are HTTP's in hexadecimal, the final bit set: a0 OK, c4 not found, 90 go on.
constexpr bool is_answer(std::uint8_t code) {
  return code == 0x90 || (code >= 0xa0 && code <= 0xa6) || (code >= 0xb0 && code <= 0xb5) ||
         (code >= 0xc0 && code <= 0xcf) || (code >= 0xd0 && code <= 0xd5) || code == 0xe0 ||
         code == 0xe1;
}

bool read_headers(ByteReader reader, Packet& packet) {
  for (; !reader.at_end(); ++packet.headers) {
    const std::uint8_t name = reader.u8();
    if ((name & 0x3f) == 0) return false;
    const unsigned form = name >> 6;
    if (form < 2) {
      const std::size_t length = reader.u16();
      if (reader && length < 3) return false;
      reader.skip(length - 3);
    } else {
      reader.skip(form == 2 ? 1 : 4);
    }
    if (!reader) return packet.cut;
  }
  return true;
}

// One packet of a side, `connecting` where version and flags belong to it.
Packet read_packet(Bytes said, bool connecting, bool alone) {
  Packet packet;
  ByteReader reader{said};
  const std::uint8_t code = reader.u8();
  const std::size_t length = reader.u16();
  if (!reader || length < 3) return {};
  packet.cut = reader.remaining() < length - 3;
  if (alone && reader.remaining() > length - 3) return {};
  ByteReader body = reader.sub(std::min(length - 3, reader.remaining()));
  if (connecting) {
    const std::uint8_t version = body.u8();
    const std::uint8_t flags = body.u8();
    packet.longest = body.u16();
    if (!body || version < 0x10 || version > 0x15 || flags > 1 || packet.longest < 255) return {};
  } else if ((code & 0x7f) == 5) {
    if (body.u8() > 3 || body.u8() != 0) return {};
  }
  if (!body || !read_headers(body, packet)) return {};
  packet.code = code;
  return packet;
}

Match recognize(const Exchange& seen) {
  const auto code = static_cast<std::uint8_t>(seen.client.empty() ? 0 : seen.client.front());
  const bool connecting = code == connect || seen.client.empty();
  const Bytes asked = seen.nth(Side::client, 0).bytes;
  const Packet client = read_packet(asked, connecting, true);
  const Packet server = read_packet(seen.nth(Side::server, 0).bytes, connecting, true);
  const bool parted = (client.code & 0x7f) == 2 || (client.code & 0x7f) == 3;
  const bool asks =
      client.code != 0 && !name_of(client.code).empty() && (parted || (client.code & 0x80) != 0);
  const bool answers = server.code != 0 && is_answer(server.code);
  if (asks && answers) {
    // A length that leads beyond what was seen is no proof.
    if ((client.cut && server.cut) || ((client.cut || server.cut) && !parted)) return {};
    const bool telling = connecting || client.headers + server.headers > 0;
    if (!telling || client.cut || server.cut)
      return likely("client says {}, server answers {:02x}", name_of(code), server.code);
    return confirmed("client says {} with {} headers, server answers {:02x}", name_of(code),
                     client.headers, server.code);
  }
  if (!seen.client.empty() && !seen.server.empty()) return {};
  if (asks && connecting && !client.cut)
    return likely("client connects with {} headers, packets up to {}", client.headers,
                  client.longest);
  if (asks && client.headers >= 2 && !client.cut)
    return hint("client says {} with {} headers", name_of(code), client.headers);
  if (answers && !server.cut && server.code == 0xa0)
    return hint("server accepts packets up to {}", server.longest);
  return {};
}

constexpr auto homes = std::to_array<Home>({{.port = 650, .service = "obex"}});

constexpr Bytes connection = "\x80\0\x07\x10\0\x20\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a connection",
     .client = connection,
     .server = "\xa0\0\x0c\x10\0\x04\0\xcb\0\0\0\x01"_b},
    {.about = "a file put",
     .client = "\x82\0\x1a\x01\0\x0d\0"
               "a\0.\0t\0x\0\0\xc3\0\0\0\x02\x49\0\x05hi"_b,
     .server = "\xa0\0\x03"_b},
    {.about = "only the client was captured", .client = connection, .expect = Certainty::likely},
    {.about = "a length that is not the packet's",
     .client = "\x80\0\x08\x10\0\x20\0\0"_b,
     .expect = Certainty::none},
    {.about = "an echo", .client = connection, .server = connection, .expect = Certainty::none},
    {.about = "a header longer than its packet",
     .client = "\x82\0\x0b\x01\0\x0d\0"
               "a\0.\0"_b,
     .server = "\xa0\0\x03"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer obex;
constinit const Recognizer obex{
    .name = "obex",
    .title = "OBEX",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = connection, .about = "a connection, nothing is put or got"},
    .reference = "IrOBEX 1.5, sections 2 and 3",
    .opens = {.client = ByteSet::of("\x80\x81\x82\x83\x85\x87\x02\x03\xff"),
              .server = ByteSet::of("\x90") | ByteSet::range(0xa0, 0xe1)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
