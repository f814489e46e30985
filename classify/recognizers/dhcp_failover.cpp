// DHCP failover: two servers keep their leases alike: draft-ietf-dhc-failover-12, section 6, and
// for DHCPv6 RFC 8156, section 6.
//
//   v4  length of the whole (2), type (1) 1 to 12, offset of the options (1) 12, time (4), id (4)
//   v6  length of what follows (2), type (1) 24 to 35, id (3), time (4)
//
// Options fill the rest: code (2), length (2), value.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

enum class Version : std::uint8_t { none, v4, v6 };

constexpr auto names_v4 = std::to_array<std::string_view>(
    {"pool request", "pool response", "binding update", "binding acknowledgement", "connect",
     "connect acknowledgement", "update request", "update done", "request for all updates", "state",
     "contact", "disconnect"});
constexpr auto names_v6 = std::to_array<std::string_view>(
    {"binding update", "binding reply", "pool request", "pool response", "update request",
     "request for all updates", "update done", "connect", "connect reply", "disconnect", "state",
     "contact"});

struct Talk {
  std::size_t messages = 0;
  std::size_t options = 0;  // of codes that are the failover's own
  Version version = Version::none;
  std::string_view first;
  bool cut = false;
  bool odd = false;
};

// Options up to the end; where the capture cut the message, as many as came.
bool count_options(ByteReader reader, bool cut, Version version, std::size_t& own) {
  while (!reader.at_end()) {
    const std::uint16_t code = reader.u16();
    const std::uint16_t length = reader.u16();
    reader.skip(length);
    if (!reader) return cut;
    if (code == 0 || code > (version == Version::v4 ? 60 : 255)) return false;
    if (version == Version::v4 ? code <= 30 : code >= 114 && code <= 134) ++own;
  }
  return true;
}

bool read_v4(ByteReader& reader, Talk& talk) {
  const std::size_t length = reader.u16();
  const std::uint8_t type = reader.u8();
  const std::uint8_t offset = reader.u8();
  const std::uint32_t time = reader.u32();
  reader.skip(4);
  if (!reader || length < 12 || length > 4096 || type < 1 || type > 12) return false;
  // Seconds since 1970: after 1995.
  if (offset != 12 || time < 0x30000000) return false;
  const bool cut = reader.remaining() < length - 12;
  talk.cut |= cut;
  const ByteReader options = reader.sub(std::min(length - 12, reader.remaining()));
  if (!count_options(options, cut, Version::v4, talk.options)) return false;
  if (talk.messages++ == 0) talk.first = names_v4[type - 1u];
  return true;
}

bool read_v6(ByteReader& reader, Talk& talk) {
  const std::size_t length = reader.u16();
  const std::uint8_t type = reader.u8();
  reader.skip(3);
  const std::uint32_t time = reader.u32();
  if (!reader || length < 8 || length > 16384 || type < 24 || type > 35) return false;
  // Seconds since 2000: after 2008.
  if (time < 0x10000000) return false;
  const bool cut = reader.remaining() < length - 8;
  talk.cut |= cut;
  const ByteReader options = reader.sub(std::min(length - 8, reader.remaining()));
  if (!count_options(options, cut, Version::v6, talk.options)) return false;
  if (talk.messages++ == 0) talk.first = names_v6[type - 24u];
  return true;
}

Talk listen(Bytes said) {
  Talk talk;
  ByteReader reader{said};
  while (reader.remaining() >= (talk.messages > 0 ? 12u : 1u)) {
    const ByteReader start = reader;
    const bool is_v4 = talk.version != Version::v6 && read_v4(reader, talk);
    if (!is_v4) reader = start;
    const bool is_v6 = !is_v4 && talk.version != Version::v4 && read_v6(reader, talk);
    if (!is_v4 && !is_v6) {
      talk.odd = true;
      break;
    }
    talk.version = is_v4 ? Version::v4 : Version::v6;
  }
  return talk;
}

Match recognize(const Exchange& seen) {
  const Talk client = listen(seen.client);
  const Talk server = listen(seen.server);
  const std::size_t messages = client.messages + server.messages;
  if (messages == 0 || client.odd || server.odd) return {};
  if (client.version != server.version && client.messages > 0 && server.messages > 0) return {};
  const Talk& shown = client.messages > 0 ? client : server;
  const std::string_view family = shown.version == Version::v4 ? "DHCPv4" : "DHCPv6";
  const std::size_t options = client.options + server.options;
  // What is cut, or of version 6 without an option of its own, has little to show.
  if (options == 0 && (shown.version == Version::v6 || client.cut || server.cut)) return {};
  const bool sure =
      options >= 2 || (messages >= 2 && (options > 0 || shown.version == Version::v4));
  Match match;
  match.certainty = sure ? Certainty::confirmed : Certainty::likely;

  match.says =
      Note::of("{} messages between {} servers, the first a {}", messages, family, shown.first);
  return match;
}

constexpr auto homes = std::to_array<Home>(
    {{.port = 647, .service = "dhcp-failover"}, {.port = 847, .service = "dhcp-failover2"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a connection between DHCPv4 servers",
     .client =
         "\0\x2a\x05\x0c\x65\x53\xf1\x00\0\0\0\x01\0\x0e\0\x04\0\0\0\x0a\0\x13\0\x04\0\0\0\x3c"
         "\0\x16\0\x02go\0\x0f\0\x04\0\0\x07\x08"_b,
     .server = "\0\x18\x06\x0c\x65\x53\xf1\x01\0\0\0\x01\0\x0e\0\x08\0\0\0\x0a\0\0\0\0"_b},
    {.about = "contacts of both servers",
     .client = "\0\x0c\x0b\x0c\x65\x53\xf1\x00\0\0\0\x05"_b,
     .server = "\0\x0c\x0b\x0c\x65\x53\xf1\x02\0\0\0\x09"_b},
    {.about = "a contact alone",
     .server = "\0\x0c\x0b\x0c\x65\x53\xf1\x02\0\0\0\x09"_b,
     .expect = Certainty::likely},
    {.about = "a connection between DHCPv6 servers",
     .client = "\0\x20\x1f\x12\x34\x56\x30\0\0\x01\0\x7f\0\x04\0\x01\0\0\0\x80\0\x04\0\0\0\x3c"
               "\0\x7a\0\x04\0\0\x0e\x10"_b},
    {.about = "options that do not end with the message",
     .client = "\0\x19\x06\x0c\x65\x53\xf1\x01\0\0\0\x01\0\x0e\0\x08\0\0\0\x0a\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the options elsewhere",
     .client = "\0\x0c\x0b\x08\x65\x53\xf1\x00\0\0\0\x05"_b,
     .expect = Certainty::none},
    {.about = "a leasequery of DHCPv6 over TCP",
     .client = "\0\x12\x0e\x12\x34\x56\0\x01\0\x0a\0\x03\0\x01\0\x50\x56\0\0\x01"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer dhcp_failover;
constinit const Recognizer dhcp_failover{
    .name = "dhcp-failover",
    .title = "DHCP failover",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a connection would disturb the pair"},
    .reference = "draft-ietf-dhc-failover-12, section 6; RFC 8156, section 6",
    .opens = {.client = ByteSet::range(0, 0x40), .server = ByteSet::range(0, 0x40)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
