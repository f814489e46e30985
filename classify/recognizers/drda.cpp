// DRDA: DB2, Derby, Informix and their clients.
//
// The Open Group, DRDA version 3: DDM architecture. Data stream structure: length (2), d0, kind (low nibble: 1 request, 2 answer, 3 object, 4 an
// object in chains, 5 a request without an answer), correlation (2), then an object: length (2; six less), code point (2), data. The first is EXCSAT (1041) and is answered by
// EXCSATRD (1443).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

// Code points with which requests, answers and objects begin.
bool is_code_point(std::uint16_t code) {
  constexpr auto known = std::to_array<std::uint16_t>(
      {0x1041, 0x106d, 0x106e, 0x2001, 0x2002, 0x2004, 0x2005, 0x2006, 0x2008, 0x2009,
       0x200a, 0x200b, 0x200c, 0x200d, 0x200e, 0x2010, 0x2012, 0x2014, 0x1443, 0x14ac,
       0x1219, 0x2201, 0x2203, 0x2205, 0x220a, 0x220b, 0x220c, 0x220d, 0x2213, 0x2218,
       0x2219, 0x2408, 0x2411, 0x2412, 0x2413, 0x2414, 0x241a, 0x241b, 0x121c, 0x1232,
       0x124c, 0x1210, 0x1213, 0x1245, 0x1254, 0x125f, 0x14cc, 0x1c08, 0x1057, 0x1055,
       0x1056, 0x200f, 0x2450, 0x1214, 0x1218, 0x240b, 0x240e, 0x2417, 0x1c05, 0x115e});
  return std::ranges::find(known, code) != known.end();
}

Fit read_side(Bytes bytes, std::uint16_t& first) {
  ByteReader reader{bytes};
  unsigned structures = 0;
  while (reader.remaining() >= 10) {
    const std::uint16_t length = reader.u16();
    reader.accept("\xd0");
    const std::uint8_t kind = reader.u8();
    reader.skip(2);
    const std::uint16_t inner = reader.u16();
    const std::uint16_t code = reader.u16();
    if (!reader || length < 10 || length > 0x7fff || inner + 6u != length) break;
    if ((kind & 15) < 1 || (kind & 15) > 5 || (kind & 0x80) != 0 || !is_code_point(code)) break;
    if (structures++ == 0) first = code;
    reader.skip(std::min<std::size_t>(length - 10u, reader.remaining()));
  }
  return structures > 0 ? Fit::proves : Fit::alien;
}

std::string_view name_of(std::uint16_t code) {
  switch (code) {
    case 0x1041:
      return "EXCSAT";
    case 0x1443:
      return "EXCSATRD";
    case 0x2414:
      return "an SQL statement";
    default:
      return "commands";
  }
}

Match recognize_drda(const Exchange& seen) {
  std::uint16_t client{};
  std::uint16_t server{};
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  const bool asked = asks == Fit::proves;
  return answer(weigh(seen, asks, answers), "{} sends {}", asked ? "client" : "server",
                name_of(asked ? client : server));
}

constexpr Bytes request =
    "\0\x16\xd0\1\0\1\0\x10\x10\x41\0\x0c\x11\x5e\x84\x82\xf2\x82\x97\x40\x40\x40"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "attributes exchanged",
     .client = request,
     .server = "\0\x16\xd0\x42\0\1\0\x10\x14\x43\0\x0c\x11\x5e\x84\x82\xf2\x82\x97\x40\x40\x40"_b},
    {.about = "the client alone", .client = request},
    {.about = "lengths that do not agree",
     .client = "\0\x16\xd0\1\0\1\0\x11\x10\x41\0\x0c\x11\x5e\x84\x82\xf2\x82\x97\x40\x40\x40"_b,
     .expect = Certainty::none},
    {.about = "a code point that never was",
     .client = "\0\x16\xd0\1\0\1\0\x10\x77\x41\0\x0c\x11\x5e\x84\x82\xf2\x82\x97\x40\x40\x40"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = request,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer drda;
constinit const Recognizer drda{
    .name = "drda",
    .title = "DRDA (DB2)",
    .hello = {.bytes = request, .about = "the server's attributes (EXCSAT), no login"},
    .reference = "The Open Group, DDM architecture",
    .opens = {.client = ByteSet::range(0, 0x7f), .server = ByteSet::range(0, 0x7f)},
    .judge = recognize_drda,
    .examples = examples,
};

}  // namespace oddport::recognizers
