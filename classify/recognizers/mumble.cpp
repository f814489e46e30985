// Mumble's ping over UDP: what its list of servers shows. (All else of Mumble is inside TLS, or encrypted.)
//
// Mumble's protocol documentation, "UDP ping". Request of 12 bytes: zeros (4), a number (8). Answer of 24: version (4: zero,
// major, minor, patch), the same number, users (4), most users (4), bandwidth (4).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

struct Answer {
  bool sound = false;
  std::uint32_t version = 0;
  std::uint32_t users = 0;
  std::uint32_t most = 0;
  Bytes number;
};

Bytes asked_number(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\0\0\0\0"_b);
  const Bytes number = reader.take(8);
  return reader && message.wire_length == 12 ? number : Bytes{};
}

Answer read_answer(const Message& message) {
  ByteReader reader{message.bytes};
  Answer answer;
  answer.version = reader.u32();
  answer.number = reader.take(8);
  answer.users = reader.u32();
  answer.most = reader.u32();
  const std::uint32_t bandwidth = reader.u32();
  answer.sound = reader && message.wire_length == 24 && answer.version >> 16 >= 1 &&
                 answer.version >> 16 <= 15 && answer.users <= answer.most && answer.most >= 1 &&
                 answer.most <= 65535 && bandwidth >= 8000 && bandwidth <= 10'000'000;
  return answer;
}

constexpr Openings opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)};

Match recognize_mumble(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Message asked = exchange.nth(Side::client, 0);
  const Message answered = exchange.nth(Side::server, 0);
  const Bytes number = asked_number(asked);
  const Answer answer = read_answer(answered);
  if (!asked.bytes.empty() && number.empty()) return {};
  if (!answered.bytes.empty() && !answer.sound) return {};
  if (number.empty() && !answer.sound) return {};
  if (!answer.sound) return hint("a datagram like a ping of Mumble");
  if (!number.empty() && number != answer.number)
    return hint("an answer of Mumble to another ping");
  const std::uint32_t version = answer.version;
  const Note says = Note::of("server of version {}.{}.{} has {} of {} users", version >> 16,
                             version >> 8 & 255, version & 255, answer.users, answer.most);
  return {.certainty = number.empty() ? Certainty::hint : Certainty::confirmed,
          .says = says,
          .inside = {}};
}

constexpr auto examples = std::to_array<Example>({
    {.about = "ping and answer",
     .client = "\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08"_b,
     .server = "\0\x01\x02\x04\x01\x02\x03\x04\x05\x06\x07\x08\0\0\0\x03\0\0\0d\0\x01\x19@"_b},
    {.about = "an empty server of another version",
     .client = "\0\0\0\0\xff\xee\xdd\xcc\xbb\xaa\x99\x88"_b,
     .server = "\0\x01\x05\x05\xff\xee\xdd\xcc\xbb\xaa\x99\x88\0\0\0\0\0\0\0\n\0\x01\xf4\0"_b},
    {.about = "the answer alone",
     .server = "\0\x01\x05\x05\x01\x02\x03\x04\x05\x06\x07\x08\0\0\0\0\0\0\0\n\0\x01\xf4\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "the ping alone",
     .client = "\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08"_b,
     .expect = Certainty::none},
    {.about = "another number",
     .client = "\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08"_b,
     .server = "\0\x01\x02\x04\x01\x02\x03\x04\x05\x06\x07\x09\0\0\0\x03\0\0\0d\0\x01\x19@"_b,
     .expect = Certainty::none},
    {.about = "more users than there may be",
     .client = "\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08"_b,
     .server = "\0\x01\x02\x04\x01\x02\x03\x04\x05\x06\x07\x08\0\0\0e\0\0\0d\0\x01\x19@"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer mumble;
constinit const Recognizer mumble{
    .name = "mumble",
    .title = "Mumble",
    .transports = Transports::udp,
    .hello = {.bytes = "\0\0\0\0oddport1"_b, .about = "the number of users (read only)"},
    .reference = "Mumble protocol documentation, UDP ping",
    .opens = opens,
    .judge = recognize_mumble,
    .examples = examples,
};

}  // namespace oddport::recognizers
