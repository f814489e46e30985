// RDP: Microsoft's remote desktop. [MS-RDPBCGR], sections 2.2.1.1 to 2.2.1.4; ISO 8073 and RFC 1006
// below it.
//
//   TPKT    03, 00, length (2)
//   client  length, e0 connection request, 0000, source (2), 00; "Cookie: mstshash=joe<CR LF>" or a
//           token "Cookie: msts=...", then 01, flags, 0008 (little-endian), protocols (4) that it
//           offers
//   server  length, d0 connection confirm, source (2), 1234, 00; 02, flags, 0008, protocol, or 03,
//           flags, 0008, failure
//
// Then TLS, or (protocol 0) T.125 in data units: 02, f0, 80, 7f 65 to connect, 64 and 68 to send.
// S7 and MMS open with the same request, but name their selectors in it.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t connection_request = 0xe0;
constexpr std::uint8_t connection_confirm = 0xd0;

// The unit's content, and the reader behind it. Empty where there is none, or it is cut.
Bytes read_tpkt(ByteReader& reader) {
  reader.accept("\x03\0"_b);
  const std::uint16_t length = reader.u16();
  if (length < 7) reader.fail();
  return reader.take(length - 4u);
}

struct Opening {
  bool sound = false;
  bool negotiates = false;
  bool fails = false;
  std::uint32_t protocols = 0;  // offered, chosen, or why it fails
  Bytes cookie;
  Bytes rest;  // of the stream
};

// RDP_NEG_REQ 1, RDP_NEG_RSP 2, RDP_NEG_FAILURE 3; the flag 08 says that a correlation of 36 bytes
// follows.
bool read_negotiation(ByteReader& reader, bool request, Opening& opening) {
  const std::uint8_t type = reader.u8();
  const std::uint8_t flags = reader.u8();
  const std::uint16_t length = reader.u16_le();
  opening.protocols = reader.u32_le();
  if (!reader || length != 8) return false;
  opening.negotiates = true;
  opening.fails = type == 3;
  if (!request) return reader.at_end() && (type == 2 || type == 3) && opening.protocols <= 16;
  if ((flags & 8) != 0) reader.skip(36);
  return reader && reader.at_end() && type == 1 && opening.protocols <= 31;
}

Opening read_opening(Bytes said, std::uint8_t code) {
  ByteReader stream{said};
  ByteReader reader{read_tpkt(stream)};
  const bool request = code == connection_request;
  const std::size_t length = reader.u8();
  if (!stream || length != reader.remaining() || reader.u8() != code) return {};
  const std::uint16_t destination = reader.u16();
  reader.skip(2);
  reader.accept("\0"_b);
  if (!reader || (request && destination != 0)) return {};
  Opening opening;
  opening.rest = stream.rest();
  if (request &&
      (reader.rest().starts_with("Cookie: ") || reader.rest().starts_with("mstshash="))) {
    opening.cookie = reader.until('\r', 200);
    reader.accept("\n");
    if (!reader || !is_text(opening.cookie)) return {};
  }
  opening.sound = reader.at_end() || read_negotiation(reader, request, opening);
  return opening;
}

// A data unit of ISO 8073 with T.125 in it: connect, or send.
bool opens_conference(Bytes stream) {
  ByteReader reader{stream};
  const Bytes unit = read_tpkt(reader);
  return unit.starts_with("\x02\xf0\x80\x7f\x65") || unit.starts_with("\x02\xf0\x80\x7f\x66");
}

// Units of T.125 that send (64, 68), one behind the other: user (2), channel (2), priority 70,
// length.
unsigned count_sends(Bytes stream, char kind) {
  ByteReader reader{stream};
  unsigned count = 0;
  while (!reader.at_end()) {
    ByteReader unit{read_tpkt(reader)};
    unit.accept("\x02\xf0\x80");
    const bool sends = unit.u8() == static_cast<unsigned char>(kind);
    unit.skip(4);
    if (unit.u8() != 0x70 || !sends) return 0;
    const std::uint8_t length = unit.u8();
    const unsigned size = length < 0x80 ? length : (length & 0x7fu) << 8 | unit.u8();
    if (!unit || unit.remaining() != size) break;
    ++count;
  }
  return count;
}

std::string_view name_of(std::uint32_t protocol) {
  switch (protocol) {
    case 0:
      return "its own security";
    case 1:
      return "TLS";
    case 2:
      return "CredSSP";
    case 4:
      return "RDSTLS";
    case 8:
      return "CredSSP with early authorization";
    default:
      return "a protocol of its own";
  }
}

Note describe(const Opening& client, const Opening& server) {
  const std::string_view with = client.cookie.empty() ? "" : " with ";
  const Printable cookie{client.cookie, 48};
  const std::string_view asks = client.sound ? "client asks to connect" : "";
  if (!server.sound) return Note::of("{}{}{}", asks, with, cookie);
  const std::string_view comma = client.sound ? ", " : "";
  if (server.fails) return Note::of("{}{}{}{}server refuses", asks, with, cookie, comma);
  return Note::of("{}{}{}{}server chooses {}", asks, with, cookie, comma,
                  name_of(server.negotiates ? server.protocols : 0));
}

bool is_telling(const Opening& opening) { return opening.negotiates || !opening.cookie.empty(); }

Match recognize_middle(const Exchange& seen) {
  if (seen.client_from_start || seen.server_from_start) return {};
  const unsigned units = count_sends(seen.client, '\x64') + count_sends(seen.server, '\x68');
  if (units < 2) return {};
  return likely("{} data units of T.125, joined in the middle", units);
}

Match recognize(const Exchange& seen) {
  const Opening client = read_opening(seen.client, connection_request);
  const Opening server = read_opening(seen.server, connection_confirm);
  if (!client.sound && !server.sound) return recognize_middle(seen);
  const bool odd_client = !client.sound && !seen.client.empty() && seen.client_from_start;
  const bool odd_server = !server.sound && !seen.server.empty() && seen.server_from_start;
  const bool telling = is_telling(client) || is_telling(server) || opens_conference(client.rest) ||
                       opens_conference(server.rest);
  Match match;
  match.says = describe(client, server);
  if (odd_client || odd_server)
    match.certainty = is_telling(client) ? Certainty::likely : Certainty::hint;
  else if (telling)
    match.certainty = Certainty::confirmed;
  else
    match.certainty = client.sound && server.sound ? Certainty::likely : Certainty::hint;
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 3389, .service = "ms-wbt-server"}});

constexpr Bytes request =
    "\x03\0\0\x2c\x27\xe0\0\0\0\0\0Cookie: mstshash=office\r\n\x01\0\x08\0\x0b\0\0\0"_b;
constexpr Bytes confirmation = "\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x1f\x08\0\x02\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a connection with a cookie", .client = request, .server = confirmation},
    {.about = "only the request was captured", .client = request},
    {.about = "only the confirmation was captured", .server = confirmation},
    {.about = "refused: CredSSP is wanted",
     .client = "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x01\0\0\0"_b,
     .server = "\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x03\0\x08\0\x05\0\0\0"_b},
    {.about = "an old client, and the conference that it opens",
     .client = "\x03\0\0\x0b\x06\xe0\0\0\0\0\0\x03\0\0\x0c\x02\xf0\x80\x7f\x65\x82\x01\xbe"_b,
     .server = "\x03\0\0\x0b\x06\xd0\0\0\x12\x34\0"_b},
    {.about = "a request without anything of RDP's",
     .client = "\x03\0\0\x0b\x06\xe0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "S7: the same request with selectors",
     .client = "\x03\0\0\x16\x11\xe0\0\0\0\x01\0\xc0\x01\x0a\xc1\x02\x01\0\xc2\x02\x01\x02"_b,
     .server = "\x03\0\0\x16\x11\xd0\0\x01\0\x06\0\xc0\x01\x0a\xc1\x02\x01\0\xc2\x02\x01\x02"_b,
     .expect = Certainty::none},
    {.about = "a length that does not fit",
     .client = "\x03\0\0\x13\x0d\xe0\0\0\0\0\0\x01\0\x08\0\x01\0\0\0"_b,
     .expect = Certainty::none},
});

constexpr Bytes question = "\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x0b\0\0\0"_b;

}  // namespace

extern const Recognizer rdp;
constinit const Recognizer rdp{
    .name = "rdp",
    .title = "RDP",
    .homes = homes,
    .hello = {.bytes = question, .about = "which security the server wants"},
    .reference = "[MS-RDPBCGR], sections 2.2.1.1 and 2.2.1.2",
    .opens = {.client = ByteSet::of("\x03"), .server = ByteSet::of("\x03")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
