// GE SRTP: General Electric's (Emerson's) controllers.
//
// Denton et al., "Leveraging the SRTP protocol for over-the-network memory acquisition of a GE Fanuc Series 90-30", DFRWS
// 2017. Messages of 56 bytes and a text. Both begin with 56 zeros from the client, which the controller answers with a 1 and
// mostly zeros. Then: 02 (answers 03), 0, number, 0, length of the text (2, little endian), zeros up to byte 26 but for
// ones, time (seconds, minutes, hours), zero, the number again, kind (C0, D4, D1, 80 or 94), mailboxes (4 each), part, parts.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t head_size = 56;

struct Talk {
  bool greets = false;  // zeros, or the answer to them
  unsigned messages = 0;
};

bool is_kind(std::uint8_t kind) {
  return kind == 0xc0 || kind == 0xd4 || kind == 0xd1 || kind == 0x80 || kind == 0x94;
}

std::uint8_t expected_type(std::uint8_t type, Side side) {
  const std::uint8_t of_client = type <= 1 ? 0 : 2;
  return static_cast<std::uint8_t>(of_client + (side == Side::server ? 1 : 0));
}

Frame read_message(ByteReader& reader, Side side, Talk& talk) {
  ByteReader head = reader.sub(std::min(head_size, reader.remaining()));
  const bool whole = head.remaining() == head_size;
  const std::uint8_t type = head.u8();
  head.accept(Bytes{"\0"_b}.substr(0, head.remaining()));
  if (!head || type != expected_type(type, side)) return Frame::bad;
  if (!whole) return Frame::cut;
  if (type <= 1) {
    // The controller tells little more than that it is there.
    const Bytes rest = head.rest();
    const auto zeros = std::ranges::count(rest, '\0');
    if (zeros + (type == 1 ? 8 : 0) < static_cast<std::ptrdiff_t>(rest.size())) return Frame::bad;
    talk.greets = true;
    return Frame::good;
  }
  const std::uint8_t number = head.u8();
  head.accept("\0"_b);
  const std::uint16_t text = head.u16_le();
  head.accept("\0\0"_b);
  head.skip(18);
  const std::uint8_t seconds = head.u8();
  const std::uint8_t minutes = head.u8();
  const std::uint8_t hours = head.u8();
  head.skip(1);
  const std::uint8_t again = head.u8();
  const std::uint8_t kind = head.u8();
  head.skip(8);
  const std::uint8_t part = head.u8();
  const std::uint8_t parts = head.u8();
  if (!head || number != again || seconds > 59 || minutes > 59 || hours > 23 || !is_kind(kind) ||
      part == 0 || part > parts)
    return Frame::bad;
  ++talk.messages;
  reader.skip(std::min<std::size_t>(text, reader.remaining()));
  return Frame::good;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk = walk_stream(
      exchange, side, [&](ByteReader& reader) { return read_message(reader, side, talk); });
  if (walk.broken) return talk.messages > 1 ? Fit::fits : Fit::alien;
  if (talk.messages > 0) return Fit::proves;
  return talk.greets ? Fit::weak : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("\0\x02"_b), .server = ByteSet::of("\x01\x03")};

Match recognize_ge_srtp(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (match)
    match.says =
        Note::of("client sends {}, {} messages of GE SRTP follow",
                 client.greets ? "56 zeros" : "no greeting", client.messages + server.messages);
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "greeted, then the status is asked for",
     .client =
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\x06\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0"
         "\x0c\"\x07\0\x06\xc0\0\0\0\0\x10\x0e\0\0\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server =
         "\x01\0\0\0\0\0\0\0\x0f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03\0\x06\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0"
         "\0\0\x0c\"\x07\0\x06\xd4\0\0\0\0\x10\x0e\0\0\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b},
    {.about = "only greeted",
     .client =
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server =
         "\x01\0\0\0\0\0\0\0\x0f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "a request alone",
     .client =
         "\x02\0\x06\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\x0c\"\x07\0\x06\xc0\0\0\0"
         "\0\x10\x0e\0\0\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b},
    {.about = "zeros alone",
     .client =
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "two numbers that differ",
     .client =
         "\x02\0\x06\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\x0c\"\x07\0\x07\xc0\0\0\0"
         "\0\x10\x0e\0\0\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "zeros, answered by something else",
     .client =
         "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ge_srtp;
constinit const Recognizer ge_srtp{
    .name = "ge-srtp",
    .title = "GE SRTP",
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "Denton et al., DFRWS 2017",
    .opens = opens,
    .judge = recognize_ge_srtp,
    .examples = examples,
};

}  // namespace oddport::recognizers
