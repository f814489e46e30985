// QUIC: RFC 9000, section 17.2 (long headers), RFC 8999 (what all versions share), RFC 9001 (its
// TLS), RFC 9369 (version 2). RFC 9250: DNS over QUIC, told by its application. Google's older
// QUIC: "QUIC Wire Layout Specification", 2016.
//
//   long header   1, fixed 1, type (2), four bits; version (4), length and destination id, length
//                 and source id; then
//     Initial     length and token, length of the rest, packet number, frames: sealed with keys
//                 that everybody can derive
//     0-RTT, Handshake   length of the rest, ...         Retry   token, tag (16)
//   negotiation   1, ...; version 0, both ids, versions (4 each)
//   Google        flags, connection id (8), "Q043", packet number, digest (12), frames in the clear
//                 up to version Q046: "CHLO", tags
//
// Packets follow one another to the end of the datagram. Numbers and lengths are of 1, 2, 4 or 8
// bytes, as their first two bits tell.
#include <algorithm>
#include <array>
#include <span>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/quic_initial.h"
#include "classify/recognizers/tls_hello.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::string_view dns_over_quic = "doq";
constexpr std::string_view google_quic = "gquic";
constexpr std::uint32_t version_2 = 0x6b3343cf;

enum class Kind : std::uint8_t { initial, zero_rtt, handshake, retry, negotiation };

// "Q043", "Q050", "T051".
constexpr bool is_google(std::uint32_t version) {
  const std::uint32_t letter = version >> 24;
  const auto digit = [version](unsigned shift) {
    const auto c = static_cast<unsigned char>(version >> shift);
    return c >= '0' && c <= '9';
  };
  return (letter == 'Q' || letter == 'T') && (version >> 16 & 255) == '0' && digit(8) && digit(0);
}

// Those that have long headers: RFC 9000, section 15, and what was or is deployed, drafts,
// Facebook's and Google's last.
constexpr bool is_deployed(std::uint32_t version) {
  return version == 1 || version == version_2 || version == 0x709a50c4 ||
         (version >= 0xff000011 && version <= 0xff000022) || (version >> 4 == 0xfaceb00) ||
         (is_google(version) && (version >> 8 & 255) == '5');
}

// Versions that are there to be refused: RFC 9000, section 6.3.
constexpr bool is_forcing(std::uint32_t version) { return (version & 0x0f0f0f0f) == 0x0a0a0a0a; }

struct Packet {
  Kind kind = Kind::initial;
  std::uint32_t version = 0;
  Bytes to;
  Bytes from;
  Bytes all;                  // from its first byte to its end
  std::size_t number_at = 0;  // where the packet number begins in it
  bool whole = true;
  bool strange = false;  // negotiates versions that are unknown
};

std::uint64_t read_number(ByteReader& reader) {
  const std::uint8_t first = reader.u8();
  std::uint64_t value = first & 0x3fu;
  for (unsigned n = (1u << (first >> 6)) - 1; n > 0; --n) value = value << 8 | reader.u8();
  return value;
}

Kind kind_of(std::uint8_t first, std::uint32_t version) {
  const unsigned type = first >> 4 & 3u;
  return static_cast<Kind>(version == version_2 ? (type + 3u) & 3u : type);
}

// Both ids behind their lengths, which versions known so far limit to 20.
bool read_ids(ByteReader& reader, Packet& packet) {
  const std::uint8_t to = reader.u8();
  packet.to = reader.take(to);
  const std::uint8_t from = reader.u8();
  packet.from = reader.take(from);
  return reader && to <= 20 && from <= 20;
}

// Version 0: a list of versions, most of which are known.
bool read_negotiation(ByteReader& reader, Packet& packet) {
  packet.kind = Kind::negotiation;
  std::size_t spoken = 0;
  std::size_t known = 0;
  std::size_t count = 0;
  for (; reader.remaining() >= 4; ++count) {
    const std::uint32_t version = reader.u32();
    if (is_deployed(version) || is_google(version)) ++spoken;
    if (is_forcing(version)) ++known;
  }
  known += spoken;
  packet.strange = known < count;
  return reader.at_end() && spoken > 0 && 2 * known >= count && count <= 64;
}

// One packet with a long header; the reader stands behind it, or at the end where it was cut.
bool read_packet(ByteReader& reader, Packet& packet) {
  const Bytes begin = reader.rest();
  const std::size_t offset = reader.offset();
  const std::uint8_t first = reader.u8();
  packet.version = reader.u32();
  if (!reader || first < 0x80 || !read_ids(reader, packet)) return false;
  if (packet.version == 0) return read_negotiation(reader, packet);
  packet.kind = kind_of(first, packet.version);
  if ((first & 0x40) == 0 || !(is_deployed(packet.version) || is_forcing(packet.version)))
    return false;
  if (packet.kind == Kind::retry) {
    const bool tagged = reader.remaining() > 16;
    reader.skip(reader.remaining());
    return tagged;
  }
  if (packet.kind == Kind::initial)
    reader.skip(static_cast<std::size_t>(std::min<std::uint64_t>(read_number(reader), 65535)));
  const std::uint64_t length = read_number(reader);
  packet.number_at = reader.offset() - offset;
  packet.whole = reader && length <= reader.remaining();
  if (!reader || length < 20 || length > 65535) return false;
  reader.skip(std::min<std::size_t>(length, reader.remaining()));
  packet.all = begin.substr(0, reader.offset() - offset);
  return true;
}

// The hello of TLS, put together from the frames that bring it piece by piece.
class Assembly {
 public:
  void add(std::uint64_t offset, Bytes piece) {
    if (offset >= bytes_.size()) return;
    const auto at = static_cast<std::size_t>(offset);
    const std::size_t size = piece.copy(bytes_.data() + at, bytes_.size() - at);
    std::fill_n(there_.begin() + static_cast<std::ptrdiff_t>(at), size, true);
  }
  // What is there without a gap.
  Bytes text() const {
    const auto gap = std::ranges::find(there_, false);
    return {bytes_.data(), static_cast<std::size_t>(gap - there_.begin())};
  }

 private:
  std::array<char, 4096> bytes_{};
  std::array<bool, 4096> there_{};
};

// RFC 9000, section 19: what may stand in an Initial packet is padding, ping, acknowledgement,
// crypto and close.
void read_frames(Bytes frames, Assembly& hello) {
  ByteReader reader{frames};
  while (!reader.at_end()) {
    const std::uint64_t type = read_number(reader);
    if (type <= 1) continue;
    if (type == 6) {
      const std::uint64_t offset = read_number(reader);
      const Bytes piece = reader.take(
          static_cast<std::size_t>(std::min<std::uint64_t>(read_number(reader), 65535)));
      hello.add(offset, piece);
    } else if (type == 2 || type == 3) {
      read_number(reader);
      read_number(reader);
      const std::uint64_t ranges = std::min<std::uint64_t>(read_number(reader), 64);
      read_number(reader);
      for (std::uint64_t n = 0; n < 2 * ranges + (type == 3 ? 3 : 0); ++n) read_number(reader);
    } else {
      return;
    }
  }
}

// What one side's datagrams are.
struct Speech {
  unsigned packets = 0;
  bool odd = false;    // the first datagram is no such packet
  bool exact = false;  // the first one's packets lead to its end
  bool opened = false;
  std::size_t size = 0;  // of the first one
  Packet first;
};

// What may stand behind the last packet: one with a short header, which has no length, or zeros.
bool ends_soundly(Bytes rest) {
  return rest.empty() || (static_cast<unsigned char>(rest.front()) & 0xc0) == 0x40 || is_zero(rest);
}

struct Opener {
  QuicKeys keys;
  bool ready = false;
  Assembly hello;
  std::array<char, 4096> room{};

  void open(const Packet& packet, Speech& speech) {
    if (packet.kind != Kind::initial || !packet.whole || !can_open_quic(packet.version)) return;
    if (!ready) keys = derive_quic_client_keys(packet.version, packet.to);
    ready = true;
    const Bytes frames = open_quic_packet(keys, packet.all, packet.number_at, room);
    if (frames.empty()) return;
    speech.opened = true;
    read_frames(frames, hello);
  }
};

void read_datagram(const Message& message, Speech& speech, Opener* opener) {
  ByteReader reader{message.bytes};
  const bool first = speech.size == 0;
  if (first) speech.size = message.wire_length;
  unsigned count = 0;
  while (!reader.at_end() && (static_cast<unsigned char>(reader.rest().front()) & 0x80) != 0) {
    Packet packet;
    if (!read_packet(reader, packet) || (!packet.whole && message.is_whole())) break;
    if (speech.packets++ == 0) speech.first = packet;
    ++count;
    if (opener != nullptr) opener->open(packet, speech);
  }
  if (count == 0) {
    speech.odd = speech.odd || first;
    return;
  }
  if (first) speech.exact = reader && message.is_whole() && ends_soundly(reader.rest());
  if (first && message.is_whole() && !speech.exact) speech.odd = true;
}

Speech listen(const Exchange& seen, Side side, Opener* opener) {
  Speech speech;
  for (std::size_t n = 0; n < 4; ++n) {
    const Message message = seen.nth(side, n);
    if (message.bytes.empty()) break;
    if (n == 0 || !speech.opened || opener != nullptr) read_datagram(message, speech, opener);
  }
  return speech;
}

std::string_view version_name(std::uint32_t version) {
  if (version == 1) return "version 1";
  if (version == version_2) return "version 2";
  if (version >> 8 == 0xff0000) return "a draft of version 1";
  if (version >> 4 == 0xfaceb00) return "Facebook's version";
  if (is_google(version)) return "Google's version";
  return "an unknown version";
}

// "CHLO", count (2), 0000, tags of four letters with the ends of their values, all little-endian
// and growing.
struct GoogleHello {
  bool sound = false;
  Bytes server_name;
};

GoogleHello read_google_hello(Bytes said) {
  const std::size_t at = said.substr(0, 96).find("CHLO");
  if (at == Bytes::npos) return {};
  ByteReader reader{said.substr(at + 4)};
  const std::uint16_t count = reader.u16_le();
  reader.accept("\0\0"_b);
  ByteReader tags = reader.sub(std::size_t{8} * count);
  const Bytes values = reader.rest();
  GoogleHello hello;
  std::uint32_t before = 0;
  for (unsigned n = 0; n < count && tags; ++n) {
    const Bytes tag = tags.take(4);
    const std::uint32_t end = tags.u32_le();
    if (end < before) return {};
    if (tag == "SNI\0"_b && end <= values.size())
      hello.server_name = values.substr(before, end - before);
    before = end;
  }
  hello.sound = reader && tags && count > 0 && count <= 64;
  return hello;
}

// The version that a client of Google's QUIC opens with, or 0: flags with version (1) and an id of
// eight bytes (8), or (Q046) a long header.
std::uint32_t google_version(Bytes said) {
  ByteReader reader{said};
  const std::uint8_t flags = reader.u8();
  if (flags < 0x80) {
    reader.skip(8);
    if ((flags & 0x4b) != 0x09) return 0;
  } else if ((flags & 0x40) == 0) {
    return 0;
  }
  const std::uint32_t version = reader.u32();
  if (flags >= 0x80 && (reader.u8() >> 4) != 5) return 0;
  return reader && is_google(version) ? version : 0;
}

Match recognize_google(const Exchange& seen) {
  const std::uint32_t version = google_version(seen.client);
  if (version == 0) return {};
  const GoogleHello hello = read_google_hello(seen.client);
  const std::array<char, 4> letters{static_cast<char>(version >> 24),
                                    static_cast<char>(version >> 16),
                                    static_cast<char>(version >> 8), static_cast<char>(version)};
  const Bytes name{letters.data(), letters.size()};
  Match match;
  match.certainty = hello.sound ? Certainty::confirmed : Certainty::likely;
  match.protocol = google_quic;
  match.era = Era::obsolete;
  match.says = hello.server_name.empty()
                   ? Note::of("client opens with version {}", Printable{name})
                   : Note::of("client asks for {} (SNI) in version {}",
                              Printable{hello.server_name, 60}, Printable{name});
  return match;
}

Note describe(const Speech& client, const Speech& server, const TlsClientHello& hello) {
  const Speech& shown = client.packets > 0 ? client : server;
  const std::string_view version = version_name(shown.first.version);
  const std::string_view negotiates = server.packets > 0 && server.first.kind == Kind::negotiation
                                          ? ", server negotiates the version"
                                          : "";
  if (!hello.server_name.empty())
    return Note::of("client asks for {} (SNI) in {}{}", Printable{hello.server_name, 48}, version,
                    negotiates);
  if (client.opened) return Note::of("client says hello in {}{}", version, negotiates);
  if (shown.first.kind == Kind::negotiation) return Note::of("a negotiation of the version");
  constexpr auto kinds =
      std::to_array<std::string_view>({"an Initial", "a 0-RTT", "a Handshake", "a Retry"});
  return Note::of("{} packet of {}{}", kinds[static_cast<std::size_t>(shown.first.kind)], version,
                  negotiates);
}

// A side that fits by its form alone: a known version and lengths that agree.
bool is_sound(const Speech& speech) { return speech.packets > 0 && !speech.odd; }

// Ids are the other side's the other way round: RFC 9000, section 7.2.
bool are_pair(const Speech& client, const Speech& server) {
  return is_sound(client) && is_sound(server) && server.first.to == client.first.from;
}

Certainty weigh(const Speech& client, const Speech& server, const Exchange& seen) {
  const bool client_odd = !is_sound(client) && !seen.client.empty();
  // A server goes on with short headers, which tell nothing, where its first datagrams were missed.
  const bool server_odd = !is_sound(server) && !seen.server.empty();
  if (client.opened || are_pair(client, server)) return Certainty::confirmed;
  if (client_odd && server_odd) return Certainty::none;
  const Speech& shown = is_sound(client) ? client : server;
  if (!is_sound(shown)) return Certainty::none;
  if (client_odd || server_odd || is_forcing(shown.first.version)) return Certainty::hint;
  // An Initial packet that does not open may be of a connection that goes on already; a Retry
  // packet has no length.
  const bool doubtful = shown.first.strange ||
                        (shown.packets == 1 &&
                         (shown.first.kind == Kind::initial || shown.first.kind == Kind::retry));
  return shown.exact && !doubtful ? Certainty::confirmed : Certainty::likely;
}

// What nearly all other datagrams fail at.
bool has_long_header(Bytes datagram) {
  ByteReader reader{datagram};
  const std::uint8_t first = reader.u8();
  const std::uint32_t version = reader.u32();
  return reader && first >= 0x80 && (version == 0 || is_deployed(version) || is_forcing(version));
}

Match recognize(const Exchange& seen) {
  if (Match google = recognize_google(seen)) return google;
  if (!has_long_header(seen.client) && !has_long_header(seen.server)) return {};
  Opener opener;
  const Speech client = listen(seen, Side::client, &opener);
  const Speech server = listen(seen, Side::server, nullptr);
  Match match;
  match.certainty = weigh(client, server, seen);
  if (!match) return match;
  TlsClientHello hello;
  ByteReader reader{opener.hello.text()};
  if (client.opened && reader.u8() == 1) {
    const std::size_t length = reader.u24();
    const bool whole = reader.remaining() >= length;
    hello = read_tls_client_hello(reader.sub(std::min(length, reader.remaining())), whole,
                                  TlsCarrier::quic);
  }
  match.says = describe(client, server, hello);
  const Speech& shown = client.packets > 0 ? client : server;
  if (is_google(shown.first.version)) match.protocol = google_quic;
  if (hello.application.starts_with("doq")) match.protocol = dns_over_quic;
  if (!hello.application.empty())
    match.inside = Note::of("{} (ALPN)", Printable{hello.application, 24});
  const Ja4 fingerprint = Ja4::of(hello, TlsCarrier::quic);
  if (!fingerprint.empty()) match.detail = Note::of("JA4 {}", fingerprint.text());
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 443, .transport = Transport::udp, .service = "https"},
    {.port = 853, .transport = Transport::udp, .service = "domain-s"},
});

constexpr auto also = std::to_array<std::string_view>({dns_over_quic, google_quic});

constexpr auto examples = std::to_array<Example>({
    {.about = "a server asks for the address to be proved",
     .server = "\xf0\0\0\0\x01\x04\x61\x62\x63\x64\x08"
               "serverid"
               "a token\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a server negotiates the version",
     .server = "\xc0\0\0\0\0\x04\x61\x62\x63\x64\x08"
               "serverid\0\0\0\x01\x6b\x33\x43\xcf\x1a\x2a\x3a\x4a"_b,
     .first = Side::server},
    {.about = "packets of the handshake",
     .server = "\xe3\0\0\0\x01\x04\x61\x62\x63\x64\x08"
               "serverid\x18sealed, of 24 bytes here"
               "\x41\x61\x62\x63\x64short header"_b,
     .first = Side::server},
    {.about = "Google's",
     .client = "\x0d\x11\x22\x33\x44\x55\x66\x77\x88Q043\x01\0\0\0\0\0\0\0\0\0\0\0\0\x80\x01"
               "CHLO\x02\0\0\0SNI\0\x0f\0\0\0VER\0\x13\0\0\0www.example.orgQ043"_b,
     .protocol = "gquic"},
    {.about = "a version that nobody ever spoke",
     .server = "\xe3\0\0\x01\x01\x04\x61\x62\x63\x64\x08"
               "serverid\x18sealed, of 24 bytes here"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a length beyond the end",
     .server = "\xe3\0\0\0\x01\x04\x61\x62\x63\x64\x08"
               "serverid\x19sealed, of 24 bytes here"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a negotiation of versions that nobody ever spoke",
     .server = "\xc0\0\0\0\0\x04\x61\x62\x63\x64\x08"
               "serverid\0\0\x01\x01\x1a\x2a\x3a\x4a"_b,
     .first = Side::server,
     .expect = Certainty::none},
});

// Padded to the 1200 bytes that a server wants to see before it answers, in a version that is there
// to be refused: RFC 9000, section 6.3.
struct Question {
  std::array<char, 1200> bytes{};
};
constexpr Question make_question() {
  constexpr Bytes head =
      "\xc0\x1a\x2a\x3a\x4a\x08"
      "oddport!\x08"
      "question\0\x44\x96"_b;
  Question question;
  for (std::size_t n = 0; n < head.size(); ++n) question.bytes[n] = head[n];
  return question;
}
constexpr Question question = make_question();

}  // namespace

extern const Recognizer quic;
constinit const Recognizer quic{
    .name = "quic",
    .title = "QUIC",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = {question.bytes.data(), question.bytes.size()},
              .about = "which versions the server speaks"},
    .reference = "RFC 9000, section 17.2; RFC 9001, section 5.2",
    .also = also,
    .opens = {.client =
                  ByteSet::range(0x80, 0xff) | ByteSet::of("\x09\x0d\x19\x1d\x29\x2d\x39\x3d"),
              .server = ByteSet::range(0x80, 0xff)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
