// TeamSpeak 3: voice of groups over UDP.
//
// "TS3 protocol paper" of TS3AudioBot, section 2. The first packets of both sides begin "TS3INIT1" in place of their seal;
// from the client then follow number 101 (2), client 0 (2), kind 88, version (4), step (0, 2 or 4); from the server number
// 101, kind 88, step (1, 3 or 127).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes seal = "TS3INIT1";

Fit judge_client(const Message& message) {
  ByteReader reader{message.bytes};
  if (!reader.accept(seal)) return Fit::weak;
  reader.accept("\0\x65"_b);
  reader.skip(2);
  reader.accept("\x88");
  reader.skip(4);
  const std::uint8_t step = reader.u8();
  return reader && (step == 0 || step == 2 || step == 4) ? Fit::proves : Fit::alien;
}

Fit judge_server(const Message& message) {
  ByteReader reader{message.bytes};
  if (!reader.accept(seal)) return Fit::weak;
  reader.accept("\0\x65\x88"_b);
  const std::uint8_t step = reader.u8();
  return reader && (step == 1 || step == 3 || step == 127) ? Fit::proves : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("T"), .server = ByteSet::of("T")};

// Once both have agreed, packets bear real seals: what is not of the beginning neither speaks for it nor against.
Match recognize_teamspeak3(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Fit client = judge_datagrams(exchange, Side::client, judge_client);
  const Fit server = judge_datagrams(exchange, Side::server, judge_server);
  if (client != Fit::proves && server != Fit::proves) return {};
  Match match;
  match.certainty =
      weigh(client == Fit::weak ? Fit::alien : client, server == Fit::weak ? Fit::alien : server);
  if (match)
    match.says = Note::of("{} begins with TS3INIT1", client == Fit::proves ? "client" : "server");
  return match;
}

constexpr Bytes opening =
    "TS3INIT1\0\x65\0\0\x88\x09\x83\x8c\xcf\0\x60\x5b\x1c\x2a\x01\x02\x03\x04\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "both begin",
     .client = opening,
     .server = "TS3INIT1\0\x65\x88\x01 sixteen cookies.\x04\x03\x02\x01"_b},
    {.about = "the client alone", .client = opening},
    {.about = "the seal alone", .client = "TS3INIT1", .expect = Certainty::none},
    {.about = "no such step",
     .client = "TS3INIT1\0\x65\0\0\x88\x09\x83\x8c\xcf\x07"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = opening,
     .server = "\x12\x34",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer teamspeak3;
constinit const Recognizer teamspeak3{
    .name = "teamspeak3",
    .title = "TeamSpeak 3",
    .transports = Transports::udp,
    .hello = {.bytes = opening, .about = "the first packet of a session that is not carried on"},
    .reference = "TS3AudioBot, TS3 protocol paper",
    .opens = opens,
    .judge = recognize_teamspeak3,
    .examples = examples,
};

}  // namespace oddport::recognizers
