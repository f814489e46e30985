// Gearman, work given to others: its PROTOCOL document.
//
// An administrator types lines: status, workers, version ... ; what lists ends with a line of one point.
//
//   client, worker  <NUL>REQ type (4) length (4) data        server  <NUL>RES type (4) length (4) data
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

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

// What status answers: lines of a function's name and three numbers, with tabs between, and a point.
bool is_status(Bytes said) {
  std::size_t functions = 0;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    if (line.text == ".") return line.ended && functions > 0 && lines.at_end();
    ByteReader reader{line.text};
    const Bytes name = reader.until('\t', 255);
    reader.decimal(9);
    reader.accept("\t");
    reader.decimal(9);
    reader.accept("\t");
    reader.decimal(9);
    if (!reader || !reader.at_end() || !is_token(name)) return false;
    ++functions;
  }
  return false;
}

Match recognize(const Exchange& seen) {
  if (first_line(seen.client).text == "status")
    return is_status(seen.server) ? confirmed("client asks for the status, server lists functions")
                                  : Match{};
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
    {.about = "an administrator asks for the status",
     .client = "status\r\n",
     .server = "count\t0\t0\t2\nreverse\t1\t0\t2\n.\n"},
    {.about = "a status of something else",
     .client = "status\r\n",
     .server = "count\t0\t0\nreverse\t1\t0\n.\n",
     .expect = Certainty::none},
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
    .opens = {.client = ByteSet::of("\0s"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
