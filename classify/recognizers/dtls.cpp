// DTLS: TLS in datagrams. RFC 6347, section 4 (1.2, and 4347 for 1.0); RFC 9147, section 4 (1.3).
//
//   record     type (1): 20 to 24 as in TLS; version feff (1.0) or fefd (1.2), epoch (2),
//              sequence (6), length (2)
//   handshake  type (1): 1 client hello, 2 server hello, 3 verify request; length (3), number (2),
//              offset (3), length of the fragment (3), then as in TLS, a client hello with a
//              cookie behind its session
//
// Cisco's AnyConnect writes version 0100. Records of 1.3 in cipher have no version, and are too
// little to tell.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/tls_hello.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t handshake = 22;
constexpr std::uint8_t application_data = 23;
constexpr std::uint16_t dtls_10 = 0xfeff;
constexpr std::uint16_t old_cisco = 0x0100;

std::string_view name_of(std::uint16_t version) {
  switch (version) {
    case dtls_10:
      return "DTLS 1.0";
    case 0xfefd:
      return "DTLS 1.2";
    case 0xfefc:
      return "DTLS 1.3";
    case old_cisco:
      return "DTLS of OpenSSL 0.9.8";
    default:
      return "DTLS";
  }
}

struct Record {
  std::uint8_t type = 0;
  std::uint16_t version = 0;
  std::uint16_t epoch = 0;
  std::uint64_t sequence = 0;
  bool whole = false;
  Bytes fragment;
};

bool read_record(ByteReader& reader, Record& record) {
  record.type = reader.u8();
  record.version = reader.u16();
  record.epoch = reader.u16();
  record.sequence = static_cast<std::uint64_t>(reader.u16()) << 32 | reader.u32();
  const std::size_t length = reader.u16();
  if (!reader || record.type < 20 || record.type > 24) return false;
  if (!is_tls_version(record.version, TlsCarrier::datagram) || record.version == 0xfefc)
    return false;
  if (length == 0 || length > 16384 + 2048 || record.sequence >= std::uint64_t{1} << 40)
    return false;
  record.whole = reader.remaining() >= length;
  record.fragment = reader.take(std::min(length, reader.remaining()));
  return true;
}

// One side's first datagram.
struct Parsed {
  bool sound = false;
  bool exact = false;  // records lead to the end of the datagram
  unsigned records = 0;
  Record first;
  std::uint8_t message = 0;  // of the handshake: 1, 2, 3; 0 where it is none in the clear
  std::uint16_t version = 0;
  TlsClientHello hello;
};

bool read_handshake(const Record& record, Parsed& parsed) {
  ByteReader reader{record.fragment};
  const std::uint8_t type = reader.u8();
  const std::uint32_t length = reader.u24();
  const std::uint16_t number = reader.u16();
  const std::uint32_t offset = reader.u24();
  const std::uint32_t part = reader.u24();
  if (!reader || offset + part > length || length > 0x10000 || number > 64) return false;
  if (record.whole && part > reader.remaining()) return false;
  const bool known =
      type <= 4 || (type >= 11 && type <= 16) || type == 20 || type == 22 || type == 24;
  if (!known) return false;
  parsed.message = type;
  const bool entire = record.whole && offset == 0 && part == length;
  if (type == 1 && offset == 0) {
    const ByteReader body = reader.sub(std::min<std::size_t>(part, reader.remaining()));
    parsed.hello = read_tls_client_hello(body, entire, TlsCarrier::datagram);
    parsed.version = parsed.hello.version;
    return parsed.hello.reach != TlsClientHello::Reach::nowhere;
  }
  // A server's hello states its version, and so does the request to verify.
  if ((type == 2 || type == 3) && offset == 0) {
    parsed.version = reader.u16();
    return reader && is_tls_version(parsed.version, TlsCarrier::datagram);
  }
  return true;
}

Parsed parse(const Message& message) {
  Parsed parsed;
  ByteReader reader{message.bytes};
  while (!reader.at_end()) {
    Record record;
    if (!read_record(reader, record)) return parsed.records > 0 && !reader ? parsed : Parsed{};
    if (parsed.records > 0 && record.version != parsed.first.version) return {};
    if (parsed.records++ == 0) {
      parsed.first = record;
      parsed.version = record.version;
      if (record.type == handshake && record.epoch == 0 && !read_handshake(record, parsed))
        return {};
    }
    parsed.exact = record.whole && reader.at_end();
  }
  const bool fits = message.is_whole() ? parsed.exact : parsed.records > 0;
  const bool keyed = parsed.first.type != application_data || parsed.first.epoch > 0;
  parsed.sound = fits && keyed && parsed.first.epoch <= 64;
  return parsed;
}

bool is_telling(const Parsed& parsed) {
  return parsed.message != 0 || parsed.records >= 2 || parsed.exact;
}

Note describe(const Parsed& client, const Parsed& server) {
  const Printable name{client.hello.server_name, 40};
  const bool asks = client.message == 1;
  const std::string_view sni = client.hello.server_name.empty() ? "" : " (SNI)";
  const std::string_view hello =
      client.hello.server_name.empty() ? "client says hello" : "client asks for ";
  if (asks && server.message == 2)
    return Note::of("{}{}{}, server chooses {}", hello, name, sni, name_of(server.version));
  if (asks && server.message == 3)
    return Note::of("{}{}{}, up to {}, server asks for a cookie", hello, name, sni,
                    name_of(client.version));
  if (asks) return Note::of("{}{}{}, up to {}", hello, name, sni, name_of(client.version));
  const Parsed& shown = client.sound ? client : server;
  if (shown.message != 0) return Note::of("a message of the handshake, {}", name_of(shown.version));
  return Note::of("{} records of {} in one datagram", shown.records, name_of(shown.version));
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.nth(Side::client, 0));
  const Parsed server = parse(seen.nth(Side::server, 0));
  if (!client.sound && !server.sound) return {};
  const bool client_odd = !client.sound && !seen.client.empty();
  const bool server_odd = !server.sound && !seen.server.empty();
  const bool telling = is_telling(client.sound ? client : server);
  Match match;
  match.certainty =
      telling && !client_odd && !server_odd ? Certainty::confirmed : Certainty::likely;
  match.says = describe(client, server);
  const Ja4 fingerprint = Ja4::of(client.hello, TlsCarrier::datagram);
  if (!fingerprint.empty()) match.detail = Note::of("JA4 {}", fingerprint.text());
  if (!client.hello.application.empty())
    match.inside = Note::of("{} (ALPN)", Printable{client.hello.application, 24});
  if (std::max(client.version, server.version) == old_cisco) match.era = Era::obsolete;
  return match;
}

// What IANA names for DTLS around something else.
constexpr auto homes = std::to_array<Home>({
    {.port = 802, .transport = Transport::udp, .service = "mbap-s", .era = Era::niche},
    {.port = 853, .transport = Transport::udp, .service = "domain-s", .era = Era::niche},
    {.port = 2083, .transport = Transport::udp, .service = "radsec"},
    {.port = 5061, .transport = Transport::udp, .service = "sips"},
    {.port = 5349, .transport = Transport::udp, .service = "stuns"},
    {.port = 5684, .transport = Transport::udp, .service = "coaps"},
    {.port = 6514, .transport = Transport::udp, .service = "syslog-tls"},
    {.port = 10161, .transport = Transport::udp, .service = "snmpdtls"},
    {.port = 10162, .transport = Transport::udp, .service = "snmpdtls-trap"},
});

constexpr Bytes client_hello =
    "\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x50\x01\0\0\x44\0\0\0\0\0\0\0\x44\xfe\xfdthirty-two octets, "
    "client "
    "random\0\0\0\x04\xc0\x2b\0\x2f\x01\0\0\x16\0\0\0\x12\0\x10\0\0\x0d"
    "coap.lab.test"_b;
constexpr Bytes verify_request =
    "\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x17\x03\0\0\x0b\0\0\0\0\0\0\0\x0b\xfe\xff\x08"
    "a cookie"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a hello, and the request to verify",
     .client = client_hello,
     .server = verify_request},
    {.about = "the hello alone", .client = client_hello},
    {.about = "data, joined after the handshake",
     .client = "\x17\xfe\xfd\0\x01\0\0\0\0\0\x07\0\x0csealed bytes"_b},
    {.about = "another protocol answers",
     .client = client_hello,
     .server = "what?",
     .expect = Certainty::likely},
    {.about = "data before there are keys",
     .client = "\x17\xfe\xfd\0\0\0\0\0\0\0\x07\0\x0csealed bytes"_b,
     .expect = Certainty::none},
    {.about = "a length beyond the end",
     .client = "\x17\xfe\xfd\0\x01\0\0\0\0\0\x07\0\x0dsealed bytes"_b,
     .expect = Certainty::none},
    {.about = "a fragment beyond its message",
     .client = "\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x17\x03\0\0\x0b\0\0\0\0\x01\0\0\x0b\xfe\xff\x08"
               "a cookie"_b,
     .expect = Certainty::none},
    {.about = "TLS", .client = "\x16\x03\x03\0\x04\x0e\0\0\0"_b, .expect = Certainty::none},
});

// No name, no session.
constexpr Bytes question =
    "\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x38\x01\0\0\x2c\0\0\0\0\0\0\0\x2c\xfe\xfd"
    "a harmless question from oddport\0\0\0\x04\xc0\x2b\0\x2f\x01\0"_b;

}  // namespace

extern const Recognizer dtls;
constinit const Recognizer dtls{
    .name = "dtls",
    .title = "DTLS",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = question, .about = "a hello that is not followed up"},
    .reference = "RFC 6347, section 4; RFC 9147, section 4",
    .opens = {.client = ByteSet::range(20, 24), .server = ByteSet::range(20, 24)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
