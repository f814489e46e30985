// SPICE: the screens of virtual machines.
//
// "SPICE protocol" (spice-space.org), sections 3 and 11. Both sides begin, little endian: "REDQ", version (4 and 4), length of
// the rest (4). The client goes on with connection (4), channel (1: 1 main, 2 display ...), number, counts of capabilities (4
// each), their place (4: 18); the server with an error (4) and a key of 162 bytes.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

struct Start {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t length = 0;
  ByteReader body{Bytes{}};
};

Start read_start(Bytes said) {
  ByteReader reader{said};
  Start start;
  reader.accept("REDQ");
  start.major = reader.u32_le();
  start.minor = reader.u32_le();
  start.length = reader.u32_le();
  if (!reader || start.major == 0 || start.major > 16 || start.minor > 255 || start.length > 4096)
    return {};
  start.body = reader;
  return start;
}

Fit judge_client(Bytes said, std::uint8_t& channel) {
  if (said.empty()) return Fit::open;
  Start start = read_start(said);
  start.body.skip(4);
  channel = start.body.u8();
  start.body.skip(1);
  const std::uint32_t common = start.body.u32_le();
  const std::uint32_t own = start.body.u32_le();
  const std::uint32_t place = start.body.u32_le();
  if (!start.body || channel == 0 || channel > 32 || common > 64 || own > 64) return Fit::alien;
  return place >= 18 && start.length == place + 4 * (common + own) ? Fit::proves : Fit::alien;
}

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  Start start = read_start(said);
  const std::uint32_t error = start.body.u32_le();
  if (!start.body || start.major == 0 || error > 16 || start.length < 4) return Fit::alien;
  return start.length >= 178 || error != 0 ? Fit::proves : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("R"), .server = ByteSet::of("R")};

Match recognize_spice(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  std::uint8_t channel = 0;
  Match match;
  match.certainty = weigh(judge_client(exchange.client, channel), judge_server(exchange.server));
  if (!match) return match;
  if (channel != 0)
    match.says = Note::of("client says REDQ and asks for channel {}", channel);
  else
    match.says = Note::of("server says REDQ");
  return match;
}

constexpr Bytes link =
    "REDQ\x02\0\0\0\x02\0\0\0\x1a\0\0\0\0\0\0\0\x01\0\x01\0\0\0\x01\0\0\0\x12\0\0\0\r\0\0\0"
    "\x0f\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "both begin",
     .client = link,
     .server = "REDQ\x02\0\0\0\x02\0\0\0\xba\0\0\0\0\0\0\x00"
               "0\x81\x9f"
               "0\r\x06\x09*\x86H\x86\xf7\r\x01\x01\x01\x05\0\x03\x81\x8d\0"_b},
    {.about = "the client alone", .client = link},
    {.about = "the word alone", .client = "REDQ", .expect = Certainty::none},
    {.about = "capabilities beyond the end",
     .client =
         "REDQ\x02\0\0\0\x02\0\0\0\x1a\0\0\0\0\0\0\0\x01\0\x02\0\0\0\x01\0\0\0\x12\0\0\0\r\0\0\0"
         "\x0f\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = link,
     .server = "RFB 003.008\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer spice;
constinit const Recognizer spice{
    .name = "spice",
    .title = "SPICE",
    .hello = {.bytes = link, .about = "the client's first message, without a ticket"},
    .reference = "SPICE protocol, sections 3 and 11",
    .opens = opens,
    .judge = recognize_spice,
    .examples = examples,
};

}  // namespace oddport::recognizers
