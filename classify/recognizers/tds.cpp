// TDS: Microsoft SQL Server, Azure SQL and Sybase ASE.
//
// MS-TDS, section 2.2; TDS 5.0 Functional Specification. Packet: type, status, length (2, itself included),
// process (2), number, 0. The client opens with 12 (prelogin: options of token, offset, length, ended by ff, then
// their values), 10 (login of TDS 7) or 02 (login of 4.2 and 5.0, fixed fields); the server answers with 04:
// prelogin options, or tokens (AD login accepted, AA error, AB information, E3 change, FD done).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

enum Type : std::uint8_t {
  batch = 1,
  old_login = 2,
  call = 3,
  answer_type = 4,
  attention = 6,
  bulk = 7,
  federated = 8,
  transaction = 14,
  normal = 15,
  login = 16,
  sspi = 17,
  prelogin = 18,
};

struct Speech {
  std::string_view what;
  Bytes version;  // of the server, from its prelogin
};

struct Packet {
  std::uint8_t type = 0;
  std::uint8_t status = 0;
  Bytes data;
  bool whole = false;
};

bool take_packet(ByteReader& reader, Packet& packet) {
  packet.type = reader.u8();
  packet.status = reader.u8();
  const std::uint16_t length = reader.u16();
  reader.skip(3);
  reader.accept("\0"_b);
  if (!reader || length < 8 || length > 32767 || (packet.status & 0xe0) != 0) return false;
  packet.whole = length - 8u <= reader.remaining();
  packet.data = reader.take(std::min<std::size_t>(length - 8u, reader.remaining()));
  return true;
}

// Options in ascending places, the first of them the version, right behind the ff that ends the list.
bool is_prelogin(const Packet& packet, Bytes& version) {
  ByteReader reader{packet.data};
  unsigned options = 0;
  std::size_t first = 0;
  for (std::uint8_t token = reader.u8(); reader && token != 0xff; token = reader.u8()) {
    const std::uint16_t at = reader.u16();
    const std::uint16_t length = reader.u16();
    if (!reader) break;
    if (token > 8 || (options == 0 && (token != 0 || length != 6))) return false;
    if (packet.whole && at + 0u + length > packet.data.size()) return false;
    if (options++ == 0) first = at;
  }
  // Where the capture cut the list, its first offset still tells how long it is.
  if (!reader && !packet.whole) return options >= 2 && first > 5 && first < 64 && first % 5 == 1;
  if (!reader || options == 0 || first != options * 5 + 1) return false;
  version = reader.take(4);
  return reader || !packet.whole;
}

// Its length once more, low byte first, and the version.
bool is_login(const Packet& packet) {
  ByteReader reader{packet.data};
  const std::uint32_t length = reader.u32_le();
  const std::uint32_t version = reader.u32_le();
  const std::uint32_t size = reader.u32_le();
  constexpr auto versions =
      std::to_array<std::uint32_t>({0x07000000, 0x70000000, 0x71000000, 0x71000001, 0x72090002,
                                    0x730a0003, 0x730b0003, 0x74000004, 0x08000000});
  if (!reader || std::ranges::find(versions, version) == versions.end()) return false;
  return length >= 86 && length <= 0x10000 && size <= 0x10000 &&
         (!packet.whole || (packet.status & 1) == 0 || length == packet.data.size());
}

// Fields of fixed size, each text of 30 bytes and its length, then how the client writes numbers.
bool is_old_login(const Packet& packet) {
  ByteReader reader{packet.data};
  for (int field = 0; field < 4; ++field) {
    const Bytes text = reader.take(30);
    const std::uint8_t length = reader.u8();
    if (!reader || length > 30) return false;
    // The third holds the password, the fourth the process.
    if (field != 2 && !is_text(text.substr(0, length))) return false;
    if (field < 2 && !is_zero(text.substr(length))) return false;
  }
  // Integers of two and of four bytes: highest or lowest byte first; text: ASCII or EBCDIC.
  const std::uint8_t two = reader.u8();
  const std::uint8_t four = reader.u8();
  const std::uint8_t letters = reader.u8();
  return reader && (two == 2 || two == 3) && four <= 1 && (letters == 6 || letters == 7);
}

// Text of two bytes a letter, as statements are: US-ASCII to begin with.
bool is_wide_text(Bytes bytes) {
  if (bytes.size() < 12) return false;
  for (std::size_t n = 0; n + 1 < std::min<std::size_t>(bytes.size(), 24); n += 2)
    if (bytes[n + 1] != '\0' || !is_text(bytes.substr(n, 1)) || bytes[n] < 0) return false;
  return true;
}

// Since 7.2 headers come first: length of all, of this one (18), 2, transaction (8), requests (4).
bool skip_headers(ByteReader& reader) {
  return reader.accept_if("\x16\0\0\0\x12\0\0\0\2\0"_b) && reader.take(12).size() == 12;
}

unsigned bits_of_request(const Packet& packet, Speech& said) {
  ByteReader reader{packet.data};
  const bool headers = skip_headers(reader);
  switch (packet.type) {
    case prelogin:
      said.what = "prelogin";
      if (is_prelogin(packet, said.version)) return 60;
      // Inside it TLS shakes hands.
      return packet.data.starts_with("\x16\x03") && packet.whole ? 30 : 0;
    case login:
      said.what = "login of TDS 7";
      return is_login(packet) ? 60 : 0;
    case old_login:
      said.what = "login of TDS 4.2 or 5.0";
      return is_old_login(packet) ? 50 : 0;
    case batch:
      said.what = "batch";
      return is_wide_text(reader.rest()) ? (headers ? 60 : 30) : 0;
    case call:
    case transaction:
      said.what = "call";
      return headers ? 60 : packet.whole ? 8 : 0;
    case attention:
      said.what = "attention";
      return packet.data.empty() && packet.whole ? 30 : 0;
    case normal:
      said.what = "TDS 5.0 tokens";
      return packet.data.starts_with('\x21') && packet.whole ? 22 : 0;
    default:
      return 0;
  }
}

// Tokens that carry their length (2, low byte first), one after the other.
unsigned bits_of_tokens(const Packet& packet) {
  ByteReader reader{packet.data};
  unsigned bits = packet.whole ? 14 : 0;
  for (int tokens = 0; tokens < 8 && reader && !reader.at_end(); ++tokens) {
    const std::uint8_t token = reader.u8();
    const bool done = token >= 0xfd;
    const bool sized = token == 0xaa || token == 0xab || token == 0xad || token == 0xe3 ||
                       token == 0xe5 || token == 0xe2 || token == 0xa7 || token == 0xee ||
                       token == 0xac || token == 0xed;
    if (!done && !sized) return tokens == 0 ? (token == 0x81 ? bits : 0) : bits;
    if (done) {
      reader.skip(8);
      return reader ? bits + 10 : bits;
    }
    reader.skip(reader.u16_le());
    bits += reader ? 12 : 4;
  }
  return bits;
}

unsigned bits_of_answer(const Packet& packet, Speech& said) {
  const bool options = packet.data.starts_with('\0') && is_prelogin(packet, said.version);
  said.what = options ? "prelogin" : "tokens";
  if (packet.type == prelogin) return packet.data.starts_with("\x16\x03") && packet.whole ? 30 : 0;
  if (packet.type != answer_type) return 0;
  return options ? 60 : bits_of_tokens(packet);
}

template <typename BitsOf>
Fit read_packet(Bytes bytes, BitsOf bits_of) {
  ByteReader reader{bytes};
  Packet packet;
  if (!take_packet(reader, packet)) return Fit::alien;
  const unsigned bits = bits_of(packet);
  return bits == 0 ? Fit::alien : fit_of_bits(bits);
}

constexpr unsigned byte_of(Bytes bytes, std::size_t n) {
  return n < bytes.size() ? static_cast<unsigned char>(bytes[n]) : 0;
}

Match recognize_tds(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_packet(bytes,
                       [&](const Packet& packet) { return bits_of_request(packet, client); });
  });
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    return read_packet(bytes, [&](const Packet& packet) { return bits_of_answer(packet, server); });
  });
  const Certainty certainty = weigh(seen, asks, answers);
  const Bytes version = server.version;
  if (!version.empty())
    return answer(certainty, "server answers a prelogin with version {}.{}.{}", byte_of(version, 0),
                  byte_of(version, 1), byte_of(version, 2) * 256 + byte_of(version, 3));
  if (asks >= Fit::weak) return answer(certainty, "client sends a {}", client.what);
  return answer(certainty, "server sends {}", server.what);
}

constexpr auto homes = std::to_array<Home>({{.port = 1433, .service = "ms-sql-s"}});

constexpr Bytes question =
    "\x12\1\0\x2f\0\0\1\0\0\0\x1a\0\6\1\0\x20\0\1\2\0\x21\0\1\3\0\x22\0\4\4\0\x26\0\1\xff"
    "\x11\x09\0\1\0\0\0\0\x12\x34\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "prelogin",
     .client = question,
     .server = "\4\1\0\x2b\0\0\1\0\0\0\x1a\0\6\1\0\x20\0\1\2\0\x21\0\1\3\0\x22\0\0\4\0\x22\0\1\xff"
               "\x0f\0\x07\xd0\0\0\2\0\0"_b},
    {.about = "prelogin, the client alone", .client = question},
    {.about = "login of TDS 7.1, refused",
     .client = "\x10\1\0\x5e\0\0\1\0\x56\0\0\0\1\0\0\x71\0\x10\0\0"
               "12345678901234567890123456789012345678901234567890123456789012345678901234"_b,
     .server = "\4\1\0\x1b\0\x33\1\0\xaa\x03\0\x18\x48\0\xfd\2\0\0\0\0\0\0\0\0\0\0\0"_b},
    {.about = "batch within a session",
     .client =
         "\1\1\0\x2a\0\0\1\0\x16\0\0\0\x12\0\0\0\2\0\0\0\0\0\0\0\0\0\1\0\0\0s\0e\0l\0e\0c\0t\0"_b},
    {.about = "an offset beyond the packet",
     .client = "\x12\1\0\x14\0\0\1\0\0\0\x06\0\7\xff\x11\x09\0\1\0\0"_b,
     .expect = Certainty::none},
    {.about = "the header alone", .client = "\x12\1\0\x2f\0\0\1\0"_b, .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = question,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a window that is not zero",
     .client =
         "\1\1\0\x2a\0\0\1\1\x16\0\0\0\x12\0\0\0\2\0\0\0\0\0\0\0\0\0\1\0\0\0s\0e\0l\0e\0c\0t\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer tds;
constinit const Recognizer tds{
    .name = "tds",
    .title = "TDS (SQL Server)",
    .homes = homes,
    .hello = {.bytes = question, .about = "the server's version (prelogin)"},
    .reference = "MS-TDS, section 2.2",
    .opens = {.client = ByteSet::of("\x01\x02\x03\x06\x0e\x0f\x10\x12"),
              .server = ByteSet::of("\x04\x12")},
    .judge = recognize_tds,
    .examples = examples,
};

}  // namespace oddport::recognizers
