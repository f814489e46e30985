// Real COM mode of Moxa's serial device servers: the connection with the commands (966 and up; 950
// and up carry plain serial data, which nothing tells from others).
//
// As public clients of it write it (libdlms-go's package moxarealcom): the driver sends code (1),
// length (1) and that many bytes: 2c port initialization (8), 10 speed and mode (2), 11 flow
// control (4), 12 lines (2), 14 flush (1), 18 XON/XOFF (2) and others. The server answers with the
// code and "OK", to 2c with three bytes behind their length; unasked it sends 26 (state, three
// bytes) and 27 with a number, to which the driver answers with 28 and that number.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Command {
  std::uint8_t code;
  std::uint8_t length;
};

constexpr auto commands = std::to_array<Command>({
    {0x10, 2}, {0x11, 4}, {0x12, 2}, {0x13, 0}, {0x14, 1}, {0x15, 0}, {0x16, 0}, {0x17, 4},
    {0x18, 2}, {0x20, 0}, {0x21, 0}, {0x22, 0}, {0x24, 0}, {0x25, 0}, {0x28, 1}, {0x2c, 8},
    {0x2f, 0}, {0x2f, 4}, {0x30, 1}, {0x33, 1}, {0x34, 1}, {0x24, 1},
});

constexpr std::uint8_t port_initialization = 0x2c;

bool is_command(std::uint8_t code, std::uint8_t length) {
  return std::ranges::any_of(
      commands, [=](const Command& known) { return known.code == code && known.length == length; });
}

struct Survey {
  unsigned commands = 0;
  bool initializes = false;
  bool fits = true;
};

// Speed 0 to 18, mode of six bits, then switches that are 0 or 1.
bool is_initialization(Bytes value) {
  if (static_cast<unsigned char>(value[0]) > 18 || static_cast<unsigned char>(value[1]) > 63)
    return false;
  return std::ranges::all_of(value.substr(2), [](char c) { return c == 0 || c == 1; });
}

Survey read_client(Bytes stream) {
  Survey survey;
  ByteReader reader{stream};
  for (int n = 0; n < 64 && !reader.at_end() && survey.fits; ++n) {
    const std::uint8_t code = reader.u8();
    const std::uint8_t length = reader.u8();
    const Bytes value = reader.take(length);
    if (!reader) break;
    const bool opens = code == port_initialization && length == 8 && is_initialization(value);
    survey.fits = is_command(code, length) && (code != port_initialization || opens);
    survey.initializes = survey.initializes || opens;
    ++survey.commands;
  }
  return survey;
}

Survey read_server(Bytes stream) {
  Survey survey;
  ByteReader reader{stream};
  for (int n = 0; n < 64 && reader.remaining() >= 3 && survey.fits; ++n) {
    const std::uint8_t code = reader.u8();
    ++survey.commands;
    if (code == 0x26) {
      reader.skip(3);
    } else if (code == 0x27) {
      survey.fits = reader.u8() == 1;
      reader.skip(1);
    } else if (!reader.accept_if("OK")) {
      const std::uint8_t length = reader.u8();
      survey.initializes = survey.initializes || (code == port_initialization && length == 3);
      survey.fits = length >= 1 && length <= 4 && code >= 0x10 && code <= 0x34;
      reader.skip(length);
    } else {
      survey.fits = code >= 0x10 && code <= 0x34;
    }
  }
  return survey;
}

Match recognize(const Exchange& seen) {
  const Survey client = read_client(seen.client);
  const Survey server = read_server(seen.server);
  if (!client.fits || client.commands == 0) return {};
  if (client.initializes && server.fits && server.commands > 0)
    return confirmed("client initializes a port, {} commands and {} answers", client.commands,
                     server.commands);
  if (client.initializes && seen.server.empty()) return likely("client initializes a port");
  if (server.fits && client.commands >= 2 && server.commands >= 2)
    return likely("{} commands and {} answers", client.commands, server.commands);
  return {};
}

constexpr Example examples[] = {
    {.about = "a port is opened",
     .client = "\x2c\x08\x06\x03\x01\x01\0\0\0\0\x30\x01\x01"_b,
     .server = "\x2c\x03\0\x01\0\x30OK"_b},
    {.about = "only the driver was captured",
     .client = "\x2c\x08\x0a\x03\x01\x01\x01\x01\0\0"_b,
     .expect = Certainty::likely},
    {.about = "a switch that is neither on nor off",
     .client = "\x2c\x08\x0a\x03\x01\x02\x01\x01\0\0"_b,
     .expect = Certainty::none},
    {.about = "one command and one answer",
     .client = "\x14\x01\x02"_b,
     .server = "\x14OK"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer moxa_realcom;
constinit const Recognizer moxa_realcom{
    .name = "moxa-realcom",
    .title = "Moxa Real COM",
    .era = Era::niche,
    .hello = {.about = "nothing: commands change the settings of a line"},
    .reference = "libdlms-go's moxarealcom",
    .opens = {.client = ByteSet::range(0x10, 0x34), .server = ByteSet::range(0x10, 0x34)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
