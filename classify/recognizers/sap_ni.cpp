// SAP's network interface: SAProuter and the message server.
//
// As SAP's guide to SAProuter and the many tools that speak it describe. Packet: length (4), then: "NI_PING" or "NI_PONG" and a NUL; "NI_ROUTE", NUL, version
// (2), version of NI, number of hops, ..., hosts as texts that end in NUL; "NI_RTERR", NUL, ... with an error's texts; the message server's "**MESSAGE**", NUL,
// version 4.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

Fit read_side(Bytes bytes, Bytes& word) {
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32();
  if (!reader || length < 8 || length > 0x100000) return Fit::alien;
  const Bytes body = reader.rest();
  word = until_nul(body.substr(0, 16));
  if (word == "NI_PING" || word == "NI_PONG") return length == 8 ? Fit::proves : Fit::alien;
  const bool sized = body.size() <= length;
  const bool known = word == "NI_ROUTE" || word == "NI_RTERR" || word == "**MESSAGE**";
  return known && sized && length > word.size() + 8 ? Fit::proves : Fit::alien;
}

Match recognize_sap_ni(const Exchange& seen) {
  Bytes client;
  Bytes server;
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  const bool asked = asks == Fit::proves;
  return answer(weigh(seen, asks, answers), "{} sends {}", asked ? "client" : "server",
                Printable{asked ? client : server});
}

constexpr auto examples = std::to_array<Example>({
    {.about = "a ping", .client = "\0\0\0\x08NI_PING\0"_b, .server = "\0\0\0\x08NI_PONG\0"_b},
    {.about = "a route",
     .client = "\0\0\0\x2dNI_ROUTE\0\2\x28\2\0\0\1\0\0\0\0\x16\0\0\0\x0b"
               "router\0"
               "3299\0\0"
               "h\0"
               "22\0\0\0"_b},
    {.about = "an error, the server alone",
     .server = "\0\0\0\x22NI_RTERR\0\2\0\0\xff\xff\xff\xa4\0\0\0\x0f*ERR*\0"
               "1\0why\0\0\0"_b},
    {.about = "a ping of another length",
     .client = "\0\0\0\x09NI_PING\0\0"_b,
     .expect = Certainty::none},
    {.about = "the word without its length", .client = "NI_ROUTE\0\2"_b, .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "\0\0\0\x08NI_PING\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer sap_ni;
constinit const Recognizer sap_ni{
    .name = "sap-ni",
    .title = "SAP NI",
    .hello = {.bytes = "\0\0\0\x08NI_PING\0"_b, .about = "a ping"},
    .reference = "SAProuter documentation",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize_sap_ni,
    .examples = examples,
};

}  // namespace oddport::recognizers
