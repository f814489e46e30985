// Apache Dubbo: calls between Java programs.
//
// Dubbo's protocol reference. Head of 16 bytes: da bb, flags (80 request, 40 answer wanted, 20 event, 5 bits of serialization: 2 Hessian,
// 3 Java, 6 Fastjson, 21 Protobuf, ...), status (20 well, 30 to 100 errors; 0 in a request), request (8), length (4).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

bool is_status(std::uint8_t status) {
  constexpr auto known =
      std::to_array<std::uint8_t>({20, 25, 30, 31, 35, 40, 50, 60, 70, 80, 90, 100});
  return std::ranges::find(known, status) != known.end();
}

// Heads and bodies one after the other; of a request alone the serialized version is known.
Fit read_side(Bytes bytes, Side side) {
  ByteReader reader{bytes};
  unsigned bits = 0;
  while (reader.remaining() >= 16) {
    reader.accept("\xda\xbb");
    const std::uint8_t flags = reader.u8();
    const std::uint8_t status = reader.u8();
    reader.skip(8);
    const std::uint32_t length = reader.u32();
    if (!reader || length > 0x2000000) return Fit::alien;
    const bool request = (flags & 0x80) != 0;
    const bool event = (flags & 0x20) != 0;
    // The server pings too.
    if (request != (side == Side::client) && !event) return Fit::alien;
    if (request ? status != 0 : !is_status(status)) return Fit::alien;
    const bool whole = length <= reader.remaining();
    reader.skip(std::min<std::size_t>(length, reader.remaining()));
    bits += whole ? 40 : 26;
  }
  return bits == 0 ? Fit::alien : fit_of_bits(bits);
}

Match recognize_dubbo(const Exchange& seen) {
  const Fit asks =
      judge_stream(seen, Side::client, [](Bytes bytes) { return read_side(bytes, Side::client); });
  const Fit answers =
      judge_stream(seen, Side::server, [](Bytes bytes) { return read_side(bytes, Side::server); });
  return answer(weigh(seen, asks, answers), "{} framed as Dubbo's",
                asks >= Fit::fits && answers >= Fit::fits ? "calls and answers"
                : asks >= Fit::fits                       ? "client's calls"
                                                          : "server's answers");
}

constexpr Bytes call =
    "\xda\xbb\xc2\0\0\0\0\0\0\0\0\1\0\0\0\x06\5"
    "2.0.2"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a call and its answer",
     .client = call,
     .server = "\xda\xbb\2\x14\0\0\0\0\0\0\0\1\0\0\0\2\x91N"_b},
    {.about = "a heartbeat alone", .client = "\xda\xbb\xe2\0\0\0\0\0\0\0\0\7\0\0\0\1N"_b},
    {.about = "a status in a call",
     .client = "\xda\xbb\xc2\x14\0\0\0\0\0\0\0\1\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the magic alone", .client = "\xda\xbb"_b, .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = call,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer dubbo;
constinit const Recognizer dubbo{
    .name = "dubbo",
    .title = "Dubbo",
    .hello = {.bytes = "\xda\xbb\xe2\0\0\0\0\0\0\0\0\1\0\0\0\1N"_b, .about = "a heartbeat"},
    .reference = "Apache Dubbo, protocol reference",
    .opens = {.client = ByteSet::of("\xda"), .server = ByteSet::of("\xda")},
    .judge = recognize_dubbo,
    .examples = examples,
};

}  // namespace oddport::recognizers
