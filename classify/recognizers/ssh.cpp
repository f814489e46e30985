// SSH: RFC 4253, sections 4.2 (identification), 6 (packets) and 7.1 (key exchange).
//
//   both  SSH-2.0-OpenSSH_9.2 Debian<CR LF>, then packets: length (4), padding (1), 14 (KEXINIT),
//   cookie (16), ten name lists
//
// Version 1 opened with the same line and "1.5" in it; "1.99" speaks both. A server may write other
// lines before its own.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Identification {
  Bytes line;         // "SSH-2.0-OpenSSH_9.2"
  bool late = false;  // other lines came before it
};

struct Speech {
  Identification identification;
  bool exchanges_keys = false;  // a key exchange packet opens what was captured
  explicit operator bool() const { return !identification.line.empty() || exchanges_keys; }
};

// At most 255 bytes with the line end; the version, then the software's name.
bool is_identification(const Line& line) {
  ByteReader reader{line.text};
  reader.accept("SSH-");
  const bool major = reader.accept_if("2.0-") || reader.accept_if("1.");
  if (!reader || !major || !line.ended || line.text.size() > 253) return false;
  if (line.text[4] == '1') {
    reader.decimal(2);
    reader.accept("-");
  }
  return reader && !reader.at_end() && is_text(line.text);
}

// Only a server may write lines before it, and only a few do: RFC 4253, section 4.2.
Identification find_identification(Bytes said, Side side) {
  LineReader lines{said};
  const int allowed = side == Side::server ? 20 : 1;
  for (int n = 0; n < allowed && !lines.at_end(); ++n) {
    const Line line = lines.next();
    if (is_identification(line)) return {line.text, n > 0};
    if (!is_text(line.text)) break;
  }
  return {};
}

bool is_name_list(Bytes list) {
  return list.find_first_of(" \t\r\n") == Bytes::npos && is_printable(list);
}

// RFC 4253, section 7.1: the ten lists, first_kex_packet_follows and four zero bytes fill the
// packet but for its padding.
bool opens_key_exchange(Bytes said) {
  ByteReader reader{said};
  const std::uint32_t length = reader.u32();
  const std::uint8_t padding = reader.u8();
  if (!reader || length > 35000 || padding < 4 || length < padding + 1u) return false;
  if (reader.remaining() + 1 < length) return false;
  ByteReader payload = reader.sub(length - padding - 1u);
  if (payload.u8() != 20) return false;
  payload.skip(16);
  for (int n = 0; n < 10; ++n)
    if (!is_name_list(payload.take(payload.u32()))) return false;
  const bool follows = payload.u8() <= 1;
  return payload.u32() == 0 && payload && payload.at_end() && follows;
}

Speech listen(Bytes said, Side side, bool from_start) {
  return {find_identification(said, side), !from_start && opens_key_exchange(said)};
}

bool is_version_1(Bytes identification) {
  return identification.starts_with("SSH-1.") && !identification.starts_with("SSH-1.99");
}

Note describe(const Speech& client, const Speech& server) {
  const std::string_view old =
      is_version_1(server.identification.line) || is_version_1(client.identification.line)
          ? ", the obsolete version 1"
          : "";
  if (!server.identification.line.empty())
    return Note::of("server says {}{}", Printable{server.identification.line, 60}, old);
  if (!client.identification.line.empty())
    return Note::of("client says {}{}", Printable{client.identification.line, 60}, old);
  return Note::of("the lists of a key exchange");
}

Match recognize(const Exchange& seen) {
  const Speech client = listen(seen.client, Side::client, seen.client_from_start);
  const Speech server = listen(seen.server, Side::server, seen.server_from_start);
  if (!client && !server) return {};
  const bool client_odd = !client && !seen.client.empty() && seen.client_from_start;
  const bool server_odd = !server && !seen.server.empty() && seen.server_from_start;
  // A line deep in some text may be anything, unless the client says its own.
  const bool doubtful = client_odd || (server.identification.late && !client);
  Match match;
  match.certainty = server_odd ? Certainty::hint
                    : doubtful ? Certainty::likely
                               : Certainty::confirmed;
  match.says = describe(client, server);
  if (is_version_1(server.identification.line) ||
      (!server && is_version_1(client.identification.line)))
    match.era = Era::obsolete;
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 22, .service = "ssh"},
    {.port = 830, .service = "netconf-ssh"},
});

constexpr Bytes key_exchange =
    "\0\0\0\x54\x04\x14 the cookie here\0\0\0\4kex1\0\0\0\4host\0\0\0\3aes\0\0\0\3aes"
    "\0\0\0\3mac\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0pad!"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "both identifications",
     .client = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u1\r\n",
     .server = "SSH-2.0-dropbear_2022.83\r\n",
     .first = Side::server},
    {.about = "the server's alone, after a notice",
     .server = "Authorized use only.\r\nSSH-2.0-paramiko_2.12.0\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "the server's alone", .server = "SSH-2.0-OpenSSH_9.2\r\n", .first = Side::server},
    {.about = "version 1", .client = "SSH-1.5-1.2.27\n", .server = "SSH-1.5-Cisco-1.25\n"},
    {.about = "only the client was captured", .client = "SSH-2.0-PuTTY_Release_0.78\r\n"},
    {.about = "a client of something else",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a line that does not end", .server = "SSH-2.0-Open", .expect = Certainty::none},
    {.about = "no version", .server = "SSH-agent ready\r\n", .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "SSH-2.0-scanner\r\n",
     .server = "220 mail.example.org ESMTP\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a key exchange where an identification must come first",
     .client = key_exchange,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ssh;
constinit const Recognizer ssh{
    .name = "ssh",
    .title = "SSH",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 4253, sections 4.2 and 7.1",
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
