// chrony's control protocol: chronyc asks chronyd. candm.h of chrony, protocol version 6.
//
//   request  6, 1, 0, 0, command (2), attempt (2), number (4), 0 (8), arguments, filled up to the length of the answer
//   answer   6, 2, 0, 0, command (2), answer (2), status (2), 0 (6), number (4), 0 (8), what was asked for
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t most_commands = 80;
constexpr std::uint16_t most_answers = 32;
constexpr std::uint16_t most_statuses = 32;

struct Request {
  Fit fit = Fit::open;
  std::uint16_t command = 0;
  std::uint32_t number = 0;
};

Request read_request(Bytes bytes) {
  Request request;
  if (bytes.empty()) return request;
  ByteReader reader{bytes};
  reader.accept("\6\1\0\0"_b);
  request.command = reader.u16();
  const std::uint16_t attempt = reader.u16();
  request.number = reader.u32();
  reader.accept("\0\0\0\0\0\0\0\0"_b);
  const bool sound =
      reader && request.command < most_commands && attempt < 16 && request.number != 0;
  request.fit = sound ? Fit::fits : Fit::alien;
  return request;
}

Fit judge_answer(Bytes bytes, const Request& request, std::uint16_t& status) {
  if (bytes.empty()) return Fit::open;
  ByteReader reader{bytes};
  reader.accept("\6\2\0\0"_b);
  const std::uint16_t command = reader.u16();
  const std::uint16_t answer = reader.u16();
  status = reader.u16();
  reader.accept("\0\0\0\0\0\0"_b);
  const std::uint32_t number = reader.u32();
  reader.accept("\0\0\0\0\0\0\0\0"_b);
  if (!reader || command >= most_commands || answer == 0 || answer >= most_answers ||
      status >= most_statuses || number == 0)
    return Fit::alien;
  if (request.fit != Fit::fits) return Fit::fits;
  return command == request.command && number == request.number ? Fit::proves : Fit::alien;
}

Match recognize_chrony(const Exchange& exchange) {
  const Request request = read_request(exchange.client);
  std::uint16_t status = 0;
  const Fit answer = judge_answer(exchange.server, request, status);
  Match match;
  match.certainty = weigh(request.fit, answer);
  if (!match) return match;
  match.says = answer == Fit::proves
                   ? Note::of("client gives command {}, server answers with status {}",
                              request.command, status)
               : request.fit == Fit::fits ? Note::of("client gives command {}", request.command)
                                          : Note::of("server answers with status {}", status);
  return match;
}

constexpr Bytes sources =
    "\6\1\0\0\0\x0e\0\0\x5b\xf9\x24\x76\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "how many sources there are",
     .client = sources,
     .server = "\6\2\0\0\0\x0e\0\2\0\0\0\0\0\0\0\0\x5b\xf9\x24\x76\0\0\0\0\0\0\0\0\0\0\0\3"_b},
    {.about = "a request alone", .client = sources, .expect = Certainty::likely},
    {.about = "an answer alone",
     .server = "\6\2\0\0\0\x2c\0\x0c\0\0\0\0\0\0\0\0\xa6\x0c\x26\x79\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "the answer to another request",
     .client = sources,
     .server = "\6\2\0\0\0\x0e\0\2\0\0\0\0\0\0\0\0\x5b\xf9\x24\x77\0\0\0\0\0\0\0\0\0\0\0\3"_b,
     .expect = Certainty::none},
    {.about = "another version",
     .client = "\5\1\0\0\0\x0e\0\0\x5b\xf9\x24\x76\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a command that does not exist",
     .client = "\6\1\0\0\1\x0e\0\0\x5b\xf9\x24\x76\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer chrony;
constinit const Recognizer chrony{
    .name = "chrony",
    .title = "chrony control",
    .transports = Transports::udp,
    .hello = {.bytes = sources, .about = "how many sources of time there are (read only)"},
    .reference = "chrony, candm.h",
    .opens = {.client = ByteSet::of("\6"), .server = ByteSet::of("\6")},
    .judge = recognize_chrony,
    .examples = examples,
};

}  // namespace oddport::recognizers
