// Modbus RTU over TCP: the frames of a serial line, as converters pass them on.
//
// "MODBUS over Serial Line", sections 2.5.1 and 6.2.2; "MODBUS Application Protocol", section 6. Frame: unit (1 to 247, 0 to
// all), function, data, check sum (CRC-16, little endian). No length is told: the function and the data give it.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t check_sum(Bytes bytes) {
  unsigned sum = 0xffff;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum & 1) != 0 ? sum >> 1 ^ 0xa001 : sum >> 1;
  }
  return static_cast<std::uint16_t>(sum);
}

struct Talk {
  bool begun = false;
  std::uint8_t unit = 0;
  std::uint8_t function = 0;
};

// Bytes between the function and the check sum; npos where there is none such.
std::size_t size_of_request(std::uint8_t function, ByteReader data) {
  switch (function) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 8:
      return 4;
    case 7:
    case 11:
    case 12:
    case 17:
      return 0;
    case 15:
    case 16:
      data.skip(4);
      return 5u + data.u8();
    case 22:
      return 6;
    case 23:
      data.skip(8);
      return 9u + data.u8();
    default:
      return Bytes::npos;
  }
}

std::size_t size_of_answer(std::uint8_t function, ByteReader data) {
  if ((function & 0x80) != 0) return 1;
  switch (function) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 12:
    case 17:
    case 23:
      return 1u + data.u8();
    case 7:
      return 1;
    case 5:
    case 6:
    case 8:
    case 11:
    case 15:
    case 16:
      return 4;
    case 22:
      return 6;
    default:
      return Bytes::npos;
  }
}

Frame read_frame(ByteReader& reader, Side side, Talk& talk) {
  const Bytes all = reader.rest();
  const std::uint8_t unit = reader.u8();
  const std::uint8_t function = reader.u8();
  if (!reader) return Frame::cut;
  if (unit > 247 || (side == Side::client && function > 0x7f)) return Frame::bad;
  const std::size_t size =
      side == Side::client ? size_of_request(function, reader) : size_of_answer(function, reader);
  if (size == Bytes::npos || size > 252) return Frame::bad;
  reader.skip(size);
  const std::uint16_t sum = reader.u16_le();
  if (!reader) return Frame::cut;
  if (sum != check_sum(all.substr(0, 2 + size))) return Frame::bad;
  if (!talk.begun) talk = {true, unit, function};
  return Frame::good;
}

// A check sum of 16 bits, a known function and an end that fits are not beyond chance until they come again.
Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk = walk_stream(exchange, side,
                                [&](ByteReader& reader) { return read_frame(reader, side, talk); });
  if (walk.broken) return walk.frames >= 3 ? Fit::weak : Fit::alien;
  if (walk.frames >= 3) return Fit::proves;
  return walk.frames > 0 ? Fit::fits : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::range(0, 247), .server = ByteSet::range(0, 247)};

Match recognize_modbus_rtu(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  const Fit asked = judge(exchange, Side::client, client);
  Fit answered = judge(exchange, Side::server, server);
  // The answer is of the unit and the function that were asked.
  if (client.begun && server.begun &&
      (client.unit != server.unit || client.function != (server.function & 0x7f)))
    answered = std::min(answered, Fit::weak);
  Match match;
  match.certainty = weigh(asked, answered);
  const Talk& shown = client.begun ? client : server;
  if (match)
    match.says = Note::of("{} begins with function {} of unit {}, check sum right",
                          client.begun ? "client" : "server", shown.function & 0x7f, shown.unit);
  return match;
}

constexpr Bytes read_registers = "\x11\x03\0k\0\x03v\x87"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "registers read",
     .client = read_registers,
     .server = "\x11\x03\x06\x02+\0\0\0d\xc8\xba"_b},
    {.about = "an exception",
     .client = read_registers,
     .server = "\x11\x83\x02\xc1"
               "4"_b},
    {.about = "three requests",
     .client = "\x11\x03\0k\0\x03v\x87\x11\x03\0k\0\x03v\x87\x11\x03\0k\0\x03v\x87"_b},
    {.about = "one request alone", .client = read_registers, .expect = Certainty::likely},
    {.about = "a check sum that is wrong",
     .client = "\x11\x03\0k\0\x03v\x86"_b,
     .expect = Certainty::none},
    {.about = "a byte too many",
     .client = "\x11\x03\0k\0\x03v\x87Uab"_b,
     .expect = Certainty::none},
    {.about = "the frame of Modbus/TCP",
     .client = "\0\x01\0\0\0\x06\x0a\x03\0\x05\0\x02"_b,
     .expect = Certainty::none},
    {.about = "an echo of the request",
     .client = read_registers,
     .server = read_registers,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer modbus_rtu;
constinit const Recognizer modbus_rtu{
    .name = "modbus-rtu",
    .title = "Modbus RTU over TCP",
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "MODBUS over Serial Line, sections 2.5.1 and 6.2.2",
    .opens = opens,
    .judge = recognize_modbus_rtu,
    .examples = examples,
};

}  // namespace oddport::recognizers
