// DNP3: substations and their control centers.
//
// IEEE 1815, clauses 9 and 13. Link frame: 05 64, length of what follows without check sums (5 to 255), control, destination
// and source (2 each, little endian), check sum; then the data in blocks of 16, each with a check sum. Control: bit 40
// marks frames of the primary, whose functions are 0 to 4 and 9; others answer with 0, 1, 11, 14 or 15.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t check_sum(Bytes bytes) {
  unsigned sum = 0;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1) != 0 ? sum >> 1 ^ 0xa6bc : sum >> 1;
  }
  return static_cast<std::uint16_t>(~sum);
}

struct Talk {
  bool begun = false;
  std::uint16_t from = 0;
  std::uint16_t to = 0;
};

bool is_control(std::uint8_t control) {
  const unsigned function = control & 0x0f;
  if ((control & 0x40) != 0) return function <= 4 || function == 9;
  return function <= 1 || function == 11 || function == 14 || function == 15;
}

Frame read_frame(ByteReader& reader, Talk& talk) {
  const Bytes header = reader.rest().substr(0, 8);
  reader.accept(Bytes{"\x05\x64"}.substr(0, header.size()));
  if (!reader) return Frame::bad;
  const std::uint8_t length = reader.u8();
  const std::uint8_t control = reader.u8();
  const std::uint16_t to = reader.u16_le();
  const std::uint16_t from = reader.u16_le();
  const std::uint16_t sum = reader.u16_le();
  if (!reader) return Frame::cut;
  if (length < 5 || !is_control(control) || sum != check_sum(header)) return Frame::bad;
  if (!talk.begun) talk = {true, from, to};
  for (std::size_t left = length - 5u; left > 0;) {
    const std::size_t size = std::min<std::size_t>(left, 16);
    const Bytes block = reader.take(size);
    const std::uint16_t of_block = reader.u16_le();
    if (!reader) return Frame::cut;
    if (of_block != check_sum(block)) return Frame::bad;
    left -= size;
  }
  return Frame::good;
}

// A header alone has the magic, a check sum and little else.
Fit judge_walk(const Walk& walk, const Talk& talk) {
  if (walk.broken) return walk.frames >= 2 ? Fit::fits : talk.begun ? Fit::weak : Fit::alien;
  if (walk.frames > 0) return Fit::proves;
  return talk.begun ? Fit::fits : Fit::open;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  const auto read = [&talk](ByteReader& reader) { return read_frame(reader, talk); };
  // A single byte may be no more than a probe that keeps the connection alive.
  if (exchange.transport == Transport::tcp)
    return exchange.said(side).size() < 2 ? Fit::open
                                          : judge_walk(walk_stream(exchange, side, read), talk);
  return judge_datagrams(exchange, side, [&](const Message& message) {
    const Walk walk = walk_frames(message.bytes, read);
    return walk.cut && message.is_whole() ? Fit::alien : judge_walk(walk, talk);
  });
}

constexpr Openings opens = {.client = ByteSet::of("\x05"), .server = ByteSet::of("\x05")};

Match recognize_dnp3(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  const Talk& shown = client.begun ? client : server;
  if (match)
    match.says =
        Note::of("frame of DNP3 from station {} to {}, check sum right", shown.from, shown.to);
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 20000, .transport = Transport::tcp, .service = "dnp"},
                         {.port = 20000, .transport = Transport::udp, .service = "dnp"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "classes read",
     .client = "\x05"
               "d\x11\xc4\x01\0d\0\xee.\xc0\xc0\x01<\x02\x06<\x03\x06<\x04\x06\x9e"
               "0"_b,
     .server = "\x05"
               "d\nDd\0\x01\0\xcb\xe1\xc0\xc0\x81\0\0\x9c\xe8"_b,
     .transport = Transport::tcp},
    {.about = "a reset of the link alone",
     .client = "\x05"
               "d\x05\xc0\x01\0d\0Y\x97"_b,
     .transport = Transport::udp},
    {.about = "an answer alone",
     .server = "\x05"
               "d\x05\0d\0\x01\0\x8b\x19"_b,
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "a block with a wrong check sum",
     .client = "\x05"
               "d\x11\xc4\x01\0d\0\xee.\xc0\xc0\0<\x02\x06<\x03\x06<\x04\x06\x9e"
               "0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a header with a wrong check sum",
     .client = "\x05"
               "d\x05\xc0\x01\0d\0X\x97"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "a datagram cut by its sender",
     .client = "\x05"
               "d\x11\xc4\x01\0d\0\xee.\xc0\xc0\x01<"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the service is another",
     .client = "\x05"
               "d\x05\xc0\x01\0d\0Y\x97"_b,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer dnp3;
constinit const Recognizer dnp3{
    .name = "dnp3",
    .title = "DNP3",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "IEEE 1815, clauses 9 and 13",
    .opens = opens,
    .judge = recognize_dnp3,
    .examples = examples,
};

}  // namespace oddport::recognizers
