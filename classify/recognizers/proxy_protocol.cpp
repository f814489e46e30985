// HAProxy's PROXY protocol: who the client really is, told before what it says.
//
// HAProxy, proxy-protocol.txt, sections 2.1 and 2.2. Version 1: "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443" (or TCP6, UNKNOWN) and
// CR LF. Version 2: 0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A, version and command (20 local, 21 proxied), family and transport
// (a nibble each), length of the rest (2), addresses and ports, values of kind (1) and length (2).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes signature = "\r\n\r\n\0\r\nQUIT\n"_b;

struct Header {
  int version = 0;
  Bytes line;    // of version 1
  Bytes behind;  // what the client then says
};

bool is_address(Bytes text, bool six) {
  if (text.size() < 2 || text.size() > 39) return false;
  return std::ranges::all_of(text, [six](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return is_digit(byte) || c == '.' ||
           (six && (c == ':' || (to_lower(c) >= 'a' && to_lower(c) <= 'f')));
  });
}

Bytes next_word(ByteReader& reader) { return reader.until(' ', 64); }

bool is_first_version(Bytes line) {
  ByteReader reader{line};
  if (!reader.accept("PROXY ")) return false;
  if (reader.accept_if("UNKNOWN")) return reader.at_end() || reader.accept_if(" ");
  const bool six = reader.accept_if("TCP6 ");
  if (!six && !reader.accept("TCP4 ")) return false;
  const bool from = is_address(next_word(reader), six);
  const bool to = is_address(next_word(reader), six);
  const std::uint64_t from_port = reader.decimal(5);
  reader.accept(" ");
  const std::uint64_t to_port = reader.decimal(5);
  return reader && reader.at_end() && from && to && from_port <= 65535 && to_port <= 65535;
}

// The size of both addresses and ports; 0 where the family is not told, npos where there is none such.
std::size_t size_of_addresses(std::uint8_t family) {
  switch (family) {
    case 0x00:
      return 0;
    case 0x11:
    case 0x12:
      return 12;
    case 0x21:
    case 0x22:
      return 36;
    case 0x31:
    case 0x32:
      return 216;
    default:
      return Bytes::npos;
  }
}

bool is_second_version(ByteReader& reader) {
  reader.accept(signature);
  const std::uint8_t command = reader.u8();
  const std::uint8_t family = reader.u8();
  const std::uint16_t length = reader.u16();
  if (!reader || (command != 0x20 && command != 0x21)) return false;
  const std::size_t addresses = size_of_addresses(family);
  if (addresses == Bytes::npos || (command == 0x21 && length < addresses)) return false;
  reader.skip(std::min<std::size_t>(length, reader.remaining()));
  return true;
}

Header read_header(Bytes said) {
  Header header;
  const Line line = first_line(said.substr(0, 109));
  if (line.ended && said.substr(0, line.text.size() + 2).ends_with("\r\n") &&
      is_first_version(line.text)) {
    header.version = 1;
    header.line = line.text;
    header.behind = said.substr(line.text.size() + 2);
    return header;
  }
  ByteReader reader{said};
  if (!is_second_version(reader)) return header;
  header.version = 2;
  header.behind = reader.rest();
  return header;
}

Note guess_inside(Bytes behind, Bytes answer) {
  if (behind.starts_with("\x16\x03")) return Note::of("TLS");
  if (behind.starts_with("SSH-")) return Note::of("SSH");
  const Bytes line = up_to_line_end(behind);
  if (line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0")) return Note::of("HTTP");
  if (behind.starts_with("PRI * HTTP/2.0")) return Note::of("HTTP/2");
  if (starts_with_ignoring_case(behind, "EHLO ") || starts_with_ignoring_case(behind, "HELO "))
    return Note::of("SMTP");
  if (answer.starts_with("SSH-")) return Note::of("SSH");
  if (answer.starts_with("* OK ")) return Note::of("IMAP");
  if (answer.starts_with("+OK ")) return Note::of("POP3");
  return {};
}

constexpr Openings opens = {.client = ByteSet::of("P\r"), .server = {}};

Match recognize_proxy_protocol(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Header header = read_header(exchange.client);
  if (header.version == 0) return {};
  Match match = confirmed("client begins with a header of version {}", header.version);
  if (header.version == 1) match.says = Note::of("client begins {}", Printable{header.line, 60});
  match.inside = guess_inside(header.behind, exchange.server);
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "version 1 before HTTP",
     .client = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 80\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
     .server = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
    {.about = "version 1, unknown", .client = "PROXY UNKNOWN\r\n"},
    {.about = "version 2 before TLS",
     .client =
         "\r\n\r\n\0\r\nQUIT\n!\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\xdc\x04\x01\xbb\x16\x03\x01"
         "\0\x05"_b},
    {.about = "version 2 of a check",
     .client = "\r\n\r\n\0\r\nQUIT\n \0\0\0"_b,
     .server = "SSH-2.0-OpenSSH_9.2\r\n"},
    {.about = "a port too high",
     .client = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 65536\r\n",
     .expect = Certainty::none},
    {.about = "no family",
     .client = "\r\n\r\n\0\r\nQUIT\n!A\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\xdc\x04\x01\xbb"_b,
     .expect = Certainty::none},
    {.about = "the signature alone", .client = "\r\n\r\n\0\r\nQUIT\n"_b, .expect = Certainty::none},
    {.about = "a line without its end",
     .client = "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer proxy_protocol;
constinit const Recognizer proxy_protocol{
    .name = "proxy-protocol",
    .title = "PROXY protocol",
    .hello = {.about = "nothing: a header changes who the server believes the client to be"},
    .reference = "HAProxy, proxy-protocol.txt, sections 2.1 and 2.2",
    .opens = opens,
    .judge = recognize_proxy_protocol,
    .examples = examples,
};

}  // namespace oddport::recognizers
