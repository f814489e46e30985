// H.323 call signaling: video conferences set up calls (Q.931 messages, H.225.0 within them). ITU-T
// Q.931, section 4; H.225.0, section 7.2.2.
//
//   TPKT      03, 00, length (2)
//   Q.931     08, length of the reference 02, call reference (2), type 05 setup, 07 connect, 5a
//             release complete ..., elements
//   element   identifier from 80 on: one byte alone; else identifier, length (1), content
//   the last  7e user-user: length (2), 05, H.225.0
//
// Every message of H.323 has a user-user element, and the elements lead to the end of the frame.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t user_user = 0x7e;
constexpr std::uint8_t display = 0x28;

std::string_view name_of(std::uint8_t type) {
  switch (type) {
    case 0x01:
      return "alerting";
    case 0x02:
      return "call proceeding";
    case 0x03:
      return "progress";
    case 0x05:
      return "setup";
    case 0x07:
      return "connect";
    case 0x0d:
      return "setup acknowledge";
    case 0x5a:
      return "release complete";
    case 0x62:
      return "facility";
    case 0x6e:
      return "notify";
    case 0x75:
      return "status inquiry";
    case 0x7b:
      return "information";
    case 0x7d:
      return "status";
    default:
      return {};
  }
}

struct Parsed {
  bool sound = false;
  bool whole = false;
  std::uint8_t type = 0;
  std::uint16_t reference = 0;
  Bytes display;
  unsigned elements = 0;  // with content
};

// Bearer, cause, call state, facility, progress, display, date, keypad, signal, numbers,
// compatibility, user-user.
constexpr bool is_element(std::uint8_t id) {
  constexpr ByteSet known = ByteSet::of(
      "\x04\x08\x10\x14\x1c\x1e\x20\x24\x27\x28\x29\x2c\x34\x6c\x6d\x70\x71\x72\x7c\x7d\x7e");
  return known.contains(id);
}

// The content of H.225.0 begins with 05, the protocol's own mark, and a message of its
// alternatives.
bool read_elements(ByteReader reader, Parsed& parsed) {
  bool carries = false;
  while (!reader.at_end()) {
    const std::uint8_t id = reader.u8();
    if (id >= 0x80) continue;
    if (!is_element(id)) {
      parsed.elements = 0;
      return false;
    }
    const std::size_t length = id == user_user ? reader.u16() : reader.u8();
    const Bytes content = reader.take(length);
    if (reader) ++parsed.elements;
    if (id == user_user) carries = content.size() > 3 && content.front() == '\x05';
    if (id == display && is_text(content)) parsed.display = content;
  }
  return reader && carries;
}

Parsed parse(Bytes said) {
  ByteReader reader{said};
  reader.accept("\x03\0"_b);
  const std::uint16_t length = reader.u16();
  if (!reader || length < 10) return {};
  const bool whole = reader.remaining() + 4 >= length;
  ByteReader message = reader.sub(std::min<std::size_t>(length - 4u, reader.remaining()));
  message.accept("\x08\x02");
  Parsed parsed;
  parsed.reference = message.u16() & 0x7fff;
  parsed.type = message.u8();
  parsed.whole = whole;
  if (!message || name_of(parsed.type).empty()) return {};
  parsed.sound = read_elements(message, parsed) || (!whole && parsed.elements > 0);
  return parsed;
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.client);
  const Parsed server = parse(seen.server);
  if (!client.sound && !server.sound) return {};
  const bool odd = (!client.sound && !seen.client.empty() && seen.client_from_start) ||
                   (!server.sound && !seen.server.empty() && seen.server_from_start);
  const bool paired = client.sound && server.sound && client.reference == server.reference;
  const Parsed& shown = client.sound ? client : server;
  Match match;
  match.certainty = !odd && (shown.whole || paired) ? Certainty::confirmed : Certainty::likely;
  const std::string_view from = shown.display.empty() ? "" : " of ";
  match.says = Note::of("{}{}{}{}", name_of(shown.type), from, Printable{shown.display, 40},
                        paired ? ", answered under the same reference" : "");
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 1720, .service = "h323hostcall"}});

constexpr Bytes setup =
    "\x03\0\0\x22\x08\x02\x12\x34\x05\x04\x03\x88\x93\xa5\x28\x04joe\0\x7e\0\x0b\x05\x20\x80\x06\0"
    "\x08"
    "\x91\x4a\0\x04\x01"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a call set up, and refused",
     .client = setup,
     .server =
         "\x03\0\0\x18\x08\x02\x92\x34\x5a\x08\x02\x80\x90\x7e\0\x08\x05\x25\x80\x06\0\x08\x91\x4a"_b},
    {.about = "the setup alone", .client = setup},
    {.about = "Q.931 without anything of H.323",
     .client = "\x03\0\0\x0f\x08\x02\x12\x34\x05\x04\x03\x88\x93\xa5\xa1"_b,
     .expect = Certainty::none},
    {.about = "an element beyond the end",
     .client =
         "\x03\0\0\x18\x08\x02\x92\x34\x5a\x08\x02\x80\x90\x7e\0\x09\x05\x25\x80\x06\0\x08\x91\x4a"_b,
     .expect = Certainty::none},
    {.about = "ISO 8073 in the same frame",
     .client = "\x03\0\0\x0b\x06\xe0\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer h323;
constinit const Recognizer h323{
    .name = "h323",
    .title = "H.323 call signaling",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: what may be said first is a call"},
    .reference = "ITU-T H.225.0, section 7.2; Q.931, section 4",
    .opens = {.client = ByteSet::of("\x03"), .server = ByteSet::of("\x03")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
