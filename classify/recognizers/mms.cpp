// MMS: Windows Media of old is streamed. [MS-MMSP], section 2.2.3.
//
//   01 version, 00, 0000, ce fa 0b b0 session (b00bface), length (4), "MMS ", chunks of eight bytes
//   (4), sequence (2) ..., then message: chunks (4), number (2), direction 0003 to the server or
//   0004 to the client
//
// All of it little-endian. (The MMS of ISO 9506, which steers machines, is another protocol.)
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Parsed {
  bool sound = false;
  std::uint16_t number = 0;
  std::uint16_t direction = 0;
};

Parsed parse(Bytes said) {
  ByteReader reader{said};
  reader.accept("\x01");
  reader.skip(3);
  reader.accept("\xce\xfa\x0b\xb0");
  const std::uint32_t length = reader.u32_le();
  reader.accept("MMS ");
  const std::uint32_t chunks = reader.u32_le();
  reader.skip(12);
  reader.skip(4);
  Parsed parsed;
  parsed.number = reader.u16_le();
  parsed.direction = reader.u16_le();
  parsed.sound = reader && length < 0x10000 && chunks < 0x2000 &&
                 (parsed.direction == 3 || parsed.direction == 4);
  return parsed;
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.client);
  const Parsed server = parse(seen.server);
  if (!client.sound && !server.sound) return {};
  const bool odd = (!client.sound && !seen.client.empty() && seen.client_from_start) ||
                   (!server.sound && !seen.server.empty() && seen.server_from_start);
  const Parsed& shown = client.sound ? client : server;
  Match match;
  match.certainty = odd ? Certainty::likely : Certainty::confirmed;
  match.says = Note::of("a command of Windows Media, number {:04x}, to the {}", shown.number,
                        shown.direction == 3 ? "server" : "client");
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 1755, .service = "ms-streaming"}});

constexpr Bytes command =
    "\x01\0\0\0\xce\xfa\x0b\xb0\x30\0\0\0MMS \x06\0\0\0\0\0\0\0\x12\x34\x56\x78\x9a\xbc\xde\xf0"
    "\x04\0\0\0\x01\0\x03\0\0\0\0\0\x0b\0\x04\0\x1c\0\x03\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a client connects, the server answers",
     .client = command,
     .server = "\x01\0\0\0\xce\xfa\x0b\xb0\x30\0\0\0MMS "
               "\x06\0\0\0\0\0\0\0\x12\x34\x56\x78\x9a\xbc\xde\xf0"
               "\x04\0\0\0\x01\0\x04\0\0\0\0\0"_b},
    {.about = "the client alone", .client = command},
    {.about = "the marks alone",
     .client = "\x01\0\0\0\xce\xfa\x0b\xb0\x30\0\0\0MMS "_b,
     .expect = Certainty::none},
    {.about = "neither to the server nor to the client",
     .client = "\x01\0\0\0\xce\xfa\x0b\xb0\x30\0\0\0MMS "
               "\x06\0\0\0\0\0\0\0\x12\x34\x56\x78\x9a\xbc\xde\xf0"
               "\x04\0\0\0\x01\0\x05\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer mms;
constinit const Recognizer mms{
    .name = "mms",
    .title = "MMS (Windows Media)",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: no question is harmless enough"},
    .reference = "[MS-MMSP], section 2.2.3",
    .opens = {.client = ByteSet::of("\x01"), .server = ByteSet::of("\x01")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
