// HART-IP: process instruments.
//
// FCG TS20085 (HART-IP), section 10. Header: version 1 (2 since 2020), kind (0 request, 1 response, 2 publish, 15 refusal),
// message (0 session begins, 1 it ends, 2 keep alive, 3 token passing, 4 direct, 5 audit log, 128 discovery), status, number
// (2), length of all (2). Sessions begin with kind of master and the time of inactivity (4). Token passing: delimiter (02
// request, 06 response, 01 burst; 80 more for long addresses), address (1 or 5), command, count, data, and the XOR of all.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  bool begun = false;
  bool proved = false;
  std::uint8_t message = 0;
};

bool is_message(std::uint8_t message) { return message <= 5 || message == 128; }

bool is_token(ByteReader body) {
  const Bytes all = body.rest();
  const std::uint8_t delimiter = body.u8();
  const unsigned frame = delimiter & 7u;
  body.skip((delimiter & 0x80) != 0 ? 5 : 1);
  body.skip(delimiter >> 5 & 3u);
  body.skip(1);
  body.skip(body.u8());
  body.skip(1);
  unsigned sum = 0;
  for (const char c : all) sum ^= static_cast<unsigned char>(c);
  return body && body.at_end() && (frame == 1 || frame == 2 || frame == 6) && sum == 0;
}

Fit judge_body(std::uint8_t kind, std::uint8_t message, std::uint8_t status, ByteReader body) {
  const std::size_t size = body.remaining();
  if (kind == 0 && status != 0) return Fit::alien;
  switch (message) {
    case 0:
      if (kind == 1 && size == 0 && status != 0) return Fit::fits;
      return size == 5 && body.u8() <= 1 ? Fit::proves : Fit::alien;
    case 1:
    case 2:
      return size == 0 ? Fit::fits : Fit::alien;
    case 3:
      if (kind == 1 && size == 0 && status != 0) return Fit::fits;
      return is_token(body) ? Fit::proves : Fit::alien;
    default:
      return size == 0 ? Fit::fits : Fit::weak;
  }
}

Frame read_message(ByteReader& reader, Talk& talk) {
  const std::uint8_t version = reader.u8();
  if (version != 1 && version != 2) return Frame::bad;
  const std::uint8_t kind = reader.u8();
  const std::uint8_t message = reader.u8();
  const std::uint8_t status = reader.u8();
  reader.skip(2);
  const std::uint16_t length = reader.u16();
  if (!reader) return Frame::cut;
  if ((kind > 2 && kind != 15) || !is_message(message) || length < 8 || length > 2048)
    return Frame::bad;
  if (reader.remaining() < length - 8u) return Frame::cut;
  const Fit fit = judge_body(kind, message, status, reader.sub(length - 8u));
  if (fit == Fit::alien) return Frame::bad;
  if (!talk.begun) talk.message = message;
  talk.begun = true;
  talk.proved = talk.proved || fit == Fit::proves;
  return Frame::good;
}

Fit judge_walk(const Walk& walk, const Talk& talk) {
  if (walk.broken) return Fit::alien;
  if (talk.proved || walk.frames >= 3) return Fit::proves;
  return walk.frames > 0 ? Fit::weak : Fit::open;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  const auto read = [&talk](ByteReader& reader) { return read_message(reader, talk); };
  if (exchange.transport == Transport::tcp)
    return exchange.said(side).empty() ? Fit::open
                                       : judge_walk(walk_stream(exchange, side, read), talk);
  return judge_datagrams(exchange, side, [&](const Message& message) {
    const Walk walk = walk_frames(message.bytes, read);
    return walk.cut || walk.frames > 1 ? Fit::alien : judge_walk(walk, talk);
  });
}

constexpr Openings opens = {.client = ByteSet::of("\x01\x02"), .server = ByteSet::of("\x01\x02")};

Match recognize_hart_ip(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (match)
    match.says =
        Note::of("{} begins with message {} of HART-IP", client.begun ? "client" : "server",
                 client.begun ? client.message : server.message);
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 5094, .transport = Transport::tcp, .service = "hart-ip"},
                         {.port = 5094, .transport = Transport::udp, .service = "hart-ip"}});

constexpr Bytes session = "\x01\0\0\0\0\x02\0\r\x01\0\0\xea`"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a session begins",
     .client = session,
     .server = "\x01\x01\0\0\0\x02\0\r\x01\0\0\xea`"_b,
     .transport = Transport::udp},
    {.about = "the client alone", .client = session, .transport = Transport::tcp},
    {.about = "the identity of a device",
     .client = "\x01\0\x03\0\0\x03\0\r\x02\x80\0\0\x82"_b,
     .transport = Transport::udp},
    {.about = "keep alive and its answer",
     .client = "\x01\0\x02\0\0\x04\0\x08"_b,
     .server = "\x01\x01\x02\0\0\x04\0\x08"_b,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "a sum that is wrong",
     .client = "\x01\0\x03\0\0\x03\0\r\x02\x80\0\0\x83"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a keep alive alone",
     .client = "\x01\0\x02\0\0\x04\0\x08"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a session of another length",
     .client = "\x01\0\0\0\0\x02\0\x0c\x01\0\0\xea"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "the service is another",
     .client = session,
     .server = "\x01\x02\x03\x04"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer hart_ip;
constinit const Recognizer hart_ip{
    .name = "hart-ip",
    .title = "HART-IP",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "FCG TS20085, section 10",
    .opens = opens,
    .judge = recognize_hart_ip,
    .examples = examples,
};

}  // namespace oddport::recognizers
