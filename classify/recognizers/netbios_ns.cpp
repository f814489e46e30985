// The NetBIOS name service: Windows hosts of old look for names, register and give them up. RFC
// 1002, section 4.2.
//
// Messages of DNS with operations of their own (0 query, 5 registration, 6 release, 7 wait, 8 and 9
// refresh, 15 multihomed) and types 20 (address) and 21 (status); every name is spread over 32
// letters from A to P.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/dns_fields.h"
#include "classify/recognizers/netbios_name.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t address = 0x20;
constexpr std::uint16_t status = 0x21;

struct Parsed {
  bool sound = false;
  bool response = false;
  unsigned opcode = 0;
  std::uint16_t id = 0;
  std::uint16_t type = 0;
  NetbiosName name;
};

std::string_view verb(const Parsed& message) {
  switch (message.opcode) {
    case 0:
      return message.type == status ? "status query" : "query";
    case 5:
    case 15:
      return "registration";
    case 6:
      return "release";
    case 7:
      return "wait";
    default:
      return "refresh";
  }
}

bool is_sound_header(const DnsHeader& header) {
  const unsigned opcode = header.opcode();
  const bool known = opcode == 0 || (opcode >= 5 && opcode <= 9) || opcode == 15;
  if (!known || (header.flags & 0x60) != 0) return false;
  if (header.authorities > 1 || header.additional > 1) return false;
  if (header.is_response())
    return header.questions == 0 && header.answers <= 1 && header.code() <= 7;
  return header.questions == 1 && header.answers == 0 && header.code() == 0 &&
         (opcode == 0 || opcode == 7 || header.additional == 1);
}

bool is_type(std::uint16_t type) { return type == address || type == status || type == 10; }

// A response begins with a record that has the name in full.
bool read_record(ByteReader& reader, Parsed& message, bool named) {
  DnsName pointer;
  if (named && !read_netbios_name(reader, message.name)) return false;
  if (!named && (!read_dns_name(reader, pointer) || !pointer.pointed)) return reader.fail();
  const std::uint16_t type = reader.u16();
  const std::uint16_t in_class = reader.u16();
  reader.skip(4);
  reader.skip(reader.u16());
  if (message.type == 0) message.type = type;
  return reader && is_type(type) && in_class == 1;
}

bool read_question(ByteReader& reader, Parsed& message) {
  if (!read_netbios_name(reader, message.name)) return false;
  message.type = reader.u16();
  const std::uint16_t in_class = reader.u16();
  return reader && is_type(message.type) && in_class == 1;
}

Parsed parse(const Message& datagram) {
  ByteReader reader{datagram.bytes};
  const DnsHeader header = read_dns_header(reader);
  Parsed message;
  message.id = header.id;
  message.opcode = header.opcode();
  message.response = header.is_response();
  if (!reader || !is_sound_header(header)) return message;
  bool named = header.questions == 0;
  if (!named && !read_question(reader, message)) return message;
  if (named && header.records() == 0) return message;
  for (unsigned n = 0; n < header.records(); ++n) {
    if (!read_record(reader, message, named)) {
      message.sound = !datagram.is_whole() && !reader && message.type != 0;
      return message;
    }
    named = false;
  }
  // Windows XP sends its status with some bytes behind it.
  const bool status_answer = message.response && message.type == status;
  message.sound = reader.remaining() <= (status_answer ? 64 : 0) || !datagram.is_whole();
  return message;
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.nth(Side::client, 0));
  const Parsed server = parse(seen.nth(Side::server, 0));
  if (!client.sound && !server.sound) return {};
  const bool odd =
      (!seen.client.empty() && !client.sound) || (!seen.server.empty() && !server.sound);
  const Parsed& shown = client.sound ? client : server;
  Match match;
  match.certainty = odd ? Certainty::likely : Certainty::confirmed;
  match.says = Note::of(
      "a {}{} of the name {}<{:02x}>{}", verb(shown), shown.response ? "'s answer" : "",
      Printable{shown.name.shown(), 16}, shown.name.suffix,
      client.sound && server.sound && client.id == server.id ? ", answered under the same id" : "");
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 137, .transport = Transport::udp, .service = "netbios-ns"},
});

constexpr Bytes status_query =
    "\x80\x94\0\0\0\x01\0\0\0\0\0\0 CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\x01"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a status query for any name", .client = status_query},
    {.about = "a name asked for and found",
     .client =
         "\x12\x34\x01\x10\0\x01\0\0\0\0\0\0 FAFCEJEOFEEFFCCACACACACACACACAAA\0\0\x20\0\x01"_b,
     .server = "\x12\x34\x85\0\0\0\0\x01\0\0\0\0 FAFCEJEOFEEFFCCACACACACACACACAAA\0\0\x20\0\x01"
               "\0\x04\x93\xe0\0\x06\0\0\xc0\0\x02\x07"_b},
    {.about = "a name registered",
     .client = "\x80\x03\x29\x10\0\x01\0\0\0\0\0\x01 FAFCEJEOFEEFFCCACACACACACACACAAA\0\0\x20\0\x01"
               "\xc0\x0c\0\x20\0\x01\0\0\0\0\0\x06\0\0\xc0\0\x02\x07"_b},
    {.about = "a query of DNS for a name of that length",
     .client = "\x12\x34\x01\0\0\x01\0\0\0\0\0\0 abcdefghijklmnopabcdefghijklmnop\0\0\x01\0\x01"_b,
     .expect = Certainty::none},
    {.about = "a letter beyond P",
     .client = "\x80\x94\0\0\0\x01\0\0\0\0\0\0 CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQ\0\0\x21\0\x01"_b,
     .expect = Certainty::none},
    {.about = "one byte too many",
     .client = "\x80\x94\0\0\0\x01\0\0\0\0\0\0 CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0\0\x21\0\x01!"_b,
     .expect = Certainty::none},
});

// An id, then flags, of which two are always zero.
constexpr auto first_bytes = Opening{ByteSet::all()}.with(
    3, ByteSet::where([](unsigned char flags) { return (flags & 0x60u) == 0; }));

}  // namespace

extern const Recognizer netbios_ns;
constinit const Recognizer netbios_ns{
    .name = "netbios-ns",
    .title = "NetBIOS name service",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = status_query, .about = "the names that the host bears"},
    .reference = "RFC 1002, section 4.2",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
