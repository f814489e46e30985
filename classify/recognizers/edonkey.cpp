// eDonkey, eMule and the table Kademlia: file sharing with and without servers.
//
// The eMule Protocol Specification (Kulbak, Bickson, 2005); aMule's sources name the numbers. All numbers have their low byte
// first. TCP: e3 (eDonkey), c5 (eMule) or d4 (compressed), length (4, the opcode included), opcode, body. UDP: the same
// without length; e4 and e5 (compressed) are Kademlia, whose version 2 messages have fixed forms.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t edonkey_mark = 0xe3;
constexpr std::uint8_t emule_mark = 0xc5;

bool is_opcode(std::uint8_t mark, std::uint8_t opcode) {
  if (mark == emule_mark) return opcode <= 0x02 || (opcode >= 0x40 && opcode <= 0xaa);
  if (opcode == 0x01 || (opcode >= 0x14 && opcode <= 0x26)) return true;
  return (opcode >= 0x32 && opcode <= 0x44) || (opcode >= 0x46 && opcode <= 0x66);
}

// Tags: kind (the highest bit set where the name is one byte), name, value.
bool is_tag_count(std::uint32_t count) { return count <= 64; }

// What a hello says besides its opcode: in one between clients the hash's length, hash, id, port, tags.
bool is_hello(ByteReader body) {
  if (body.rest().starts_with('\x10')) {
    ByteReader peer{body.rest()};
    peer.skip(1 + 16 + 4);
    const std::uint16_t port = peer.u16_le();
    if (port != 0 && is_tag_count(peer.u32_le()) && peer) return true;
  }
  body.skip(16 + 4);
  body.skip(2);
  return is_tag_count(body.u32_le()) && body;
}

struct Speech {
  std::uint8_t mark = 0;
  std::uint8_t opcode = 0;
};

// Packets up to the end, the last one perhaps cut.
Fit read_packets(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  unsigned bits = 0;
  while (reader.remaining() >= 6) {
    const std::uint8_t mark = reader.u8();
    const std::uint32_t length = reader.u32_le();
    const bool whole = length <= reader.remaining();
    ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
    const std::uint8_t opcode = body.u8();
    if (mark != edonkey_mark && mark != emule_mark && mark != 0xd4) return Fit::alien;
    if (length == 0 || length > 0x200000 || (mark != 0xd4 && !is_opcode(mark, opcode)))
      return Fit::alien;
    if (bits == 0) said = {mark, opcode};
    const bool hello = opcode == 1 && mark == edonkey_mark;
    if (hello && whole && !is_hello(body)) return Fit::alien;
    if (mark == 0xd4 && body.remaining() > 0 && !body.rest().starts_with('\x78')) return Fit::alien;
    bits += whole ? (length > 2 || bits > 0 ? 30 : 20) + (hello ? 10 : 0) : 12;
  }
  return bits == 0 ? Fit::alien : fit_of_bits(bits);
}

struct Form {
  std::uint8_t opcode = 0;
  std::uint8_t size = 0;  // with mark and opcode
  std::uint8_t each = 0;  // size of what is counted in the last of these bytes
};

// Messages of Kademlia version 2.
constexpr auto forms = std::to_array<Form>({
    {0x01, 2, 0},    // bootstrap
    {0x21, 35, 0},   // question: how many, target, receiver
    {0x29, 19, 25},  // answer: target, contacts
    {0x60, 2, 0},    // ping
    {0x61, 4, 0},    // pong: port
    {0x22, 18, 0},   // hello's acknowledgment, with tags
});

Fit read_kademlia(const Message& message) {
  ByteReader reader{message.bytes};
  reader.skip(1);
  const std::uint8_t opcode = reader.u8();
  const std::size_t size = message.wire_length;
  for (const Form& form : forms) {
    if (form.opcode != opcode) continue;
    if (form.each == 0) {
      if (size != form.size) break;
      return size > 18 ? Fit::fits : size > 4 ? Fit::weak : Fit::open;
    }
    const std::uint8_t count = ByteReader{message.bytes.substr(std::min<std::size_t>(
                                              form.size - 1u, message.bytes.size()))}
                                   .u8();
    return size == form.size + std::size_t{form.each} * count ? Fit::fits : Fit::alien;
  }
  if (opcode == 0x11 || opcode == 0x19) {  // hello and its answer: id, port, version, tags
    reader.skip(16 + 2);
    const std::uint8_t version = reader.u8();
    const std::uint8_t tags = reader.u8();
    return reader && version >= 1 && version < 16 && tags < 8 ? Fit::fits : Fit::alien;
  }
  constexpr auto others = std::to_array<std::uint8_t>(
      {0x09, 0x33, 0x34, 0x35, 0x3b, 0x43, 0x44, 0x45, 0x4b, 0x50, 0x51, 0x52,
       0x53, 0x58, 0x59, 0x00, 0x08, 0x10, 0x18, 0x20, 0x28, 0x30, 0x38, 0x40});
  return std::ranges::find(others, opcode) != others.end() && size > 18 ? Fit::open : Fit::alien;
}

// Questions to servers and between clients.
Fit read_edonkey(const Message& message) {
  const std::size_t size = message.wire_length;
  const std::uint8_t mark = ByteReader{message.bytes}.u8();
  const std::uint8_t opcode = ByteReader{message.bytes.substr(1)}.u8();
  if (mark == emule_mark) {
    if (opcode == 0x92 || opcode == 0x93) return size == 2 ? Fit::open : Fit::alien;
    if (opcode == 0x91) return size >= 4 && size < 64 ? Fit::open : Fit::alien;
    return opcode == 0x90 && size >= 18 && size < 64 ? Fit::weak : Fit::alien;
  }
  switch (opcode) {
    case 0x96:  // status asked
      return size == 6 ? Fit::weak : Fit::alien;
    case 0x97:  // status
      return size >= 14 && size <= 46 && size % 2 == 0 ? Fit::weak : Fit::alien;
    case 0x9a:  // sources asked for hashes
      return size > 2 && (size - 2) % 16 == 0 ? Fit::weak : Fit::alien;
    case 0x94:  // hashes with sizes
      return size > 2 && ((size - 2) % 20 == 0 || (size - 2) % 28 == 0) ? Fit::weak : Fit::alien;
    case 0x98:
    case 0x92:
    case 0x99:
    case 0x9b:
    case 0xa2:
    case 0xa3:
      return Fit::open;
    default:
      return Fit::alien;
  }
}

Fit read_datagram(const Message& message, Speech& said) {
  ByteReader reader{message.bytes};
  const Speech now{reader.u8(), reader.u8()};
  if (!reader) return Fit::alien;
  Fit fit = Fit::alien;
  if (now.mark == 0xe4) fit = read_kademlia(message);
  if (now.mark == 0xe5) fit = reader.accept("\x78") ? Fit::weak : Fit::alien;
  if (now.mark == edonkey_mark || now.mark == emule_mark) fit = read_edonkey(message);
  if (fit != Fit::alien) said = now;
  return fit;
}

std::string_view title_of(std::uint8_t mark) {
  if (mark == 0xe4 || mark == 0xe5) return "Kademlia";
  return mark == edonkey_mark ? "eDonkey" : "eMule";
}

Match recognize_edonkey(const Exchange& seen) {
  Speech client;
  Speech server;
  Certainty certainty = Certainty::none;
  if (seen.transport == Transport::tcp) {
    certainty = weigh(
        seen,
        judge_stream(seen, Side::client, [&](Bytes bytes) { return read_packets(bytes, client); }),
        judge_stream(seen, Side::server, [&](Bytes bytes) { return read_packets(bytes, server); }));
  } else {
    certainty =
        weigh(seen,
              judge_most_datagrams(seen, Side::client,
                                   [&](const Message& m) { return read_datagram(m, client); }),
              judge_most_datagrams(seen, Side::server,
                                   [&](const Message& m) { return read_datagram(m, server); }));
  }
  const Speech& shown = client.mark != 0 ? client : server;
  return answer(certainty, "messages of {}, operation {:#04x}", title_of(shown.mark), shown.opcode);
}

constexpr Bytes hello =
    "\xe3\x26\0\0\0\1\x10"
    "0123456789abcdef\xc0\0\2\1\x36\x12\1\0\0\0\x82\1\1\x61\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a hello between clients", .client = hello, .transport = Transport::tcp},
    {.about = "a login, and the server's message",
     .client = "\xe3\x1b\0\0\0\1"
               "0123456789abcdef\0\0\0\0\x36\x12\0\0\0\0"_b,
     .server = "\xe3\7\0\0\0\x38\4\0news"_b,
     .transport = Transport::tcp},
    {.about = "Kademlia asks and is answered",
     .client = "\xe4\x21\x0b"
               "0123456789abcdef0123456789abcdef"_b,
     .server = "\xe4\x29"
               "0123456789abcdef\1aaaaaaaaaaaaaaaaiiiittuuv"_b,
     .transport = Transport::udp},
    {.about = "Kademlia's question alone",
     .client = "\xe4\x21\x0b"
               "0123456789abcdef0123456789abcdef"_b,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "a length that does not fit",
     .client = "\xe3\x07\0\0\0\x38\4\0news and more bytes"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "two bytes",
     .client = "\xe4\x60"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an answer whose contacts do not fill it",
     .client = "\xe4\x29"
               "0123456789abcdef\2aaaaaaaaaaaaaaaaiiiittuuv"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer edonkey;
constinit const Recognizer edonkey{
    .name = "edonkey",
    .title = "eDonkey/eMule",
    .transports = Transports::both,
    .era = Era::niche,
    .hello = {.about = "nothing: peers want to be logged in to"},
    .reference = "The eMule Protocol Specification (2005)",
    .opens = {.client = ByteSet::of("\xe3\xc5\xd4\xe4\xe5"),
              .server = ByteSet::of("\xe3\xc5\xd4\xe4\xe5")},
    .judge = recognize_edonkey,
    .examples = examples,
};

}  // namespace oddport::recognizers
