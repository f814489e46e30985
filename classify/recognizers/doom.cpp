// Doom over UDP as Chocolate Doom and its kin play it: net_defs.h and net_packet.c in its source.
// (The port was registered for the Doom of 1993, which sent IPX or called by modem: this is another
// protocol, and it has no port of its own.)
//
// Type (2), whose highest bit asks for an acknowledgement and adds a number (1), then: 0 SYN: magic
// (4), the program's version, and what follows from it; 2 rejected: reason; 12 message: text; 13
// query: nothing; 14 answer: version, state (1), players (1), most players (1), mode (1), mission
// (1), description. Strings end in NUL.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  std::uint16_t type = 0;
  Bytes version;
  Certainty certainty = Certainty::none;
};

// A string of at least one printable byte, with its NUL.
Bytes read_string(ByteReader& reader) {
  const Bytes text = reader.until('\0', 200);
  if (text.empty() || !is_printable(text)) reader.fail();
  return text;
}

constexpr std::uint16_t query = 13;
constexpr std::uint16_t answer = 14;
constexpr std::uint32_t magic_of_3 = 0x56abe18c;
constexpr std::uint32_t magic_of_1 = 0xccd974d4;

// From the player: magic and version. From the server, since version 3: version and protocol.
Packet read_syn(const ByteReader& reader) {
  ByteReader player = reader;
  const std::uint32_t magic = player.u32();
  const Bytes version = read_string(player);
  if (player && (magic == magic_of_3 || magic == magic_of_1))
    return {.type = 0, .version = version, .certainty = Certainty::confirmed};
  ByteReader server = reader;
  const Bytes own = read_string(server);
  const Bytes protocol = read_string(server);
  if (server && protocol.ends_with("_DOOM_0"))
    return {.type = 0, .version = own, .certainty = Certainty::confirmed};
  return {};
}

Packet read_answer(ByteReader reader) {
  Packet packet{.type = answer, .version = read_string(reader)};
  const std::uint8_t state = reader.u8();
  const std::uint8_t players = reader.u8();
  const std::uint8_t most = reader.u8();
  const std::uint8_t mode = reader.u8();
  const std::uint8_t mission = reader.u8();
  read_string(reader);
  if (!reader || state > 4 || players > 8 || most > 8 || players > most) return packet;
  if (mode > 8 || mission > 20 || packet.version.size() < 6) return packet;
  packet.certainty =
      packet.version.find("Doom") != Bytes::npos ? Certainty::confirmed : Certainty::likely;
  return packet;
}

Packet read_packet(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint16_t type = reader.u16();
  if ((type & 0x8000) != 0) reader.skip(1);
  if (!reader || (type & 0x7fff) > 16) return {};
  if (type == 0) return read_syn(reader);
  if (type == answer) return read_answer(reader);
  if (type == query && message.wire_length == 2)
    return {.type = type, .version = {}, .certainty = Certainty::hint};
  return {};
}

// Types of packets that are sent while a game is set up or played tell no more than that.
bool is_foreign(const Message& message) {
  const unsigned type = ByteReader{message.bytes}.u16() & 0x7fffu;
  const bool empty_handed = read_packet(message).certainty == Certainty::none;
  return !message.bytes.empty() && empty_handed && (type == 0 || type > 16);
}

Match recognize(const Exchange& seen) {
  Packet best;
  bool asked = false;

  for (const Message& message : seen.messages) {
    const Packet packet = read_packet(message);
    if (packet.certainty > best.certainty) best = packet;
    asked |= packet.type == query;
  }
  if (best.certainty == Certainty::none) return {};
  if (best.type == query) return hint("a query of two bytes, as to a server of Doom");
  Match match;
  match.certainty = asked ? Certainty::confirmed : best.certainty;
  if (is_foreign(seen.nth(Side::client, 0)) || is_foreign(seen.nth(Side::server, 0)))
    match.certainty = Certainty::likely;
  match.says = best.type == answer
                   ? Note::of("server describes itself: {}", Printable{best.version})
                   : Note::of("a game is joined with {}", Printable{best.version});
  return match;
}

constexpr Bytes description =
    "\0\x0e"
    "Chocolate Doom 3.0.0\0\0\0\x08\x04\0Unnamed server\0\0\x01"
    "CHOCOLATE_DOOM_0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a server asked and its answer", .client = "\0\x0d"_b, .server = description},
    {.about = "the answer alone", .server = description},
    {.about = "a player joins",
     .client = "\0\0\x56\xab\xe1\x8c"
               "Chocolate Doom 3.0.0\0\x01"
               "CHOCOLATE_DOOM_0\0"_b},
    {.about = "the query alone", .client = "\0\x0d"_b, .expect = Certainty::none},
    {.about = "more players than there may be",
     .server = "\0\x0e"
               "Chocolate Doom 3.0.0\0\0\x09\x08\x04\0Unnamed server\0"_b,
     .expect = Certainty::none},
    {.about = "another magic",
     .client = "\0\0\x56\xab\xe1\x8d"
               "Chocolate Doom 3.0.0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer doom;
constinit const Recognizer doom{
    .name = "doom",
    .title = "Doom",
    .transports = Transports::udp,
    .era = Era::niche,
    .hello = {.bytes = "\0\x0d"_b, .about = "what the server is called and who plays"},
    .reference = "Chocolate Doom's net_defs.h and net_packet.c",
    .opens = {.client = ByteSet::of("\0\x80"_b), .server = ByteSet::of("\0\x80"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
