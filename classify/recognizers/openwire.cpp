// OpenWire: ActiveMQ's own protocol.
//
// OpenWire Version 2 specification. Command: length (4), type, fields. Both sides open with WireFormatInfo: type 1, "ActiveMQ", version (4),
// and a length and properties.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

Fit read_side(Bytes bytes, std::uint32_t& version) {
  ByteReader reader{bytes};
  const std::uint32_t length = reader.u32();
  reader.accept("\1ActiveMQ"_b);
  version = reader.u32();
  return reader && length >= 13 && length < 4096 && version >= 1 && version <= 32 ? Fit::proves
                                                                                  : Fit::alien;
}

Match recognize_openwire(const Exchange& seen) {
  std::uint32_t client{};
  std::uint32_t server{};
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  return answer(weigh(seen, asks, answers), "{} opens with version {}",
                answers == Fit::proves ? "server" : "client",
                answers == Fit::proves ? server : client);
}

constexpr Bytes opening = "\0\0\0\x12\1ActiveMQ\0\0\0\x0c\1\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "both sides open",
     .client = "\0\0\0\x12\1ActiveMQ\0\0\0\x0b\1\0\0\0\0"_b,
     .server = opening,
     .first = Side::server},
    {.about = "the server alone", .server = opening, .first = Side::server},
    {.about = "a version that never was",
     .server = "\0\0\0\x12\1ActiveMQ\0\0\1\x0c\1\0\0\0\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "the name in a text", .server = "ActiveMQ ready\r\n", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer openwire;
constinit const Recognizer openwire{
    .name = "openwire",
    .title = "OpenWire (ActiveMQ)",
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "ActiveMQ, OpenWire Version 2 Specification",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize_openwire,
    .examples = examples,
};

}  // namespace oddport::recognizers
