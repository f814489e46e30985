// Elasticsearch's and OpenSearch's transport between nodes (not their HTTP).
//
// TcpHeader.java: "ES", length of what follows (4; -1 a ping), request (8), status (1: answer 1, error 2,
// compressed 4, handshake 8), version (4: major, minor, revision, build as decimal digits by twos; OpenSearch sets
// bit 27); since 7.6 length of the headers (4), headers, and in a request the action's name.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::uint32_t version = 0;
  std::uint8_t status = 0;
  std::uint64_t request = 0;
  bool ping = false;
};

bool is_version(std::uint32_t version) {
  const std::uint32_t plain = version & ~0x08000000u;
  const std::uint32_t major = plain / 1'000'000;
  return major <= 9 && plain / 10'000 % 100 < 60 && (plain % 100 == 99 || plain % 100 <= 60) &&
         plain >= 100;
}

Fit read_frame(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  reader.accept("ES");
  const std::uint32_t length = reader.u32();
  said.ping = reader && length == 0xffffffff;
  if (said.ping)
    return reader.at_end() || reader.rest().starts_with("ES") ? Fit::proves : Fit::alien;
  const std::size_t left = reader.remaining();
  said.request = reader.u64();
  said.status = reader.u8();
  said.version = reader.u32();
  if (!reader || length < 13 || length > 0x40000000 || said.status > 15) return Fit::alien;
  if (!is_version(said.version)) return Fit::alien;
  const bool fits = left <= length || reader.rest().substr(length - 13).starts_with("ES");
  return fits ? Fit::proves : Fit::alien;
}

Match recognize_elasticsearch(const Exchange& seen) {
  Speech client;
  Speech server;
  const auto [asks, answers] = judge_streams(seen, read_frame, client, server);
  const Certainty certainty = weigh(seen, asks, answers);
  const bool answered = answers >= Fit::weak;
  const Speech& shown = answered ? server : client;
  const std::string_view who = answered ? "server" : "client";
  if (shown.ping) return answer(certainty, "{} sends a ping", who);
  const std::uint32_t plain = shown.version & ~0x08000000u;
  return answer(certainty, "{} sends a transport message of version {}.{}.{}", who,
                plain / 1'000'000, plain / 10'000 % 100, plain / 100 % 100);
}

constexpr Bytes handshake =
    "ES\0\0\0\x34\0\0\0\0\0\0\0\1\x08\0\x6b\xe9\x33\0\0\0\x1a\0\0\0\0\x16internal:tcp/"
    "handshake\0\4\x9b\xc3\xac\3"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "handshake",
     .client = handshake,
     .server = "ES\0\0\0\x17\0\0\0\0\0\0\0\1\x09\0\x6b\xe9\x33\0\0\0\2\0\0\xab\xc3\xac\3"_b},
    {.about = "the client alone", .client = handshake},
    {.about = "a ping within a session", .client = "ES\xff\xff\xff\xff"_b},
    {.about = "the letters in a text",
     .client = "ESMTP is not spoken here\r\n",
     .expect = Certainty::none},
    {.about = "a version that never was",
     .client = "ES\0\0\0\x0d\0\0\0\0\0\0\0\1\x08\x7f\x6b\xe9\x33"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = handshake,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer elasticsearch;
constinit const Recognizer elasticsearch{
    .name = "elasticsearch",
    .title = "Elasticsearch transport",
    .hello = {.bytes = "ES\xff\xff\xff\xff"_b, .about = "a ping"},
    .reference = "Elasticsearch, TcpHeader.java",
    .opens = {.client = ByteSet::of("E"), .server = ByteSet::of("E")},
    .judge = recognize_elasticsearch,
    .examples = examples,
};

}  // namespace oddport::recognizers
