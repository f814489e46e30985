// OpenPGP messages and keys as such, not inside HTTP or mail.
//
// RFC 9580. Armored: "-----BEGIN PGP PUBLIC KEY BLOCK-----", header lines, an empty line, base 64.
// Binary: packets of a tag (bit 80 set; old form: bits 3c and the size of the length, new form: bit
// 40 and 3f) and a length. A key (tag 5, 6, 7, 14) has version 3, 4 or 6, the time of its making
// (4), algorithm and numbers of a length in bits (2); a name (tag 13) is text; a signature (2) has
// version 3, 4, 5 or 6.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto kinds = std::to_array<Bytes>({"PUBLIC KEY BLOCK", "PRIVATE KEY BLOCK", "MESSAGE",
                                             "SIGNED MESSAGE", "SIGNATURE", "ARMORED FILE"});

bool is_base64(Bytes line) {
  return line.size() >= 4 && std::ranges::all_of(line, [](char c) {
           const auto u = static_cast<unsigned char>(c);
           return is_letter(u) || is_digit(u) || c == '+' || c == '/' || c == '=';
         });
}

// What is armored; empty where nothing is.
Bytes read_armor(Bytes said) {
  LineReader lines{said};
  const Line start = lines.next();
  ByteReader reader{start.text};
  reader.accept("-----BEGIN PGP ");
  const Bytes rest = reader.rest();
  const std::size_t end = rest.find("-----");
  if (!reader || end == Bytes::npos || !start.ended) return {};
  const Bytes kind = rest.substr(0, end);
  if (std::ranges::find(kinds, kind) == kinds.end()) return {};
  for (int n = 0; n < 12 && !lines.at_end(); ++n) {
    const Line line = lines.next();
    if (line.text.empty()) break;
    const bool header = line.text.find(": ") != Bytes::npos || !line.ended;
    if (!header && !is_base64(line.text)) return {};
  }
  return kind;
}

struct Packet {
  std::uint8_t tag = 0;
  std::size_t length = 0;
};

Packet read_packet(ByteReader& reader) {
  const std::uint8_t first = reader.u8();
  if ((first & 0x80) == 0) reader.fail();
  if ((first & 0x40) == 0) {
    const unsigned size = first & 3u;
    const std::size_t length = size == 0 ? reader.u8() : size == 1 ? reader.u16() : reader.u32();
    if (size == 3) reader.fail();
    return {.tag = static_cast<std::uint8_t>(first >> 2 & 15), .length = length};
  }
  std::size_t length = reader.u8();
  if (length >= 192 && length < 224)
    length = (length - 192) * 256 + reader.u8() + 192;
  else if (length == 255)
    length = reader.u32();
  else if (length >= 224)
    reader.fail();
  return {.tag = static_cast<std::uint8_t>(first & 0x3f), .length = length};
}

// RSA, Elgamal and DSA have numbers of a length in bits, the highest of which is set; what follows
// is not looked at.
bool is_number(ByteReader& reader) {
  const std::uint16_t bits = reader.u16();
  if (bits < 1 || bits > 16384) return false;
  const Bytes number = reader.take((bits + 7u) / 8u);
  if (!reader) return false;
  const auto top = static_cast<unsigned char>(number[0]);
  return top >> ((bits - 1) % 8) == 1;
}

bool is_key(ByteReader body) {
  const std::uint8_t version = body.u8();
  const std::uint32_t made = body.u32();
  if (version == 3) body.skip(2);
  const std::uint8_t algorithm = body.u8();
  if (version == 6) body.skip(4);
  // Since 1991, when there was no PGP yet.
  if (!body || (version != 3 && version != 4 && version != 6) || made < 0x27000000) return false;
  switch (algorithm) {
    case 1:
    case 2:
    case 3:
    case 16:
    case 17:
      return is_number(body) && is_number(body);
    case 18:
    case 19:
    case 22: {
      const std::uint8_t size = body.u8();
      return body.take(size).starts_with('\x2b') || size == 5 || size == 8 || size == 9 ||
             size == 10;
    }
    default:
      return algorithm >= 25 && algorithm <= 28 && version >= 4;
  }
}

// A key, and behind it a name or a signature that fits.
bool is_key_block(Bytes said) {
  ByteReader reader{said};
  const Packet key = read_packet(reader);
  if (!reader || (key.tag != 6 && key.tag != 5) || key.length > reader.remaining()) return false;
  if (!is_key(reader.sub(key.length))) return false;
  const Packet next = read_packet(reader);
  if (!reader || next.length == 0) return false;
  if (next.tag == 13) return next.length < 400 && is_text(reader.rest().substr(0, next.length));
  const std::uint8_t version = reader.u8();
  return next.tag == 2 && version >= 3 && version <= 6;
}

Match recognize(const Exchange& seen) {
  for (const Side side : {Side::client, Side::server}) {
    const Bytes said = seen.said(side);
    const std::string_view who = side == Side::client ? "client" : "server";
    const Bytes armored = read_armor(said);
    const Certainty certainty =
        seen.said(other(side)).empty() ? Certainty::confirmed : Certainty::likely;
    if (!armored.empty())
      return {.certainty = certainty,
              .says = Note::of("{} sends an armored {}", who, armored),
              .inside = {}};
    if (is_key_block(said))
      return {.certainty = certainty, .says = Note::of("{} sends a key", who), .inside = {}};
  }
  return {};
}

constexpr Example examples[] = {
    {.about = "an armored key",
     .client = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: GnuPG v1\n\nmQENBFJQ3pkBCADAfP\n"},
    {.about = "a key and a name",
     .server =
         "\x99\0\x11\x04\x52\x50\xde\x99\x01\0\x20\xc0\x7c\xfd\x01\0\x11\x01\0\x01\xb4\x0fJ Doe <j@e.org>"_b},
    {.about = "an armored key as an answer",
     .client = "0x1234\r\n",
     .server = "-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nmQENBFJQ3pkBCADAfP\r\n",
     .expect = Certainty::likely},
    {.about = "another armor",
     .server = "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG\n",
     .expect = Certainty::none},
    {.about = "a key whose number is too short",
     .server =
         "\x99\0\x11\x04\x52\x50\xde\x99\x01\0\x1f\xc0\x7c\xfd\x01\0\x11\x01\0\x01\xb4\x0fJ Doe <j@e.org>"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer pgp;
constinit const Recognizer pgp{
    .name = "pgp",
    .title = "OpenPGP",
    .hello = {.about = "nothing: it is a format, not a service"},
    .reference = "RFC 9580",
    .opens = {.client = ByteSet::of("-\x94\x95\x96\x98\x99\x9a\xc5\xc6"),
              .server = ByteSet::of("-\x94\x95\x96\x98\x99\x9a\xc5\xc6")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
