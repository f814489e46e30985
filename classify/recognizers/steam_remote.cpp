// Steam's Remote Play: clients of one household look for one another.
//
// Valve's messages in SteamDatabase's Protobufs (steammessages_remoteclient_discovery.proto). Datagram: FF FF FF FF 21 4C 5F
// A0, length of the header (4, little endian), header, length of the body (4), body; both in protocol buffers. The header
// begins with the client's id (08) and the message's kind (10).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes magic = "\xff\xff\xff\xff\x21\x4c\x5f\xa0";

Fit judge(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept(magic);
  const std::uint32_t header = reader.u32_le();
  const Bytes fields = reader.take(header);
  const std::uint32_t body = reader.u32_le();
  if (!reader || header > 1024 || !fields.starts_with('\x08')) return Fit::alien;
  return message.wire_length == reader.offset() + body ? Fit::proves : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("\xff"), .server = ByteSet::of("\xff")};

Match recognize_steam_remote(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Match match;
  match.certainty = weigh(judge_datagrams(exchange, Side::client, judge),
                          judge_datagrams(exchange, Side::server, judge));
  if (match)
    match.says = Note::of("a message of the search for clients of Steam, its lengths right");
  return match;
}

constexpr Bytes discovery =
    "\xff\xff\xff\xff!L_\xa0\r\0\0\0\x08\xe8\xcb\xd7\xd6\xd9\x8a\xa8\xc5\xe1\x01\x10\0\x02"
    "\0\0\0\x08\x01"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a search", .client = discovery},
    {.about = "a search and its answer",
     .client = discovery,
     .server =
         "\xff\xff\xff\xff!L_\xa0\r\0\0\0\x08\x99\xae\xbf\xd0\xc8\xd5\xd1\xf7\xa6\x01\x10\x01\x08"
         "\0\0\0\x08\x06\x10\x0c\x18i\"\0"_b},
    {.about = "a body of another length",
     .client =
         "\xff\xff\xff\xff!L_\xa0\r\0\0\0\x08\xe8\xcb\xd7\xd6\xd9\x8a\xa8\xc5\xe1\x01\x10\0\x03"
         "\0\0\0\x08\x01"_b,
     .expect = Certainty::none},
    {.about = "the magic alone", .client = "\xff\xff\xff\xff!L_\xa0"_b, .expect = Certainty::none},
    {.about = "another magic",
     .client =
         "\xff\xff\xff\xff!L_\xa1\r\0\0\0\x08\xe8\xcb\xd7\xd6\xd9\x8a\xa8\xc5\xe1\x01\x10\0\x02"
         "\0\0\0\x08\x01"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer steam_remote;
constinit const Recognizer steam_remote{
    .name = "steam-remote",
    .title = "Steam Remote Play",
    .transports = Transports::udp,
    .hello = {.bytes = discovery,
              .about = "a search for clients, which tell their names (read only)"},
    .reference = "SteamDatabase, steammessages_remoteclient_discovery.proto",
    .opens = opens,
    .judge = recognize_steam_remote,
    .examples = examples,
};

}  // namespace oddport::recognizers
