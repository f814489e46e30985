// Radmin: remote control of Windows.
//
// The framing as the comments of THC Hydra's module describe it. Message: 01, length of the data (4), their sum as little
// endian words of 4 with zeros behind (4), data, the first byte of which is the command. The client opens with command 08, and
// the server answers with 08 or another and more.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

std::uint32_t sum_of(Bytes data) {
  std::uint32_t sum = 0;
  for (std::size_t n = 0; n < data.size(); ++n)
    sum += static_cast<std::uint32_t>(static_cast<unsigned char>(data[n])) << 8 * (n % 4);
  return sum;
}

struct Talk {
  bool begun = false;
  std::uint8_t command = 0;
  bool telling = false;  // the sum is of more than a few bits
};

constexpr std::uint8_t greeting = 8;

Frame read_message(ByteReader& reader, Talk& talk) {
  reader.accept("\x01");
  if (!reader) return Frame::bad;
  const std::uint32_t length = reader.u32();
  const std::uint32_t sum = reader.u32();
  if (!reader) return Frame::cut;
  if (length == 0 || length > 1u << 20) return Frame::bad;
  const Bytes data = reader.take(length);
  if (!reader) return Frame::cut;
  if (sum != sum_of(data)) return Frame::bad;
  const auto command = static_cast<std::uint8_t>(data[0]);
  if (!talk.begun) talk = {true, command, command == greeting || looks_random(data)};
  return Frame::good;
}

// Once keys are agreed on, what follows may be encrypted: the first message counts.
Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk = walk_stream(exchange, side,
                                [&talk](ByteReader& reader) { return read_message(reader, talk); });
  if (walk.frames > 0) return talk.telling ? Fit::proves : Fit::weak;
  return walk.broken ? Fit::alien : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("\x01"), .server = ByteSet::of("\x01")};

Match recognize_radmin(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  // The same message on both sides: an echo.
  if (match && exchange.client == exchange.server) match.certainty = Certainty::hint;
  if (match)
    match.says = Note::of("{} begins with command {:02x} of Radmin, its sum right",
                          client.begun ? "client" : "server",
                          client.begun ? client.command : server.command);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 4899, .service = "radmin-port"}});

constexpr Bytes hello = "\x01\0\0\0\x01\0\0\0\x08\x08"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "greeted",
     .client = hello,
     .server =
         "\x01\0\0\0%\0\0\x02\x12\x08\x02\0\0\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0"_b},
    {.about = "the client alone", .client = hello},
    {.about = "a sum that is wrong",
     .client = "\x01\0\0\0\x01\0\0\0\x08\x09"_b,
     .expect = Certainty::none},
    {.about = "an echo", .client = hello, .server = hello, .expect = Certainty::none},
    {.about = "no data", .client = "\x01\0\0\0\0\0\0\0\0"_b, .expect = Certainty::none},
    {.about = "the service is another",
     .client = hello,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer radmin;
constinit const Recognizer radmin{
    .name = "radmin",
    .title = "Radmin",
    .homes = homes,
    .hello = {.bytes = hello,
              .about = "the client's greeting, answered with what the server can do"},
    .reference = "THC Hydra, comments of its Radmin module",
    .opens = opens,
    .judge = recognize_radmin,
    .examples = examples,
};

}  // namespace oddport::recognizers
