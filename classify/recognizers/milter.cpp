// Milter: a mail server asks its filters.
//
// "The Sendmail Milter Protocol, Version 2" (the text in Sendmail::PMilter and libmilter's mfdef.h). Packet: length of the rest
// (4), command (1), data. Both begin with O: version (4: 2 to 6), actions (4), steps to leave out (4); then the server sends D
// macros, C a connection (host NUL, family, port, address NUL), H, M, R, L, N, B, E, Q; the filter answers c, a, r, t, d, p ...
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  std::uint32_t version = 0;
  std::uint8_t first = 0;
};

bool is_negotiation(ByteReader data, Talk& talk) {
  const std::uint32_t version = data.u32();
  const std::uint32_t actions = data.u32();
  const std::uint32_t steps = data.u32();
  if (!data || version < 2 || version > 6 || actions > 0x3ff || (steps & 0x8fe00000) != 0)
    return false;
  talk.version = version;
  return true;
}

bool is_connection(ByteReader data) {
  data.until('\0', 256);
  const std::uint8_t family = data.u8();
  if (family == 'U') return data && data.at_end();
  data.skip(2);
  data.until('\0', 64);
  return data && data.at_end() && (family == '4' || family == '6' || family == 'L');
}

constexpr Bytes of_server = "ABCDEHKLMNOQRTU";
constexpr Bytes of_filter = "+-Oacdhimopqrtyseb2f";

Frame read_packet(ByteReader& reader, Side side, Talk& talk) {
  const std::uint32_t length = reader.u32();
  if (!reader) return Frame::cut;
  const std::uint8_t command = reader.u8();
  if (length < 1 || length > 0x100000 ||
      (side == Side::client ? of_server : of_filter).find(static_cast<char>(command)) ==
          Bytes::npos)
    return Frame::bad;
  if (reader.remaining() < length - 1) return Frame::cut;
  const ByteReader data = reader.sub(length - 1);
  if (command == 'O' && !is_negotiation(data, talk)) return Frame::bad;
  if (command == 'C' && side == Side::client && !is_connection(data)) return Frame::bad;
  if (talk.first == 0) talk.first = command;
  return Frame::good;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk = walk_stream(
      exchange, side, [&](ByteReader& reader) { return read_packet(reader, side, talk); });
  if (walk.broken) return Fit::alien;
  if (talk.version != 0) return Fit::proves;
  return walk.frames >= 3 ? Fit::fits : walk.frames > 0 ? Fit::weak : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)};

Match recognize_milter(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (!match) return match;
  const Talk& shown = client.version != 0 ? client : server;
  // Without the negotiation, lengths and letters are what is left.
  if (shown.version == 0) match.certainty = std::min(match.certainty, Certainty::likely);
  if (shown.version != 0)
    match.says = Note::of("{} negotiates version {} of milter",
                          client.version != 0 ? "client" : "server", shown.version);
  else
    match.says = Note::of("packets framed as in milter");
  return match;
}

constexpr Bytes negotiation = "\0\0\0\rO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "negotiated",
     .client = negotiation,
     .server = "\0\0\0\rO\0\0\0\x06\0\0\0\x11\0\0\0\x7f"_b},
    {.about = "a connection is told of",
     .client = "\0\0\0\rO\0\0\0\x02\0\0\0?\0\0\0\x7f\0\0\0\x17"
               "Chost.example\x00"
               "4\x04\x01"
               "1.2.3\0"_b},
    {.about = "a version that never was",
     .client = "\0\0\0\rO\0\0\0\x09\0\0\x01\xff\0\x1f\xff\xff"_b,
     .expect = Certainty::none},
    {.about = "a length beyond its data",
     .client = "\0\0\0\x0eO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = negotiation,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer milter;
constinit const Recognizer milter{
    .name = "milter",
    .title = "milter",
    .hello = {.bytes = negotiation,
              .about = "the negotiation of a mail server, with no mail behind it"},
    .reference = "The Sendmail Milter Protocol, Version 2",
    .opens = opens,
    .judge = recognize_milter,
    .examples = examples,
};

}  // namespace oddport::recognizers
