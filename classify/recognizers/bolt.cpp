// Bolt: Neo4j, Memgraph and other graph databases.
//
// Bolt protocol specification, "Handshake". The client opens 60 60 b0 17 and four versions of four bytes (0, range, minor, major); the server answers the one chosen, or four
// zeros. Then messages in chunks: length (2), bytes, ended by a length of 0; a message is a structure bX and its kind (01 hello, 70 success, 7f failure).
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

// "Range" may be below the minor version only, and there is no version 6 yet; ff 01 announces a newer negotiation.
bool is_version(std::uint32_t version) {
  if (version == 0 || version == 0x000001ff) return true;
  const std::uint32_t range = version >> 16;
  const std::uint32_t minor = version >> 8 & 0xff;
  const std::uint32_t major = version & 0xff;
  return range <= minor && minor < 32 && major >= 1 && major < 10;
}

using Versions = std::array<std::uint32_t, 4>;

Fit read_client(Bytes bytes, Versions& offered) {
  ByteReader reader{bytes};
  reader.accept("\x60\x60\xb0\x17");
  bool known = true;
  for (std::uint32_t& version : offered) known = is_version(version = reader.u32()) && known;
  return reader && known && offered.front() != 0 ? Fit::proves : Fit::alien;
}

// A range offers minor versions from it down.
bool is_among(const Versions& offered, std::uint32_t version) {
  return std::ranges::any_of(offered, [version](std::uint32_t offer) {
    const std::uint32_t minor = version >> 8 & 0xff;
    const std::uint32_t highest = offer >> 8 & 0xff;
    return offer != 0 && (offer & 0xff) == (version & 0xff) && minor <= highest &&
           minor + (offer >> 16) >= highest;
  });
}

// The version chosen, then answers in chunks. Zeros, which choose none, says many a server.
Fit read_server(Bytes bytes, const Versions& offered) {
  ByteReader reader{bytes};
  const std::uint32_t version = reader.u32();
  if (!reader || !is_version(version) || !is_among(offered, version)) return Fit::alien;
  if (reader.at_end()) return Fit::open;
  const std::uint16_t length = reader.u16();
  const std::uint8_t kind = reader.u8();
  const std::uint8_t said = reader.u8();
  const bool fits = length > 2 && (kind & 0xf0) == 0xb0 && (said == 0x70 || said == 0x7f);
  return version == 0x000001ff || (reader && fits) ? Fit::weak : Fit::alien;
}

Match recognize_bolt(const Exchange& seen) {
  Versions offered{};
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_client(bytes, offered); });
  if (asks != Fit::proves) return {};
  const Fit answers =
      judge_stream(seen, Side::server, [&](Bytes bytes) { return read_server(bytes, offered); });
  const std::uint32_t version = offered.front();
  if (version == 0x000001ff)
    return answer(weigh(seen, asks, answers), "client negotiates a version");
  return answer(weigh(seen, asks, answers), "client offers version {}.{}", version & 0xff,
                version >> 8 & 0xff);
}

constexpr auto homes = std::to_array<Home>({{.port = 7687, .service = "bolt"}});

constexpr Bytes handshake = "\x60\x60\xb0\x17\0\2\4\4\0\0\1\4\0\0\0\4\0\0\0\3"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a version chosen", .client = handshake, .server = "\0\0\4\4"_b},
    {.about = "the client alone", .client = handshake},
    {.about = "the magic alone", .client = "\x60\x60\xb0\x17"_b, .expect = Certainty::none},
    {.about = "versions that never were",
     .client = "\x60\x60\xb0\x17\7\7\7\7\0\0\1\4\0\0\0\4\0\0\0\3"_b,
     .expect = Certainty::none},
    {.about = "no version chosen: or just four zeros",
     .client = handshake,
     .server = "\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a version that nobody offered",
     .client = handshake,
     .server = "\0\0\0\1"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = handshake,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer bolt;
constinit const Recognizer bolt{
    .name = "bolt",
    .title = "Bolt (Neo4j)",
    .homes = homes,
    .hello = {.bytes = handshake, .about = "which version is spoken"},
    .reference = "Bolt protocol specification, Handshake",
    .opens = {.client = ByteSet::of("\x60"), .server = {}},
    .judge = recognize_bolt,
    .examples = examples,
};

}  // namespace oddport::recognizers
