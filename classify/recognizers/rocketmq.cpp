// RocketMQ's remoting: brokers, name servers and clients.
//
// Apache RocketMQ, RemotingCommand. Command: length (4), form of the head (0 JSON, 1 binary) and its length (3), head, body. A head in JSON has
// "code", "flag", "language", "opaque", "version"; a binary one code (2), language, version (2), opaque (4), flag (4), remark, fields.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/json_members.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes code;
  Bytes language;
};

bool is_head(Bytes bytes, Speech& said) {
  JsonMembers members{bytes};
  bool opaque = false;
  while (members.next()) {
    if (members.key() == "code") said.code = members.value();
    if (members.key() == "language") said.language = members.text();
    opaque |= members.key() == "opaque";
  }
  // A head that the capture cuts still begins with its code.
  return is_decimal(said.code) && (opaque || !members.ended());
}

Fit read_side(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32();
  const std::uint8_t form = reader.u8();
  const std::uint32_t head = reader.u24();
  if (!reader || head < 10 || head + 4 > length || length > 0x2000000) return Fit::alien;
  if (form == 0) return is_head(reader.rest().substr(0, head), said) ? Fit::proves : Fit::alien;
  reader.skip(2);
  const std::uint8_t language = reader.u8();
  reader.skip(2 + 4);
  const std::uint32_t flag = reader.u32();
  const std::uint32_t remark = reader.u32();
  reader.skip(remark);
  const std::uint32_t fields = reader.u32();
  const bool filled = std::uint64_t{21} + remark + fields == head;
  return reader && form == 1 && language <= 13 && flag <= 3 && filled ? Fit::fits : Fit::alien;
}

Match recognize_rocketmq(const Exchange& seen) {
  Speech client;
  Speech server;
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  const bool asked = asks >= Fit::fits;
  const Speech& shown = asked ? client : server;
  return answer(weigh(seen, asks, answers), "{} sends a command, code {}",
                asked ? "client" : "server",
                Printable{shown.code.empty() ? "unknown"_b : shown.code});
}

constexpr Bytes command =
    "\0\0\0\x53\0\0\0\x4f{\"code\":105,\"flag\":0,\"language\":\"JAVA\",\"opaque\":0,\"version\":"
    "317,\"ext\":{}"
    "  }  "_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a command", .client = command},
    {.about = "a command and its answer",
     .client = command,
     .server = "\0\0\0\x38\0\0\0\x34{\"code\":0,\"flag\":1,\"language\":\"JAVA\",\"opaque\":0}"
               "      "_b},
    {.about = "JSON of another kind",
     .client = "\0\0\0\x18\0\0\0\x14{\"a\":105,\"b\":\"code\"}"_b,
     .expect = Certainty::none},
    {.about = "lengths that contradict each other",
     .client = "\0\0\0\x10\0\0\0\x18{\"code\":105,\"opaque\":0}"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = command,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer rocketmq;
constinit const Recognizer rocketmq{
    .name = "rocketmq",
    .title = "RocketMQ",
    .hello = {.about = "nothing: every command names a topic or a client"},
    .reference = "Apache RocketMQ, RemotingCommand",
    .opens = {.client = ByteSet::of("\0\1"_b), .server = ByteSet::of("\0\1"_b)},
    .judge = recognize_rocketmq,
    .examples = examples,
};

}  // namespace oddport::recognizers
