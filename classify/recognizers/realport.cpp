// RealPort: the serial ports of Digi's terminal servers, lent over TCP; by custom on 771.
//
// Digi's driver in Linux 3.7 (drivers/staging/dgrp) and Metasploit's realport.rb. Either side sends
// packets; a high nibble of 0 to c goes to the port in the low one:
//
//   0-7  so many bytes of data and one; 8, 9 data behind their length (1, 2); a window (2)
//   b    a command and its operands: 10 open or close, 12 synchronize, 14, 16, 20, 22 questions,
//        40 to 48 settings; answered by 11, 13, 15, 17, 19, 21, 23
//   c    an event (3)
//   f0   to f7 choose sixteen ports; fb asks for an identity (1); fc tells it: which (1), length of
//        all (2), value; ff gives up: length (1), text
//
// The driver opens with fb 01 fb 02 fb 18: product, number of ports, vital product data.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t product = 1;
constexpr std::uint8_t ports = 2;
// Beyond it nothing is read: its length is told in two ways.
constexpr std::uint8_t password = 0x20;

struct Operands {
  std::uint8_t command;
  std::uint8_t size;
};

constexpr auto commands = std::to_array<Operands>({
    {10, 1}, {12, 1}, {14, 0}, {16, 0}, {20, 0}, {22, 0}, {40, 10}, {42, 3}, {43, 2}, {44, 3},
    {45, 4}, {46, 5}, {47, 4}, {48, 4}, {60, 1}, {61, 2}, {62, 1},  {63, 1}, {64, 1},
});

constexpr auto answers = std::to_array<Operands>({
    {11, 4},
    {13, 1},
    {15, 4},
    {17, 3},
    {19, 12},
    {21, 4},
    {23, 30},
});

struct Talk {
  unsigned asked = 0;  // identities asked for, one after the other
  unsigned told = 0;
  unsigned spoken = 0;  // commands or answers to them
  Bytes name;
  unsigned count = 0;  // of serial ports
  bool gives_up = false;
};

bool is_identity(std::uint8_t which) { return which <= 2 || which == 0x0f || which == 0x18; }

Frame read_request(ByteReader& reader, Talk& talk) {
  const std::uint8_t which = reader.u8();
  if (!reader || which == password) return Frame::cut;
  if (!is_identity(which)) return Frame::bad;
  ++talk.asked;
  return Frame::good;
}

// A product tells hardware and software (8) and describes itself.
Frame read_identity(ByteReader& reader, Talk& talk) {
  const std::uint8_t which = reader.u8();
  const std::uint16_t length = reader.u16();
  if (!reader || which == password) return Frame::cut;
  if (!is_identity(which) || length < 4 || length > 1000) return Frame::bad;
  ByteReader value = reader.sub(length - 4u);
  if (!reader) return Frame::cut;
  if (which == product) {
    value.skip(8);
    talk.name = until_nul(value.rest());
    if (!value || talk.name.size() < 4 || !is_text(talk.name)) return Frame::bad;
  }
  if (which == ports) {
    talk.count = value.u16();
    if (!value || talk.count > 1024) return Frame::bad;
  }
  ++talk.told;
  return Frame::good;
}

Frame read_end(ByteReader& reader, Talk& talk) {
  const Bytes text = reader.take(reader.u8());
  if (!reader) return Frame::cut;
  talk.gives_up = text.size() >= 8 && is_printable(text);
  return talk.gives_up ? Frame::good : Frame::bad;
}

Frame read_special(ByteReader& reader, std::uint8_t low, Talk& talk) {
  switch (low) {
    case 0xb:
      return read_request(reader, talk);
    case 0xc:
      return read_identity(reader, talk);
    case 0xf:
      return read_end(reader, talk);
    default:
      return low < 8 ? Frame::good : Frame::bad;
  }
}

template <std::size_t size>
Frame read_command(ByteReader& reader, const std::array<Operands, size>& known, Talk& talk) {
  const std::uint8_t command = reader.u8();
  if (!reader) return Frame::cut;
  for (const Operands& operands : known) {
    if (operands.command != command) continue;
    reader.skip(operands.size);
    talk.spoken += reader ? 1 : 0;
    return Frame::good;
  }
  return Frame::bad;
}

// Data, a window or an event, which come once a port was asked for.
Frame read_traffic(ByteReader& reader, std::uint8_t kind, const Talk& talk) {
  if (talk.spoken == 0 || kind > 0xc) return Frame::bad;
  const std::size_t size = kind < 8      ? kind + 1u
                           : kind == 8   ? reader.u8()
                           : kind == 9   ? reader.u16()
                           : kind == 0xa ? 2u
                                         : 3u;
  reader.skip(size);
  return Frame::good;
}

template <std::size_t size>
Frame read_packet(ByteReader& reader, const std::array<Operands, size>& known, Talk& talk) {
  const std::uint8_t first = reader.u8();
  const std::uint8_t kind = first >> 4;
  if (kind == 0xb) return read_command(reader, known, talk);
  if (kind == 0xf) return read_special(reader, first & 0x0f, talk);
  return read_traffic(reader, kind, talk);
}

Fit judge_client(Bytes said, Talk& talk) {
  if (said.empty()) return Fit::open;
  const Walk walk =
      walk_frames(said, [&](ByteReader& reader) { return read_packet(reader, commands, talk); });
  if (walk.broken || talk.asked == 0 || !said.starts_with('\xfb')) return Fit::alien;
  if (talk.asked < 2) return Fit::weak;
  return talk.spoken > 0 ? Fit::proves : Fit::fits;
}

Fit judge_server(Bytes said, Talk& talk) {
  if (said.empty()) return Fit::open;
  const Walk walk =
      walk_frames(said, [&](ByteReader& reader) { return read_packet(reader, answers, talk); });
  if (walk.broken) return Fit::alien;
  if (said.starts_with('\xff')) return talk.gives_up ? Fit::weak : Fit::alien;
  if (!said.starts_with('\xfc')) return Fit::alien;
  if (talk.name.empty()) return talk.told > 0 ? Fit::weak : Fit::open;
  return talk.told > 1 ? Fit::proves : Fit::fits;
}

Match recognize(const Exchange& seen) {
  Talk client;
  Talk server;
  const Fit asks = judge_client(seen.client, client);
  const Certainty certainty = weigh(asks, judge_server(seen.server, server));
  if (!server.name.empty())
    return answer(certainty, "server is {} with {} ports", Printable{up_to_line_end(server.name)},
                  server.count);
  if (asks < Fit::weak) return {};
  return answer(certainty, "client asks for {} identities, {} commands follow", client.asked,
                client.spoken);
}

constexpr Bytes question = "\xfb\x01\xfb\x02\xfb\x18"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "product, ports and no vital data",
     .client = question,
     .server = "\xfc\x01\0\x1c\0\0\x0b\0\x01\x02\x03\x04PortServer TS 16\xfc\x02\0\x06\0\x10"
               "\xfc\x18\0\x04"_b},
    {.about = "a port is opened",
     .client = "\xfb\x01\xfb\x02\xfb\x18\xf0\xb2\x0a\0\xb2\x0e\xb2\x2a\x02\xc0\xf3\xb2\x10"_b},
    {.about = "the server alone",
     .server = "\xfc\x01\0\x16\0\0\x0b\0\0\x01\0\x02"
               "Digi One\r\n\xfc\x02\0\x06\0\x01\xfc\x18\0\x04"_b},
    {.about = "a connection's beginning alone", .client = question, .expect = Certainty::likely},
    {.about = "one identity asked for", .client = "\xfb\x01"_b, .expect = Certainty::none},
    {.about = "a description that is longer than it says",
     .client = question,
     .server = "\xfc\x01\0\x18\0\0\x0b\0\x01\x02\x03\x04PortServer TS 16\xfc\x02\0\x06\0\x10"_b,
     .expect = Certainty::none},
    {.about = "an error without the question",
     .server = "\xff\x17"
               "Access to unopened port"_b,
     .expect = Certainty::none},
    {.about = "Telnet's options",
     .client = "\xff\xfd\x01"_b,
     .server = "\xff\xfb\x01\xff\xfb\x03"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer realport;
constinit const Recognizer realport{
    .name = "realport",
    .title = "RealPort",
    .era = Era::niche,
    .hello = {.bytes = question, .about = "product, number of ports, vital product data"},
    .reference = "Linux 3.7, drivers/staging/dgrp; Metasploit, realport.rb",
    .opens = {.client = ByteSet::of("\xfb"), .server = ByteSet::of("\xfc")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
