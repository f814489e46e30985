// Perforce: a version control system whose client and server call each other's functions.
//
// The published P4API (rpc): packet of a check byte (the four of the length, combined by exclusive or), length (4,
// low byte first), then variables: name, NUL, length (4), value, NUL. One of them, "func", names the function;
// a connection opens with "protocol".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes function;
  unsigned variables = 0;  // those that have a name; arguments have none
};

Fit read_packet(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  const std::uint8_t check = reader.u8();
  const std::uint32_t length = reader.u32_le();
  const std::uint32_t folded = length ^ length >> 8 ^ length >> 16 ^ length >> 24;
  if (!reader || (folded & 0xff) != check || length < 8 || length > 0x1fffffff) return Fit::alien;
  const bool whole = length <= reader.remaining();
  ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  while (!body.at_end()) {
    const Bytes name = body.until('\0', 64);
    const Bytes value = body.take(body.u32_le());
    body.accept("\0"_b);
    if (!body) break;
    if (!name.empty() && !is_token(name)) return Fit::alien;
    if (name == "func") said.function = value;
    if (name.size() >= 2) ++said.variables;
  }
  if (!body && whole) return Fit::alien;
  const bool named = is_token(said.function);
  if (said.variables < 2 || !(named || !whole)) return Fit::alien;
  return named ? Fit::proves : Fit::fits;
}

Match recognize_perforce(const Exchange& seen) {
  Speech client;
  Speech server;
  const auto [asks, answers] = judge_streams(seen, read_packet, client, server);
  const bool asked = asks >= Fit::weak;
  return answer(weigh(seen, asks, answers), "{} calls {}", asked ? "client" : "server",
                Printable{asked ? client.function : server.function});
}

constexpr Bytes opening =
    "\x3b\x3b\0\0\0cmpfile\0\0\0\0\0\0client\0\2\0\0\0"
    "84\0api\0\5\0\0\0"
    "99999\0func\0\x08\0\0\0protocol\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the client opens", .client = opening},
    {.about = "both sides",
     .client = opening,
     .server = "\x2c\x2c\0\0\0xfiles\0\1\0\0\0"
               "7\0server\0\1\0\0\0"
               "3\0func\0\x08\0\0\0protocol\0"_b},
    {.about = "a check byte that does not fit",
     .client = "\x3a\x3b\0\0\0cmpfile\0\0\0\0\0\0client\0\2\0\0\0"
               "84\0api\0\5\0\0\0"
               "99999\0func\0\x08\0\0\0protocol\0"_b,
     .expect = Certainty::none},
    {.about = "no variables", .client = "\x08\x08\0\0\0abcdefgh"_b, .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = opening,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer perforce;
constinit const Recognizer perforce{
    .name = "perforce",
    .title = "Perforce",
    .hello = {.about = "nothing: every question is a call of a function"},
    .reference = "P4API, rpc",
    .judge = recognize_perforce,
    .examples = examples,
};

}  // namespace oddport::recognizers
