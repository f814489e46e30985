// TLS and SSL: RFC 8446, sections 4.1 and 5.1; RFC 5246, 6101 (SSL 3), 6066 (server name), 7301
// (ALPN).
//
//   record        type (1), version (2), length (2): 16 handshake, 15 alert, 17 data, 14 change of
//   cipher ClientHello   01, length (3), version (2), random (32), session id, cipher suites,
//   compression methods, extensions ServerHello   02, length (3), version (2), random (32), session
//   id, cipher suite (2), compression (1), extensions
//
// SSL 2 had its own hello, and early TLS clients still sent it: length with its top bit set (2),
// 01, version (2), ... What travels inside cannot be seen; the application named in ALPN is a hint.
#include <algorithm>
#include <array>
#include <optional>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/asn1_element.h"
#include "classify/recognizers/tls_hello.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t ssl2 = 0x0002;
constexpr std::uint16_t ssl3 = 0x0300;
constexpr std::uint16_t tls13 = 0x0304;

enum class Record : std::uint8_t {
  change_cipher = 20,
  alert = 21,
  handshake = 22,
  data = 23,
  heartbeat = 24
};

std::string_view name_of(std::uint16_t version) {
  switch (version) {
    case ssl2:
      return "SSL 2";
    case ssl3:
      return "SSL 3";
    case 0x0301:
      return "TLS 1.0";
    case 0x0302:
      return "TLS 1.1";
    case 0x0303:
      return "TLS 1.2";
    case tls13:
      return "TLS 1.3";
    default:
      return "TLS";
  }
}

bool is_version(std::uint16_t version) { return is_tls_version(version, TlsCarrier::stream); }

struct Hello {
  Certainty certainty = Certainty::none;
  std::uint16_t version = 0;  // the highest that is offered, or the one that was chosen
  Bytes server_name = {};
  Bytes application = {};
  Ja4 fingerprint = {};
  explicit operator bool() const { return certainty != Certainty::none; }
};

// A handshake message inside the first record; its length must fit the record's.
struct Opening {
  bool sound = false;
  bool whole = false;   // captured to its end
  ByteReader body{{}};  // the message without its header, up to what was captured
};

Opening open_handshake(Bytes said, std::uint8_t type, bool alone) {
  ByteReader reader{said};
  Opening opening;
  const bool handshake = reader.u8() == static_cast<std::uint8_t>(Record::handshake);
  const bool versioned = is_version(reader.u16());
  const std::uint16_t record = reader.u16();
  const bool typed = reader.u8() == type;
  const std::uint32_t length = reader.u24();
  if (!reader || !handshake || !versioned || !typed) return opening;
  // A server may put more messages into the record; a client has only the one, though it may need
  // several records.
  const bool spans = length + 4 > record;
  if (record > 16384 || length < 38 || length > 0x10000) return opening;
  if (spans ? record < 512 : alone && length + 4 != record) return opening;
  opening.sound = true;
  opening.whole = !spans && reader.remaining() >= length;
  opening.body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  return opening;
}

void take_extensions(Hello& hello, ByteReader& body, bool whole) {
  if (whole && body.at_end()) return;
  const std::uint16_t length = body.u16();
  if (whole && length != body.remaining()) hello.certainty = Certainty::none;
  const TlsExtensions found = read_tls_extensions(
      body.sub(std::min<std::size_t>(length, body.remaining())), whole, TlsCarrier::stream);
  if (!found.sound) hello.certainty = Certainty::none;
  hello.server_name = found.server_name;
  hello.application = found.application;
  hello.version = std::max(hello.version, found.version);
}

Certainty certainty_of(TlsClientHello::Reach reach) {
  switch (reach) {
    case TlsClientHello::Reach::nowhere:
      return Certainty::none;
    case TlsClientHello::Reach::random:
      return Certainty::hint;
    case TlsClientHello::Reach::suites:
      return Certainty::likely;
    default:
      return Certainty::confirmed;
  }
}

Hello read_client_hello(Bytes said) {
  const Opening opening = open_handshake(said, 1, true);
  if (!opening.sound) return {};
  const TlsClientHello read =
      read_tls_client_hello(opening.body, opening.whole, TlsCarrier::stream);
  return {.certainty = certainty_of(read.reach),
          .version = read.version,
          .server_name = read.server_name,
          .application = read.application,
          .fingerprint = Ja4::of(read, TlsCarrier::stream)};
}

Hello read_server_hello(Bytes said) {
  Opening opening = open_handshake(said, 2, false);
  ByteReader& body = opening.body;
  if (!opening.sound) return {};
  Hello hello;
  hello.version = body.u16();
  body.skip(32);
  const std::uint8_t session = body.u8();
  body.skip(session);
  body.skip(2);
  const std::uint8_t compression = body.u8();
  if (!is_version(hello.version) || session > 32 || compression > 1) return {};
  if (!body)
    return opening.whole ? Hello{} : Hello{.certainty = Certainty::hint, .version = hello.version};
  hello.certainty = Certainty::confirmed;
  take_extensions(hello, body, opening.whole);
  return hello;
}

// The text of a name of X.501 that tells most: the common name, else the organization. RFC 5280, section 4.1.2.4.
Bytes read_distinguished_name(Bytes name) {
  constexpr Bytes common_name = "\x55\x04\x03";
  constexpr Bytes organization = "\x55\x04\x0a";
  Bytes second_best;
  ByteReader reader{name};
  while (reader && !reader.at_end()) {
    ByteReader set{read_asn1(reader, 0x31)};
    ByteReader attribute{read_asn1(set, 0x30)};
    const Bytes type = read_asn1(attribute, 0x06);
    const Bytes value = read_asn1(attribute).content;
    if (type == common_name) return value;
    if (type == organization) second_best = value;
  }
  return second_best;
}

struct Certificate {
  Bytes subject;
  Bytes issuer;
  bool own = false;  // issued by its subject
};

// RFC 5280, section 4.1: version, serial number, algorithm, issuer, validity, subject, ...
Certificate read_certificate(Bytes der) {
  ByteReader outer{der};
  ByteReader certificate{read_asn1(outer).content};
  ByteReader fields{read_asn1(certificate).content};
  if (fields.rest().starts_with('\xa0')) read_asn1(fields, 0xa0);
  read_asn1(fields, 0x02);
  read_asn1(fields, 0x30);
  const Bytes issuer = read_asn1(fields, 0x30);
  read_asn1(fields, 0x30);
  const Bytes subject = read_asn1(fields, 0x30);
  if (!fields) return {};
  return {.subject = read_distinguished_name(subject),
          .issuer = read_distinguished_name(issuer),
          .own = subject == issuer};
}

// The first certificate that a server shows in the clear, in the record of its hello or one of the next: RFC 5246, section
// 7.4.2.
Certificate find_certificate(Bytes said) {
  ByteReader records{said};
  for (int n = 0; n < 4 && !records.at_end(); ++n) {
    records.accept("\x16");
    records.skip(2);
    const std::size_t length = records.u16();
    if (!records) break;
    ByteReader messages = records.sub(std::min(length, records.remaining()));
    while (messages.remaining() > 10) {
      const std::uint8_t type = messages.u8();
      const std::size_t size = messages.u24();
      ByteReader body = messages.sub(std::min(size, messages.remaining()));
      if (type != 11) continue;
      body.skip(6);
      return read_certificate(body.rest());
    }
  }
  return {};
}

// The three variable parts must add up to the length in front: draft-hickman-netscape-ssl-00; RFC
// 5246, appendix E.2.
Hello read_ssl2_client_hello(Bytes said) {
  ByteReader reader{said};
  const std::uint16_t header = reader.u16();
  const std::uint8_t type = reader.u8();
  const std::uint16_t version = reader.u16();
  const std::uint32_t ciphers = reader.u16();
  const std::uint32_t session = reader.u16();
  const std::uint32_t challenge = reader.u16();
  const std::uint32_t length = header & 0x7fffu;
  if (!reader || header < 0x8000 || type != 1) return {};
  if (version != ssl2 && (!is_version(version) || version == tls13)) return {};
  if (ciphers == 0 || ciphers % 3 != 0 || (session != 0 && session != 16)) return {};
  if (challenge < 16 || challenge > 32 || length != 9 + ciphers + session + challenge) return {};
  reader.skip(length - 9);
  return {.certainty = reader ? Certainty::confirmed : Certainty::likely, .version = version};
}

Hello read_ssl2_server_hello(Bytes said) {
  ByteReader reader{said};
  const std::uint16_t header = reader.u16();
  const std::uint8_t type = reader.u8();
  const std::uint8_t session_hit = reader.u8();
  const std::uint8_t certificate_type = reader.u8();
  const std::uint16_t version = reader.u16();
  const std::uint32_t certificate = reader.u16();
  const std::uint32_t ciphers = reader.u16();
  const std::uint32_t connection = reader.u16();
  const std::uint32_t length = header & 0x7fffu;
  if (!reader || header < 0x8000 || type != 4 || session_hit > 1 || certificate_type > 1) return {};
  if (version != ssl2 || ciphers % 3 != 0 || connection > 32) return {};
  if (length != 11 + certificate + ciphers + connection) return {};
  return {.certainty = Certainty::confirmed, .version = version};
}

Hello listen_to_client(Bytes said) {
  if (said.empty()) return {};
  return said.front() == '\x16' ? read_client_hello(said) : read_ssl2_client_hello(said);
}

Hello listen_to_server(Bytes said) {
  if (said.empty()) return {};
  return said.front() == '\x16' ? read_server_hello(said) : read_ssl2_server_hello(said);
}

// RFC 8446, section 6, and the older documents' codes; nullopt where what opens is no alert in
// clear.
std::optional<std::uint8_t> read_alert(Bytes said) {
  ByteReader reader{said};
  reader.accept("\x15");
  const bool versioned = is_version(reader.u16());
  reader.accept("\0\2"_b);
  const std::uint8_t level = reader.u8();
  const std::uint8_t description = reader.u8();
  if (!reader || !versioned || level < 1 || level > 2) return std::nullopt;
  constexpr Bytes known =
      "\0\x0a\x14\x15\x16\x1e\x28\x29\x2a\x2b\x2c\x2d\x2e\x2f\x30\x31\x32\x33\x3c\x46\x47\x50\x56"
      "\x5a"
      "\x64\x6d\x6e\x6f\x70\x71\x72\x73\x74\x78"_b;
  if (known.find(static_cast<char>(description)) == Bytes::npos) return std::nullopt;
  return description;
}

struct Records {
  unsigned count = 0;
  bool exact = false;  // the last one ends where the bytes do
};

// Records that follow one another without a gap, all of one version: how many headers, up to what
// was captured.
Records count_records(Bytes said) {
  ByteReader reader{said};
  Records records;
  std::uint16_t first_version = 0;
  while (!reader.at_end()) {
    const std::uint8_t type = reader.u8();
    const std::uint16_t version = reader.u16();
    const std::size_t length = reader.u16();
    if (!reader) break;
    if (type < 20 || type > 24 || !is_version(version)) return {};
    if (length == 0 || length > 16384 + 2048) return {};
    if (records.count == 0) first_version = version;
    if (version != first_version) return {};
    ++records.count;
    records.exact = reader.remaining() == length;
    reader.skip(std::min(length, reader.remaining()));
  }
  return records;
}

// The records of a side. Where the stream was joined in the middle of one, its next turn begins with a record, or else
// two of them stand in a row somewhere.
Records find_records(const Exchange& seen, Side side) {
  const Bytes said = seen.said(side);
  const bool from_start = side == Side::client ? seen.client_from_start : seen.server_from_start;
  const Records straight = count_records(said);
  if (straight.count > 0 || from_start) return straight;
  const std::size_t first_turn = seen.nth(side, 0).bytes.size();
  if (first_turn < said.size()) {
    const Records next = count_records(said.substr(first_turn));
    if (next.count > 1 || next.exact) return next;
  }
  for (std::size_t at = said.find("\x17\x03"); at != Bytes::npos;
       at = said.find("\x17\x03", at + 1)) {
    const Records found = count_records(said.substr(at));
    if (found.count > 1) return found;
  }
  return {};
}

// A stream joined after the handshake. One record alone must at least end where the bytes do.
Match recognize_records(const Exchange& seen) {
  const Records client = find_records(seen, Side::client);
  const Records server = find_records(seen, Side::server);
  const unsigned records = client.count + server.count;
  // What was seen of a side may lie within one long record, where the other side's records tell.
  const bool telling = records >= 2 || client.exact || server.exact;
  const bool client_odd =
      client.count == 0 && !seen.client.empty() && (seen.client_from_start || !telling);
  const bool server_odd =
      server.count == 0 && !seen.server.empty() && (seen.server_from_start || !telling);
  if (records == 0 || client_odd || server_odd) return {};
  if (seen.client_from_start && seen.server_from_start)
    return hint("records of TLS without the hello that must open them");
  if (records >= 2)
    return likely("{} records of TLS in a row, joined after the handshake", records);
  return client.exact || server.exact ? likely("one record of TLS, joined after the handshake")
                                      : hint("the beginning of a record of TLS");
}

Match weigh(Certainty certainty, const Hello& client, const Hello& server) {
  Match match;
  match.certainty = certainty;
  const std::uint16_t version = server ? server.version : client.version;
  if (version <= ssl3) match.era = Era::obsolete;
  const Bytes application = server.application.empty() ? client.application : server.application;
  if (!application.empty()) match.inside = Note::of("{} (ALPN)", Printable{application, 24});
  return match;
}

// Of several voices only the server's tells the version that was agreed on.
Note describe(const Hello& client, const Hello& server, std::string_view rest) {
  const std::string_view offers = name_of(client.version);
  if (!client) return Note::of("server chooses {}{}", name_of(server.version), rest);
  const std::string_view asks =
      client.server_name.empty() ? "client says hello" : "client asks for ";
  const std::string_view sni = client.server_name.empty() ? "" : " (SNI)";
  const Printable name{client.server_name, 48};
  if (!server) return Note::of("{}{}{}, up to {}{}", asks, name, sni, offers, rest);
  return Note::of("{}{}{}, server chooses {}{}", asks, name, sni, name_of(server.version), rest);
}

// What is known of both sides besides: the client's fingerprint, the server's certificate.
Note tell_more(const Ja4& fingerprint, const Certificate& certificate) {
  const std::string_view label = fingerprint.empty() ? "" : "JA4 ";
  if (certificate.subject.empty()) return Note::of("{}{}", label, fingerprint.text());
  const std::string_view comma = fingerprint.empty() ? "" : ", ";
  const Printable subject{certificate.subject, 32};
  if (certificate.own)
    return Note::of("{}{}{}certificate of {} by itself", label, fingerprint.text(), comma, subject);
  return Note::of("{}{}{}certificate of {} by {}", label, fingerprint.text(), comma, subject,
                  Printable{certificate.issuer, 28});
}

Match judge_client(const Exchange& seen, const Hello& client) {
  if (seen.server.empty() || !seen.server_from_start) {
    Match match = weigh(client.certainty, client, {});
    match.says = describe(client, {}, "");
    return match;
  }
  if (const auto alert = read_alert(seen.server)) {
    Match match = weigh(std::max(client.certainty, Certainty::likely), client, {});
    match.says = describe(client, {}, ", server answers with an alert");
    return match;
  }
  // A server that speaks unasked runs another protocol, whatever is then asked of it.
  const bool doubtful = seen.server_speaks_first() || client.certainty != Certainty::confirmed;
  Match match = weigh(doubtful ? Certainty::hint : Certainty::likely, client, {});
  match.says = describe(client, {}, ", the answer is not TLS");
  return match;
}

Match judge_server(const Exchange& seen, const Hello& server) {
  const bool fits = seen.client.empty() || !seen.client_from_start;
  Match match = weigh(fits ? server.certainty : Certainty::likely, {}, server);
  match.says = describe({}, server, "");
  return match;
}

Match judge(const Exchange& seen, const Hello& client, const Hello& server) {
  if (client && server) {
    Match match = weigh(std::max(client.certainty, server.certainty), client, server);
    match.says = describe(client, server, "");
    return match;
  }
  return client ? judge_client(seen, client) : judge_server(seen, server);
}

Match recognize(const Exchange& seen) {
  const Hello client = listen_to_client(seen.client);
  const Hello server = listen_to_server(seen.server);
  if (client || server) {
    Match match = judge(seen, client, server);
    if (match.certainty >= Certainty::likely)
      match.detail =
          tell_more(client.fingerprint, server ? find_certificate(seen.server) : Certificate{});
    return match;
  }
  if (read_alert(seen.server) && !seen.server_speaks_first() && seen.server.size() == 7)
    return likely("server answers with an alert of TLS");
  return recognize_records(seen);
}

// Services that IANA names for TLS around something else. What is inside stays unseen; the era is
// the service's.
constexpr auto homes = std::to_array<Home>({
    {.port = 271, .service = "pt-tls", .era = Era::niche},
    {.port = 322, .service = "rtsps", .era = Era::niche},
    {.port = 324, .service = "rpki-rtr-tls", .era = Era::niche},
    {.port = 443, .service = "https"},
    {.port = 465, .service = "submissions"},
    {.port = 563, .service = "nntps", .era = Era::niche},
    {.port = 585, .service = "imap4-ssl", .era = Era::obsolete},
    {.port = 614, .service = "sshell", .era = Era::obsolete},
    {.port = 631, .service = "ipps"},
    {.port = 636, .service = "ldaps"},
    {.port = 664, .service = "oob-ws-https"},
    {.port = 684, .service = "corba-iiop-ssl", .era = Era::obsolete},
    {.port = 695, .service = "ieee-mms-ssl", .era = Era::obsolete},
    {.port = 700, .service = "epp", .era = Era::niche},
    {.port = 714, .service = "iris-xpcs", .era = Era::niche},
    {.port = 802, .service = "mbap-s", .era = Era::niche},
    {.port = 832, .service = "netconfsoaphttp", .era = Era::obsolete},
    {.port = 853, .service = "domain-s"},
    {.port = 989, .service = "ftps-data", .era = Era::niche},
    {.port = 990, .service = "ftps", .era = Era::niche},
    {.port = 992, .service = "telnets", .era = Era::obsolete},
    {.port = 993, .service = "imaps"},
    {.port = 994, .service = "ircs", .era = Era::obsolete},
    {.port = 995, .service = "pop3s"},
    {.port = 1001, .service = "webpush", .era = Era::niche},
    {.port = 2083, .service = "radsec"},
    {.port = 3269, .service = "msft-gc-ssl"},
    {.port = 5061, .service = "sips"},
    {.port = 5671, .service = "amqps"},
    {.port = 5986, .service = "wsmans"},
    {.port = 6514, .service = "syslog-tls"},
    {.port = 8883, .service = "secure-mqtt"},
});

constexpr Bytes client_hello_12 =
    "\x16\x03\x01\0U\x01\0\0Q\x03\x03thirty-two octets, client random\0\0\x04\xc0/\0/\x01\0\0$"
    "\0\0\0\x15\0\x13\0\0\x10mail.example.org\0\x10\0\x07\0\x05\x04imap"_b;
constexpr Bytes server_hello_12 =
    "\x16\x03\x03\0007\x02\0\0003\x03\x03thirty-two octets, server random\0\xc0/\0\0\x0b"
    "\0\x10\0\x07\0\x05\x04imap"_b;
constexpr Bytes client_hello_13 =
    "\x16\x03\x01\0B\x01\0\0>\x03\x03thirty-two octets, client random\x08session!\0\x04\x13\x01"
    "\x13\x02\x01\0\0\x09\0+\0\x05\x04\x03\x04\x03\x03"_b;
constexpr Bytes server_hello_13 =
    "\x16\x03\x03\0:\x02\0\0006\x03\x03thirty-two octets, server random\x08session!\x13\x01\0"
    "\0\x06\0+\0\x02\x03\x04"_b;
constexpr Bytes client_hello_ssl3 =
    "\x16\x03\0\0/\x01\0\0+\x03\0thirty-two octets, client random\0\0\x04\0/\0\n\x01\0"_b;
constexpr Bytes client_hello_ssl2 =
    "\x80\x1f\x01\0\x02\0\x06\0\0\0\x10\x01\0\x80\x07\0\xc0sixteen octets !"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "both hellos of TLS 1.2", .client = client_hello_12, .server = server_hello_12},
    {.about = "both hellos of TLS 1.3", .client = client_hello_13, .server = server_hello_13},
    {.about = "a refused hello",
     .client = client_hello_12,
     .server = "\x15\x03\x03\0\x02\x02\x28"_b},
    {.about = "SSL 3, only the client was captured", .client = client_hello_ssl3},
    {.about = "SSL 2, only the client was captured", .client = client_hello_ssl2},
    {.about = "only the server was captured", .server = server_hello_12},
    {.about = "an answer in another protocol",
     .client = client_hello_12,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::likely},
    {.about = "an alert in answer to something else",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "\x15\x03\x01\0\x02\x02\x46"_b,
     .expect = Certainty::likely},
    {.about = "said to a server that spoke first",
     .client = client_hello_12,
     .server = "220 ready\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "records without a hello",
     .client = "\x17\x03\x03\0\x05hello\x17\x03\x03\0\x06second"_b,
     .expect = Certainty::none},
    {.about = "a hello whose length does not fit its record",
     .client =
         "\x16\x03\x01\0V\x01\0\0Q\x03\x03thirty-two octets, client random\0\0\x04\xc0/\0/\x01\0\0$"
         "\0\0\0\x15\0\x13\0\0\x10mail.example.org\0\x10\0\x07\0\x05\x04imap!"_b,
     .expect = Certainty::none},
    {.about = "the first bytes of a record and noise",
     .client = "\x16\x03\x01\x02\0\x01\0\x01\xfcnoise noise noise noise noise noise"_b,
     .expect = Certainty::none},
    {.about = "DTLS",
     .client = "\x16\xfe\xfd\0\0\0\0\0\0\0\0\0\x32\x01\0\0\x26\0\0\0\0\0\0\0\x26\xfe\xfdrandom"_b,
     .expect = Certainty::none},
});

// Version 1.2 and cipher suites that every server of the last twenty years knows some of. No name,
// no session.
constexpr Bytes question =
    "\x16\x03\x01\0m\x01\0\0i\x03\x03"
    "a harmless question from oddport\0\0\x1a\xc0/\xc0"
    "0\xc0+\xc0,\xcc\xa8\xcc\xa9\xc0\x13\xc0\x14"
    "\0\x9c\0\x9d\0/"
    "\0005\0\n\x01\0\0&\0\n\0\x08\0\x06\0\x1d\0\x17\0\x18\0\x0b\0\x02\x01\0\0\r\0\x10"
    "\0\x0e\x04\x03\x08\x04\x04\x01\x05\x03\x08\x05\x05\x01\x02\x01"_b;

// A record's type and minor version, or of SSL 2 the top bit of the length and the type of the message.
constexpr ::oddport::Opening record_or_ssl2 =
    ::oddport::Opening(ByteSet::range(20, 24) | ByteSet::range(0x80, 0xff))
        .with(2, ByteSet::range(0, 4));

}  // namespace

extern const Recognizer tls;
constinit const Recognizer tls{
    .name = "tls",
    .title = "TLS",
    .homes = homes,
    .hello = {.bytes = question, .about = "a hello that is not followed up"},
    .reference = "RFC 8446, sections 4.1 and 5.1",
    .opens = {.client = record_or_ssl2, .server = record_or_ssl2},
    .joins_late = true,
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
