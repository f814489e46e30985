// Gearman, work given to others: its PROTOCOL document.
//
//   client, worker  <NUL>REQ type (4) length (4) data        server  <NUL>RES type (4) length (4) data
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  std::size_t packets = 0;
  std::uint32_t type = 0;
  bool odd = false;
};

Talk listen(Bytes said, Bytes magic) {
  Talk talk;
  for (ByteReader reader{said}; !reader.at_end();) {
    if (talk.packets > 0 && reader.remaining() < 12) break;
    reader.accept(magic);
    const std::uint32_t type = reader.u32();
    const std::uint32_t length = reader.u32();
    if (!reader || type < 1 || type > 50 || length > 0x10000000) {
      talk.odd = true;
      break;
    }
    if (talk.packets++ == 0) talk.type = type;
    reader.skip(std::min<std::size_t>(length, reader.remaining()));
  }
  return talk;
}

Match recognize(const Exchange& seen) {
  const Talk client = listen(seen.client, "\0REQ"_b);
  const Talk server = listen(seen.server, "\0RES"_b);
  if (client.packets + server.packets == 0) return {};
  if (client.odd || server.odd) return hint("some packets of Gearman");
  if (client.packets > 0)
    return confirmed("client sends {} packets, the first of type {}; server {}", client.packets,
                     client.type, server.packets);
  return confirmed("server sends {} packets, the first of type {}", server.packets, server.type);
}

constexpr auto homes = std::to_array<Home>({{.port = 4730, .service = "gearman"}});

constexpr Bytes echo = "\0REQ\0\0\0\x10\0\0\0\x07oddport"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an echo asked for and given",
     .client = echo,
     .server = "\0RES\0\0\0\x11\0\0\0\x07oddport"_b},
    {.about = "a worker alone",
     .client = "\0REQ\0\0\0\x01\0\0\0\x07reverse\0REQ\0\0\0\x09\0\0\0\0"_b},
    {.about = "the magic alone", .client = "\0REQ"_b, .expect = Certainty::none},
    {.about = "a type that does not exist",
     .client = "\0REQ\0\0\x01\x10\0\0\0\x07oddport"_b,
     .expect = Certainty::none},
    {.about = "a length that does not lead to the next packet",
     .client = "\0REQ\0\0\0\x01\0\0\0\x06reverse\0REQ\0\0\0\x09\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer gearman;
constinit const Recognizer gearman{
    .name = "gearman",
    .title = "Gearman",
    .homes = homes,
    .hello = {.bytes = echo, .about = "an echo"},
    .reference = "Gearman's PROTOCOL",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .recognize = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
