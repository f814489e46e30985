// SNMP: what devices count and how they are set. RFC 1157, section 4 (version 1 and the message),
// RFC 3416, section 3 (version 2c), RFC 3412, section 6 (version 3).
//
//   30 message { 02 version 0 or 1, 04 community, a0 to a8 PDU { 02 request id, 02 error, 02 index,
//     30 { 30 { 06 name, value } ... } } }
//   a4 trap of version 1 { 06 enterprise, 40 address, 02 kind, 02 code, 43 time, 30 ... }
//   30 message { 02 version 3, 30 { 02 id, 02 size, 04 flags, 02 model }, 04 security, 30 scoped
//     PDU, or 04 encrypted }
//
// Every length must lead to the end of what is around it.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/asn1_element.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t sequence = 0x30;
constexpr std::uint8_t octets = 0x04;
constexpr std::uint8_t object = 0x06;
constexpr std::uint8_t trap_1 = 0xa4;
constexpr std::uint8_t first_pdu = 0xa0;
constexpr std::uint8_t last_pdu = 0xa8;

constexpr auto pdu_names = std::to_array<std::string_view>({
    "get",
    "get-next",
    "response",
    "set",
    "trap",
    "get-bulk",
    "inform",
    "trap",
    "report",
});

struct Parsed {
  Certainty certainty = Certainty::none;
  std::uint32_t version = 0;  // 0, 1, 3
  std::uint8_t pdu = 0;
  Bytes community;
  std::uint32_t id = 0;
  bool encrypted = false;

  bool answers() const { return pdu == 0xa2 || pdu == last_pdu; }
};

// A list of pairs, each a name and one value, up to what was captured.
bool is_list_of_variables(Bytes list, bool whole) {
  ByteReader reader{list};
  while (!reader.at_end()) {
    ByteReader pair{read_asn1(reader, sequence)};
    read_asn1(pair, object);
    const Asn1Element value = read_asn1(pair);
    if (!value.is_whole()) pair.fail();
    if (!reader || !pair) return !whole;
    if (whole && !pair.at_end()) return false;
  }
  return static_cast<bool>(reader);
}

bool read_trap(ByteReader& pdu) {
  read_asn1(pdu, object);
  const Bytes address = read_asn1(pdu, 0x40);
  const std::uint32_t kind = read_asn1_number(pdu);
  read_asn1_number(pdu);
  read_asn1(pdu, 0x43);
  return pdu && address.size() == 4 && kind <= 6;
}

bool read_pdu_head(ByteReader& pdu, Parsed& parsed) {
  if (parsed.pdu == trap_1) return read_trap(pdu);
  const Bytes id = read_asn1(pdu, 0x02);
  read_asn1_number(pdu);
  read_asn1_number(pdu);
  ByteReader digits{id};
  while (!digits.at_end()) parsed.id = parsed.id << 8 | digits.u8();
  return pdu && !id.empty() && id.size() <= 5;
}

Certainty read_pdu(ByteReader& reader, bool whole, Parsed& parsed) {
  const Asn1Element element = read_asn1(reader);
  parsed.pdu = element.tag;
  if (!reader) return whole ? Certainty::none : Certainty::likely;
  if (parsed.pdu < first_pdu || parsed.pdu > last_pdu) return Certainty::none;
  if (whole && !element.is_whole()) return Certainty::none;
  ByteReader pdu{element.content};
  if (!read_pdu_head(pdu, parsed)) return whole ? Certainty::none : Certainty::likely;
  const Asn1Element list = read_asn1(pdu);
  if (!pdu || list.tag != sequence || (whole && !(list.is_whole() && pdu.at_end())) ||
      !is_list_of_variables(list.content, whole))
    return whole ? Certainty::none : Certainty::likely;
  return Certainty::confirmed;
}

// The security model's own data, and the PDU within a scope: RFC 3412, section 6; RFC 3414, section
// 2.4.
Certainty read_version_3(ByteReader& reader, bool whole, Parsed& parsed) {
  ByteReader header{read_asn1(reader, sequence)};
  parsed.id = read_asn1_number(header);
  const std::uint32_t size = read_asn1_number(header);
  const Bytes flags = read_asn1(header, octets);
  const std::uint32_t model = read_asn1_number(header);
  if (!header || !header.at_end() || size < 484 || flags.size() != 1) return Certainty::none;
  if (static_cast<unsigned char>(flags.front()) > 7 || model == 0) return Certainty::none;
  read_asn1(reader, octets);
  const Asn1Element data = read_asn1(reader);
  if (whole && !(data.is_whole() && reader.at_end())) return Certainty::none;
  parsed.encrypted = data.tag == octets;
  if (!reader) return whole ? Certainty::none : Certainty::confirmed;
  if (data.tag != sequence && data.tag != octets) return Certainty::none;
  if (parsed.encrypted) return Certainty::confirmed;
  ByteReader scoped{data.content};
  read_asn1(scoped, octets);
  read_asn1(scoped, octets);
  return read_pdu(scoped, whole, parsed);
}

Certainty read_community(ByteReader& reader, bool whole, Parsed& parsed) {
  parsed.community = read_asn1(reader, octets);
  if (!reader || !is_text(parsed.community)) return Certainty::none;
  const Certainty certainty = read_pdu(reader, whole, parsed);
  return whole && !reader.at_end() ? Certainty::none : certainty;
}

Parsed parse(Bytes bytes, bool whole) {
  ByteReader reader{bytes};
  const Asn1Element message = read_asn1(reader);
  if (!reader || message.tag != sequence || message.length < 20) return {};
  if (whole && (!message.is_whole() || !reader.at_end())) return {};
  ByteReader content{message.content};
  Parsed parsed;
  parsed.version = read_asn1_number(content);
  if (!content || parsed.version > 3 || parsed.version == 2) return {};
  parsed.certainty = parsed.version == 3 ? read_version_3(content, whole, parsed)
                                         : read_community(content, whole, parsed);
  return parsed;
}

// Over TCP (RFC 3430) one message follows the other: the first one counts.
Parsed parse(const Message& message, Transport transport) {
  if (transport == Transport::udp) return parse(message.bytes, message.is_whole());
  ByteReader reader{message.bytes};
  const Asn1Element first = read_asn1(reader);
  const std::size_t end = reader ? reader.offset() : 0;
  return parse(message.bytes.substr(0, end), first.is_whole());
}

Note describe(const Parsed& parsed, std::string_view rest) {
  const std::string_view version = parsed.version == 0 ? "1" : parsed.version == 1 ? "2c" : "3";
  if (parsed.encrypted) return Note::of("version 3, encrypted{}", rest);
  const std::string_view name = parsed.pdu < first_pdu || parsed.pdu > last_pdu
                                    ? "message"
                                    : pdu_names[parsed.pdu - std::size_t{first_pdu}];
  if (parsed.version == 3) return Note::of("a {} of version 3{}", name, rest);
  return Note::of("a {} of version {}, community {}{}", name, version,
                  Printable{parsed.community, 24}, rest);
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.nth(Side::client, 0), seen.transport);
  const Parsed server = parse(seen.nth(Side::server, 0), seen.transport);
  const bool client_odd = client.certainty == Certainty::none && !seen.client.empty();
  const bool server_odd = server.certainty == Certainty::none && !seen.server.empty();
  const Parsed& shown = client.certainty != Certainty::none ? client : server;
  Match match;
  match.certainty = shown.certainty;
  if (!match) return match;
  const bool from_start = seen.client_from_start && seen.server_from_start;
  if ((client_odd || server_odd) && from_start)
    match.certainty = std::min(match.certainty, Certainty::likely);
  const bool paired = client.certainty == Certainty::confirmed && !server_odd && server.answers() &&
                      client.id == server.id;
  match.says = describe(shown, paired ? ", answered under the same id" : "");
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 161, .transport = Transport::udp, .service = "snmp"},
    {.port = 162, .transport = Transport::udp, .service = "snmptrap"},
    {.port = 161, .service = "snmp"},
    {.port = 162, .service = "snmptrap"},
});

constexpr Bytes get =
    "\x30\x29\x02\x01\x01\x04\x06public\xa0\x1c\x02\x04\x12\x34\x56\x78\x02\x01\0\x02\x01\0"
    "\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a value asked for and given",
     .client = get,
     .server =
         "\x30\x2d\x02\x01\x01\x04\x06public\xa2\x20\x02\x04\x12\x34\x56\x78\x02\x01\0\x02\x01\0"
         "\x30\x12\x30\x10\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x04\x04unix"_b,
     .transport = Transport::udp},
    {.about = "the question alone, over TCP", .client = get, .transport = Transport::tcp},
    {.about = "a trap of version 1",
     .client = "\x30\x26\x02\x01\0\x04\x06public\xa4\x19\x06\x05\x2b\x06\x01\x04\x01\x40\x04\xc0\0"
               "\x02\x07\x02\x01\0\x02\x01\0\x43\x02\x01\x02\x30\0"_b,
     .transport = Transport::udp},
    {.about = "version 3 asks who the engine is",
     .client =
         "\x30\x3a\x02\x01\x03\x30\x0f\x02\x02\x12\x34\x02\x03\0\xff\xe3\x04\x01\x04\x02\x01\x03"
         "\x04\x10\x30\x0e\x04\0\x02\x01\0\x02\x01\0\x04\0\x04\0\x04\0"
         "\x30\x12\x04\0\x04\0\xa0\x0c\x02\x02\x12\x34\x02\x01\0\x02\x01\0\x30\0"_b,
     .transport = Transport::udp},
    {.about = "LDAP begins alike",
     .client = "\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a list that is longer than its PDU",
     .client =
         "\x30\x29\x02\x01\x01\x04\x06public\xa0\x1c\x02\x04\x12\x34\x56\x78\x02\x01\0\x02\x01\0"
         "\x30\x0f\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "one byte too many",
     .client =
         "\x30\x29\x02\x01\x01\x04\x06public\xa0\x1c\x02\x04\x12\x34\x56\x78\x02\x01\0\x02\x01\0"
         "\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\0\x05\0!"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer snmp;
constinit const Recognizer snmp{
    .name = "snmp",
    .title = "SNMP",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = get, .about = "the system's description, of the community public"},
    .reference = "RFC 3416, section 3",
    .opens = {.client = ByteSet::of("\x30"), .server = ByteSet::of("\x30")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
