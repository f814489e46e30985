// SMB: files and printers of Windows hosts, and the NetBIOS session that once carried it. [MS-SMB],
// section 2.2.3; [MS-SMB2], sections 2.2.1, 2.2.41 and 2.2.42; RFC 1002, section 4.3.
//
//   session  81 request, length 0044, called and calling name; 82 positive, 83 negative, 84
//            retarget, 85 keepalive
//   message  00, length (3), then
//     ff SMB  command, status (4), flags (1 + 2), process (2), signature (8), reserved (2), four
//             ids (2 each), count of words, words, count of bytes (2), bytes
//     fe SMB  0040, credits (2), status (4), command (2), credits (2), flags (4), next (4), ids
//             (24), signature (16)
//     fd SMB  signature (16), nonce (16), size (4), 0000, 0001, session (8): encrypted
//     fc SMB  compressed
//
// All of SMB is little-endian. A session in which no SMB was seen is the NetBIOS session service's
// own.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/netbios_name.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::string_view session_service = "netbios-ssn";

struct Smb {
  unsigned version = 0;  // 1, 2 (also 3), 3 where encrypted
  std::uint16_t command = 0;
  std::uint16_t dialect = 0;  // that a server chose in its answer to negotiate
  bool answer = false;
};

// The words and the bytes fill the message; a transaction may be cut by the capture.
bool read_smb1(ByteReader reader, bool whole, Smb& smb) {
  smb.version = 1;
  smb.command = reader.u8();
  reader.skip(4);
  smb.answer = (reader.u8() & 0x80) != 0;
  reader.skip(22);
  if (!reader) return !whole;
  const std::uint8_t words = reader.u8();
  reader.skip(2u * words);
  const std::uint16_t bytes = reader.u16_le();
  const bool known = smb.command <= 0x34 || (smb.command >= 0x70 && smb.command <= 0x75) ||
                     (smb.command >= 0x80 && smb.command <= 0x82) ||
                     (smb.command >= 0xa0 && smb.command <= 0xa5) ||
                     (smb.command >= 0xc0 && smb.command <= 0xda);
  // Large reads and writes tell fewer bytes than they carry.
  return known && (reader ? !whole || bytes <= reader.remaining() : !whole);
}

bool read_smb2(ByteReader reader, bool whole, Smb& smb) {
  const std::size_t size = reader.remaining() + 4;
  smb.version = 2;
  reader.accept("\x40\0"_b);
  reader.skip(6);
  smb.command = reader.u16_le();
  reader.skip(2);
  const std::uint32_t flags = reader.u32_le();
  const std::uint32_t next = reader.u32_le();
  reader.skip(40);
  smb.answer = (flags & 1) != 0;
  if (!reader || smb.command > 0x13 || (flags & 0x4fffff80u) != 0) return false;
  if (next % 8 != 0 || (whole && next > size)) return false;
  if (smb.command == 0 && smb.answer && reader.accept_if("\x41\0"_b)) {
    reader.skip(2);
    smb.dialect = reader.u16_le();
  }
  return true;
}

bool read_encrypted(ByteReader reader, Smb& smb) {
  smb.version = 3;
  reader.skip(36);
  const bool reserved = reader.u16() == 0;
  const std::uint16_t flags = reader.u16_le();
  return reader && reserved && flags == 1;
}

bool read_compressed(ByteReader reader, Smb& smb) {
  smb.version = 3;
  reader.skip(4);
  const std::uint16_t algorithm = reader.u16_le();
  const std::uint16_t flags = reader.u16_le();
  return reader && algorithm <= 5 && flags <= 1;
}

bool read_smb(Bytes message, bool whole, Smb& smb) {
  if (message.size() < 4 || message.substr(1, 3) != "SMB") return false;
  const ByteReader reader{message.substr(4)};
  switch (message.front()) {
    case '\xff':
      return read_smb1(reader, whole, smb);
    case '\xfe':
      return read_smb2(reader, whole, smb);
    case '\xfd':
      return read_encrypted(reader, smb);
    case '\xfc':
      return read_compressed(reader, smb);
    default:
      return false;
  }
}

struct Speech {
  bool silent = true;
  bool sound = false;
  unsigned messages = 0;
  Smb first;
  std::uint16_t dialect = 0;
  bool requests = false;  // a session
  bool refused = false;
  bool agreed = false;
  NetbiosName called;
  NetbiosName calling;
};

bool read_session_request(ByteReader& reader, Speech& speech) {
  ByteReader names = reader.sub(reader.u24());
  speech.requests = read_netbios_name(names, speech.called) &&
                    read_netbios_name(names, speech.calling) && names.at_end();
  return speech.requests;
}

// What may stand before the first message, and between messages.
bool read_session_packet(ByteReader& reader, std::uint8_t type, Speech& speech) {
  if (type == 0x81) return read_session_request(reader, speech);
  const std::uint32_t length = reader.u24();
  if (type == 0x82) return speech.agreed = reader && length == 0;
  if (type == 0x85) return reader && length == 0;
  if (type == 0x84) return reader && length == 6 && !reader.take(6).empty();
  const std::uint8_t code = reader.u8();
  return speech.refused = type == 0x83 && reader && length == 1 && code >= 0x80 && code <= 0x8f;
}

bool read_message(ByteReader& reader, Speech& speech) {
  const std::uint32_t length = reader.u24();
  const bool whole = reader.remaining() >= length;
  Smb smb;
  const Bytes message = reader.take(std::min<std::size_t>(length, reader.remaining()));
  if (!read_smb(message, whole, smb)) return false;
  if (speech.messages++ == 0) speech.first = smb;
  if (smb.dialect != 0) speech.dialect = smb.dialect;
  return true;
}

Speech listen(Bytes said) {
  Speech speech;
  ByteReader reader{said};
  speech.silent = said.empty();
  for (int n = 0; n < 8 && !reader.at_end(); ++n) {
    const std::uint8_t type = reader.u8();
    const bool fits =
        type == 0 ? read_message(reader, speech) : read_session_packet(reader, type, speech);
    if (!fits) {
      speech.sound = speech.messages > 0;
      return speech;
    }
  }
  speech.sound = true;
  return speech;
}

// Within a connection that was joined late: the next message begins somewhere.
Speech listen_late(Bytes said) {
  for (std::size_t at = said.find("SMB"); at != Bytes::npos; at = said.find("SMB", at + 1)) {
    if (at < 5 || said[at - 5] != '\0') continue;
    const Speech speech = listen(said.substr(at - 5));
    if (speech.messages > 0) return speech;
  }
  return {.silent = false, .first = {}, .called = {}, .calling = {}};
}

constexpr auto commands = std::to_array<std::string_view>({
    "negotiate",     "session setup", "logoff",   "tree connect", "tree disconnect",
    "create",        "close",         "flush",    "read",         "write",
    "lock",          "ioctl",         "cancel",   "echo",         "query directory",
    "change notify", "query info",    "set info", "oplock break", "server notification",
});

std::string_view command_of(const Smb& smb) {
  if (smb.version == 2 && smb.command < commands.size()) return commands[smb.command];
  if (smb.version == 3) return "an encrypted or compressed message";
  switch (smb.command) {
    case 0x72:
      return "negotiate";
    case 0x73:
      return "session setup";
    case 0x75:
      return "tree connect";
    case 0x25:
    case 0x32:
      return "a transaction";
    default:
      return "another message";
  }
}

std::string_view dialect_name(std::uint16_t dialect) {
  switch (dialect) {
    case 0x0202:
      return "2.0.2";
    case 0x0210:
      return "2.1";
    case 0x02ff:
      return "2.?";
    case 0x0300:
      return "3.0";
    case 0x0302:
      return "3.0.2";
    case 0x0311:
      return "3.1.1";
    default:
      return {};
  }
}

Note describe(const Speech& shown, std::uint16_t dialect) {
  const std::string_view chosen = dialect_name(dialect);
  const std::string_view side = shown.first.answer ? "answers" : "begins with";
  if (!chosen.empty())
    return Note::of("SMB {} {}, server chooses dialect {}", side, command_of(shown.first), chosen);
  return Note::of("SMB {} {} {}", shown.first.version, side, command_of(shown.first));
}

Match judge_session(const Speech& client, const Speech& server) {
  Match match;
  match.protocol = session_service;
  if (client.requests && client.sound && (server.silent || server.sound)) {
    match.certainty = Certainty::confirmed;
    match.says =
        Note::of("client {}<{:02x}> calls {}<{:02x}>{}", Printable{client.calling.shown(), 16},
                 client.calling.suffix, Printable{client.called.shown(), 16}, client.called.suffix,
                 server.agreed    ? ", server agrees"
                 : server.refused ? ", server refuses"
                                  : "");
    match.era = Era::obsolete;
    return match;
  }
  if (!server.sound || !server.refused || client.sound) return {};
  match.certainty = Certainty::hint;
  match.says = Note::of("server refuses as the NetBIOS session service does");
  return match;
}

Speech listen(const Exchange& seen, Side side) {
  const bool from_start = side == Side::client ? seen.client_from_start : seen.server_from_start;
  const Bytes said = seen.said(side);
  const Speech straight = listen(said);
  if (said.empty() || straight.messages > 0 || from_start) return straight;
  return listen_late(said);
}

Match recognize(const Exchange& seen) {
  const Speech client = listen(seen, Side::client);
  const Speech server = listen(seen, Side::server);
  if (client.messages + server.messages == 0) return judge_session(client, server);
  const Speech& shown = client.messages > 0 ? client : server;
  const bool odd = (!client.silent && !client.sound && seen.client_from_start) ||
                   (!server.silent && !server.sound && seen.server_from_start);
  Match match;
  match.certainty = odd ? Certainty::likely : Certainty::confirmed;
  if (shown.first.version == 1 && server.dialect == 0) match.era = Era::obsolete;
  match.says = describe(shown, server.dialect);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 139, .service = "netbios-ssn"},
    {.port = 445, .service = "microsoft-ds"},
});

constexpr auto also = std::to_array<std::string_view>({session_service});

constexpr Bytes negotiate_1 =
    "\0\0\0\x2f\xffSMB\x72\0\0\0\0\x18\x53\xc8\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xfe\0\0\0\0"
    "\0\x0c\0\x02NT LM 0.12\0"_b;
constexpr Bytes negotiate_2 =
    "\0\0\0\x66\xfeSMB\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\x24\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x11\x03"_b;
constexpr Bytes session_request =
    "\x81\0\0\x44 CKFDENECFDEFFCFGEFFCCACACACACACA\0 FAFCEJEOFEEFFCCACACACACACACACAAA\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an offer of SMB 2 and up", .client = negotiate_2},
    {.about = "an old client, and a server that speaks SMB 2.1",
     .client = negotiate_1,
     .server =
         "\0\0\0\x48\xfeSMB\x40\0\0\0\0\0\0\0\0\0\x01\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\x41\0\x01\0\x10\x02\0\0"_b},
    {.about = "a session called for and agreed to, nothing in it yet",
     .client = session_request,
     .server = "\x82\0\0\0"_b,
     .protocol = "netbios-ssn"},
    {.about = "a session refused",
     .client = session_request,
     .server = "\x83\0\0\x01\x82"_b,
     .protocol = "netbios-ssn"},
    {.about = "the mark of SMB 2 and a wrong size of the header",
     .client = "\0\0\0\x0c\xfeSMB\x41\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a session for nobody",
     .client =
         "\x81\0\0\x44 ckfdenecfdeffcfgeffccacacacacaca\0 fafcejeofeeffccacacacacacacacaaa\0"_b,
     .expect = Certainty::none},
    {.about = "agreed to nothing", .server = "\x82\0\0\0"_b, .expect = Certainty::none},
    {.about = "SMB without a length in front",
     .client = "\xffSMB\x72\0\0\0\0\x18\x53\xc8\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xfe\0\0\0\0"
               "\0\x0c\0\x02NT LM 0.12\0"_b,
     .expect = Certainty::none},
});

constexpr Opening packet = ByteSet::of("\0"_b) | ByteSet::range(0x81, 0x85);

}  // namespace

extern const Recognizer smb;
constinit const Recognizer smb{
    .name = "smb",
    .title = "SMB",
    .homes = homes,
    .hello = {.bytes = negotiate_2, .about = "which dialect the server chooses"},
    .reference = "[MS-SMB2], section 2.2.1",
    .also = also,
    .opens = {.client = packet, .server = packet},
    .joins_late = true,
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
