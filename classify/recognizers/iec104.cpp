// IEC 60870-5-104: telecontrol of power networks.
//
// IEC 60870-5-104, section 5. Frame: 68, length of the rest (4 to 253), control (4). Unnumbered: 07 or 0B start, 13 or 23
// stop, 43 or 83 test, then zeros. Supervisory: 01 00, number received (even). Information: number sent and received
// (both even), then type, count, cause (2), common address (2), objects.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  std::string_view first;
  unsigned type = 0;  // of the first information
};

std::string_view unnumbered_name(std::uint8_t function) {
  switch (function) {
    case 0x07:
      return "start of data transfer";
    case 0x0b:
      return "confirmation of a start";
    case 0x13:
      return "stop of data transfer";
    case 0x23:
      return "confirmation of a stop";
    case 0x43:
      return "test";
    case 0x83:
      return "confirmation of a test";
    default:
      return {};
  }
}

// The types of the standard have gaps between them.
bool is_type(std::uint8_t type) {
  return (type >= 1 && type <= 21) || (type >= 30 && type <= 41) || (type >= 45 && type <= 51) ||
         (type >= 58 && type <= 64) || type == 70 || (type >= 81 && type <= 95) ||
         (type >= 100 && type <= 107) || (type >= 110 && type <= 113) ||
         (type >= 120 && type <= 127);
}

bool is_information(ByteReader data, std::size_t size, Talk& talk) {
  const std::uint8_t type = data.u8();
  const std::uint8_t count = data.u8() & 0x7f;
  const std::uint8_t cause = data.u8() & 0x3f;
  data.skip(1 + 2 + 3);
  if (!data || !is_type(type) || count == 0 || cause == 0 || cause > 47 || size < count)
    return false;
  if (talk.type == 0) talk.type = type;
  return true;
}

Frame read_frame(ByteReader& reader, Talk& talk) {
  reader.accept("\x68");
  const std::uint8_t length = reader.u8();
  if (!reader) return reader.offset() == 1 ? Frame::cut : Frame::bad;
  if (length < 4 || length > 253) return Frame::bad;
  if (reader.remaining() < length) return Frame::cut;
  ByteReader frame = reader.sub(length);
  const std::uint8_t control = frame.u8();
  const std::uint8_t second = frame.u8();
  const std::uint8_t third = frame.u8();
  const std::uint8_t fourth = frame.u8();
  std::string_view name;
  if ((control & 3) == 3) {
    name = unnumbered_name(control);
    if (name.empty() || length != 4 || second != 0 || third != 0 || fourth != 0) return Frame::bad;
  } else if (control == 1) {
    name = "acknowledgement";
    if (length != 4 || second != 0 || (third & 1) != 0) return Frame::bad;
  } else {
    name = "information";
    if ((control & 1) != 0 || (third & 1) != 0 || !is_information(frame, length - 4u, talk))
      return Frame::bad;
  }
  if (talk.first.empty()) talk.first = name;
  return Frame::good;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk =
      walk_stream(exchange, side, [&talk](ByteReader& reader) { return read_frame(reader, talk); });
  if (walk.broken) return walk.frames >= 3 ? Fit::weak : Fit::alien;
  const bool unnumbered = talk.first != "acknowledgement" && talk.first != "information";
  if (walk.frames >= 2 || (walk.frames == 1 && unnumbered)) return Fit::proves;
  return walk.frames == 1 ? Fit::fits : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("h"), .server = ByteSet::of("h")};

Match recognize_iec104(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (!match) return match;
  const Talk& shown = client.first.empty() ? server : client;
  const std::string_view side = client.first.empty() ? "server" : "client";
  if (shown.type != 0)
    match.says = Note::of("{} begins with IEC 104's {}; information of type {}", side, shown.first,
                          shown.type);
  else
    match.says = Note::of("{} begins with IEC 104's {}", side, shown.first);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 2404, .service = "iec-104"}});

constexpr Bytes start = "\x68\x04\x07\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "transfer starts, all is asked for",
     .client = "h\x04\x07\0\0\0h\x0e\0\0\0\0d\x01\x06\0\x01\0\0\0\0\x14"_b,
     .server = "h\x04\x0b\0\0\0h\x0e\0\0\x02\0d\x01\x07\0\x01\0\0\0\0\x14"_b},
    {.about = "a start alone", .client = start},
    {.about = "measured values alone",
     .server = "h\x12\n\0\x02\0\x01\x01\x14\0\x01\0\x01\0\0\x01h\x04\x01\0\x06\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "one value alone",
     .server = "h\x0e\n\0\x02\0\x01\x01\x14\0\x01\0\x01\0\0\x01"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a start of 5 bytes", .client = "\x68\x05\x07\0\0\0\0"_b, .expect = Certainty::none},
    {.about = "two functions at once", .client = "\x68\x04\x0f\0\0\0"_b, .expect = Certainty::none},
    {.about = "the service is another",
     .client = start,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer iec104;
constinit const Recognizer iec104{
    .name = "iec104",
    .title = "IEC 60870-5-104",
    .homes = homes,
    .hello = {.bytes = "\x68\4\x43\0\0\0"_b, .about = "a test frame (TESTFR), nothing is started"},
    .reference = "IEC 60870-5-104, section 5",
    .opens = opens,
    .judge = recognize_iec104,
    .examples = examples,
};

}  // namespace oddport::recognizers
