// SLP: services of a network look for each other. RFC 2608, section 8 (version 2); RFC 2165,
// section 8 (version 1).
//
//   2, function 1 to 11, length (3), flags (3 bits, then 13 zero bits), extension (3), id (2),
//   length of the language (2), language ("en"), then by function
//
//   1, function 1 to 11, length (2), flags, dialect 0, language ("en"), encoding (2), id (2), then
//   by function
//
// The length is that of the whole datagram. A request's lists begin with their length each.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t last_function = 11;

constexpr auto functions = std::to_array<std::string_view>({
    "nothing",
    "service request",
    "service reply",
    "registration",
    "deregistration",
    "acknowledgement",
    "attribute request",
    "attribute reply",
    "advertisement of an agent",
    "request for types",
    "reply about types",
    "advertisement of a service agent",
});

struct Parsed {
  bool sound = false;
  std::uint8_t version = 0;
  std::uint8_t function = 0;
  std::uint16_t id = 0;
  Bytes wanted;  // type of service

  bool answers() const {
    return function == 2 || function == 5 || function == 7 || function == 8 || function == 10 ||
           function == 11;
  }
};

bool is_language(Bytes tag) {
  return tag.size() >= 2 && tag.size() <= 17 && is_token(tag) &&
         is_letter(static_cast<unsigned char>(tag[0])) &&
         is_letter(static_cast<unsigned char>(tag[1]));
}

bool read_version_2(ByteReader& reader, Parsed& parsed, std::uint32_t& length) {
  length = reader.u24();
  const std::uint16_t flags = reader.u16();
  const std::uint32_t extension = reader.u24();
  parsed.id = reader.u16();
  const Bytes language = reader.take(reader.u16());
  return reader && (flags & 0x1fff) == 0 && extension < length && is_language(language);
}

// The encoding is a number of MIBenum, 3 US-ASCII and 106 UTF-8 above all; others existed.
bool read_version_1(ByteReader& reader, Parsed& parsed, std::uint32_t& length) {
  length = reader.u16();
  const std::uint8_t flags = reader.u8();
  const std::uint8_t dialect = reader.u8();
  const Bytes language = reader.take(2);
  const std::uint16_t encoding = reader.u16();
  parsed.id = reader.u16();
  return reader && (flags & 7) == 0 && dialect == 0 && is_language(language) && encoding >= 3 &&
         encoding <= 2260;
}

// Lists of text, each behind its length.
bool read_request(ByteReader& reader, Parsed& parsed) {
  reader.take(reader.u16());
  parsed.wanted = reader.take(reader.u16());
  return reader && is_text(parsed.wanted);
}

Parsed parse(const Message& message, Transport transport) {
  ByteReader reader{message.bytes};
  Parsed parsed;
  std::uint32_t length = 0;
  parsed.version = reader.u8();
  parsed.function = reader.u8();
  if (parsed.function < 1 || parsed.function > last_function) return parsed;
  const bool headed = parsed.version == 2   ? read_version_2(reader, parsed, length)
                      : parsed.version == 1 ? read_version_1(reader, parsed, length)
                                            : false;
  if (!headed || length < 14) return parsed;
  if (transport == Transport::udp ? length != message.wire_length : length > 0x10000) return parsed;
  const bool asks = parsed.function == 1 || parsed.function == 6;
  parsed.sound = !asks || read_request(reader, parsed) || !message.is_whole();
  return parsed;
}

Note describe(const Parsed& parsed, std::string_view rest) {
  if (parsed.wanted.empty())
    return Note::of("a {} of version {}{}", functions[parsed.function], parsed.version, rest);
  return Note::of("a {} of version {} about {}{}", functions[parsed.function], parsed.version,
                  Printable{parsed.wanted, 48}, rest);
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.nth(Side::client, 0), seen.transport);
  const Parsed server = parse(seen.nth(Side::server, 0), seen.transport);
  if (!client.sound && !server.sound) return {};
  const bool odd =
      (!client.sound && !seen.client.empty()) || (!server.sound && !seen.server.empty());
  const bool paired = client.sound && server.sound && server.answers() && client.id == server.id;
  const Parsed& shown = client.sound ? client : server;
  Match match;
  // Version 1 leaves less to check in one message.
  const bool enough = shown.version == 2 || paired || !shown.wanted.empty();
  match.certainty = enough && !odd ? Certainty::confirmed : Certainty::likely;
  if (shown.version == 1) match.era = Era::obsolete;
  match.says = describe(shown, paired ? ", answered under the same id" : "");
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 427, .service = "svrloc"},
    {.port = 427, .transport = Transport::udp, .service = "svrloc"},
});

constexpr Bytes question =
    "\x02\x01\0\0\x36\0\0\0\0\0od\0\x02"
    "en\0\0\0\x15service:service-agent\0\x07"
    "default\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a service asked for, and none found",
     .client = question,
     .server = "\x02\x02\0\0\x14\0\0\0\0\0od\0\x02"
               "en\0\0\0\0"_b,
     .transport = Transport::udp},
    {.about = "the question over TCP", .client = question, .transport = Transport::tcp},
    {.about = "version 1",
     .client = "\x01\x01\0\x21\0\0en\0\x03\0\x07\0\0\0\x11printer:lpr//x=1/"_b,
     .transport = Transport::udp},
    {.about = "a length that does not fit",
     .client = "\x02\x02\0\0\x15\0\0\0\0\0od\0\x02"
               "en\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a reserved flag",
     .client = "\x02\x02\0\0\x14\0\x01\0\0\0od\0\x02"
               "en\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "no language",
     .client = "\x02\x02\0\0\x14\0\0\0\0\0od\0\x02\0\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer slp;
constinit const Recognizer slp{
    .name = "slp",
    .title = "SLP",
    .transports = Transports::both,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = question, .about = "which agents are there"},
    .reference = "RFC 2608, section 8",
    .opens = {.client = ByteSet::range(1, 2), .server = ByteSet::range(1, 2)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
