// TeamViewer without TLS.
//
// What public rules and analyses of its traffic agree on. Message: 17 24, command (1), length of the data (2, little endian),
// data; larger ones begin 11 30, command, zero, length (4).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

Frame read_message(ByteReader& reader) {
  if (reader.accept_if("\x17\x24")) {
    const std::uint8_t command = reader.u8();
    const std::uint16_t length = reader.u16_le();
    if (!reader) return Frame::cut;
    if (command == 0 || command > 0x60 || length > 0x4000) return Frame::bad;
    if (reader.remaining() < length) return Frame::cut;
    reader.skip(length);
    return Frame::good;
  }
  if (!reader.accept_if("\x11\x30")) return Frame::bad;
  const std::uint8_t command = reader.u8();
  const std::uint8_t zero = reader.u8();
  const std::uint32_t length = reader.u32_le();
  if (!reader) return Frame::cut;
  if (command == 0 || command > 0x60 || zero != 0 || length > 0x40000) return Frame::bad;
  if (reader.remaining() < length) return Frame::cut;
  reader.skip(length);
  return Frame::good;
}

Fit judge(const Exchange& exchange, Side side, std::size_t& messages) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk = walk_stream(exchange, side, read_message);
  if (walk.broken) return Fit::alien;
  messages += walk.frames;
  if (walk.frames >= 2) return Fit::proves;
  return walk.frames == 1                              ? Fit::fits
         : walk.cut && exchange.said(side).size() >= 5 ? Fit::weak
                                                       : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("\x17\x11"), .server = ByteSet::of("\x17\x11")};

Match recognize_teamviewer(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  std::size_t messages = 0;
  const Fit client = judge(exchange, Side::client, messages);
  const Fit server = judge(exchange, Side::server, messages);
  Match match;
  match.certainty = weigh(client, server);
  if (match && exchange.client == exchange.server) match.certainty = Certainty::hint;
  if (match) match.says = Note::of("{} messages framed as TeamViewer does", messages);
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "messages back and forth",
     .client = "\x17$\n\x04\0\x01\x02\x03\x04"_b,
     .server = "\x17$\x0b\x02\0\x05\x06\x17$\x1b\0\0"_b},
    {.about = "two signs of life", .client = "\x17$\x1b\0\0\x17$\x1b\0\0"_b},
    {.about = "one message alone",
     .server = "\x17$\n\x04\0\x01\x02\x03\x04"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a length that leaves a byte",
     .client = "\x17$\n\x03\0\x01\x02\x03\x04"_b,
     .expect = Certainty::none},
    {.about = "the beginning alone", .client = "\x17$"_b, .expect = Certainty::none},
    {.about = "a record of TLS", .client = "\x17\x03\x03\0\x02hi"_b, .expect = Certainty::none},
});

}  // namespace

extern const Recognizer teamviewer;
constinit const Recognizer teamviewer{
    .name = "teamviewer",
    .title = "TeamViewer",
    .hello = {.about = "nothing: no harmless question is known"},
    .reference = "public analyses of TeamViewer's traffic",
    .opens = opens,
    .judge = recognize_teamviewer,
    .examples = examples,
};

}  // namespace oddport::recognizers
