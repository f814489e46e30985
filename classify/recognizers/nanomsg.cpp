// The scalability protocols of nanomsg and nng.
//
// sp-tcp-mapping-01. Both sides open with 0, "SP", 0, protocol (2), two zeros; then messages of length (8) and bytes. Protocols: 16 and 17 pair, 32
// publish, 33 subscribe, 48 request, 49 reply, 80 push, 81 pull, 98 surveyor, 99 respondent, 112 bus.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

std::string_view name_of(std::uint16_t protocol) {
  switch (protocol) {
    case 16:
    case 17:
      return "pair";
    case 32:
      return "publish";
    case 33:
      return "subscribe";
    case 48:
      return "request";
    case 49:
      return "reply";
    case 80:
      return "push";
    case 81:
      return "pull";
    case 96:
    case 98:
      return "surveyor";
    case 97:
    case 99:
      return "respondent";
    case 112:
      return "bus";
    default:
      return {};
  }
}

Fit read_side(Bytes bytes, std::string_view& name) {
  ByteReader reader{bytes};
  reader.accept("\0SP\0"_b);
  name = name_of(reader.u16());
  reader.accept("\0\0"_b);
  if (!reader || name.empty()) return Fit::alien;
  if (reader.at_end()) return Fit::proves;
  return reader.u64() < 0x10000000 ? Fit::proves : Fit::alien;
}

Match recognize_nanomsg(const Exchange& seen) {
  std::string_view client;
  std::string_view server;
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  return answer(weigh(seen, asks, answers), "{} opens as {}",
                asks == Fit::proves ? "client" : "server", asks == Fit::proves ? client : server);
}

constexpr auto examples = std::to_array<Example>({
    {.about = "request and reply", .client = "\0SP\0\0\x30\0\0"_b, .server = "\0SP\0\0\x31\0\0"_b},
    {.about = "one side alone", .server = "\0SP\0\0\x20\0\0"_b, .first = Side::server},
    {.about = "a protocol that never was",
     .client = "\0SP\0\0\x07\0\0"_b,
     .expect = Certainty::none},
    {.about = "reserved bytes", .client = "\0SP\0\0\x30\0\1"_b, .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "\0SP\0\0\x30\0\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nanomsg;
constinit const Recognizer nanomsg{
    .name = "nanomsg",
    .title = "nanomsg (SP)",
    .hello = {.about = "nothing: both sides open at once"},
    .reference = "sp-tcp-mapping-01",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize_nanomsg,
    .examples = examples,
};

}  // namespace oddport::recognizers
