// EtherNet/IP: Rockwell's and others' controllers; CIP in an envelope.
//
// ODVA, The CIP Networks Library, volume 2, chapter 2; all little endian. Envelope: command (2), length of the data (2),
// session (4), status (4), sender's context (8), options (4: 0). Commands: 4 services, 63 identities, 64 interfaces, 65
// session (version 1, flags 0), 66 its end, 6F and 70 CIP: interface (4), timeout (2), items. Items: count (2), then of
// each type and length (2 each). Data in real time (UDP, 2222) are items alone: 8002, its length of 8, B1 or B0.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

constexpr std::string_view command_name(std::uint16_t command) {
  switch (command) {
    case 0x00:
      return "NOP";
    case 0x04:
      return "ListServices";
    case 0x63:
      return "ListIdentity";
    case 0x64:
      return "ListInterfaces";
    case 0x65:
      return "RegisterSession";
    case 0x66:
      return "UnRegisterSession";
    case 0x6f:
      return "SendRRData";
    case 0x70:
      return "SendUnitData";
    default:
      return {};
  }
}

struct Talk {
  bool begun = false;
  unsigned commands = 0;
  bool named = false;  // by more than a small number and zeros
  bool proved = false;
  std::uint16_t first = 0;
};

bool is_status(std::uint32_t status) {
  return status <= 3 || status == 0x64 || status == 0x65 || status == 0x69 || status == 0x6a;
}

// Count, then type, length and data of each, up to the end.
bool are_items(ByteReader data) {
  const std::uint16_t count = data.u16_le();
  if (count > 16) return false;
  for (unsigned n = 0; n < count; ++n) {
    data.skip(2);
    data.skip(data.u16_le());
  }
  return data && data.at_end();
}

Fit judge_data(std::uint16_t command, ByteReader data, std::uint32_t session,
               std::uint32_t status) {
  const std::size_t size = data.remaining();
  switch (command) {
    case 0x04:
    case 0x63:
    case 0x64:
      if (size == 0) return command == 0x63 ? Fit::fits : Fit::weak;
      if (size == 2 && data.u16_le() == 0) return Fit::weak;
      return size > 2 && are_items(data) ? Fit::proves : Fit::alien;
    case 0x65:
      if (size == 0) return status != 0 ? Fit::fits : Fit::alien;
      return size == 4 && data.u16_le() == 1 && data.u16_le() == 0 ? Fit::proves : Fit::alien;
    case 0x66:
      return size == 0 && session != 0 ? Fit::fits : Fit::alien;
    case 0x6f:
    case 0x70:
      if (size == 0) return status != 0 ? Fit::fits : Fit::alien;
      if (data.u32_le() != 0) return Fit::alien;
      data.skip(2);
      return are_items(data) ? Fit::proves : Fit::alien;
    default:
      return Fit::weak;
  }
}

Frame read_unit(ByteReader& reader, Talk& talk) {
  const std::uint16_t command = reader.u16_le();
  if (command_name(command).empty()) return Frame::bad;
  const std::uint16_t length = reader.u16_le();
  const std::uint32_t session = reader.u32_le();
  const std::uint32_t status = reader.u32_le();
  reader.skip(8);
  const std::uint32_t options = reader.u32_le();
  if (!reader) return Frame::cut;
  if (!is_status(status) || options != 0) return Frame::bad;
  if (!talk.begun) talk.first = command;
  if (reader.remaining() < length) {
    talk.begun = talk.begun || command != 0;
    return Frame::cut;
  }
  const Fit fit = judge_data(command, reader.sub(length), session, status);
  if (fit == Fit::alien) return Frame::bad;
  // Anything may stand in a NOP, and zeros may look like one.
  if (command == 0) return Frame::good;
  talk.begun = true;
  ++talk.commands;
  talk.named = talk.named || fit >= Fit::fits;
  talk.proved = talk.proved || fit == Fit::proves;
  return Frame::good;
}

Fit judge_walk(const Walk& walk, const Talk& talk) {
  if (walk.broken) return walk.frames >= 2 && talk.proved ? Fit::fits : Fit::alien;
  if (talk.proved || talk.commands >= 2) return Fit::proves;
  if (talk.commands == 1) return talk.named ? Fit::fits : Fit::weak;
  return walk.cut && talk.begun ? Fit::weak : Fit::open;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  const auto read = [&talk](ByteReader& reader) { return read_unit(reader, talk); };
  if (exchange.transport == Transport::tcp)
    return exchange.said(side).empty() ? Fit::open
                                       : judge_walk(walk_stream(exchange, side, read), talk);
  return judge_datagrams(exchange, side, [&](const Message& message) {
    const Walk walk = walk_frames(message.bytes, read);
    return walk.cut && message.is_whole() ? Fit::alien : judge_walk(walk, talk);
  });
}

// An address of 8 with a sequence number, and the data that end the datagram.
Fit judge_real_time(const Message& message, std::uint32_t& connection) {
  ByteReader reader{message.bytes};
  reader.accept("\x02\0\x02\x80\x08\0"_b);
  const std::uint32_t of = reader.u32_le();
  reader.skip(4);
  const std::uint16_t type = reader.u16_le();
  const std::uint16_t length = reader.u16_le();
  if (!reader || (type != 0xb0 && type != 0xb1) || message.wire_length != reader.offset() + length)
    return Fit::alien;
  if (connection == 0) connection = of;
  return Fit::proves;
}

Match recognize_real_time(const Exchange& exchange) {
  std::uint32_t connection = 0;
  const auto judge_one = [&](const Message& message) {
    return judge_real_time(message, connection);
  };
  Match match;
  match.certainty = weigh(judge_datagrams(exchange, Side::client, judge_one),
                          judge_datagrams(exchange, Side::server, judge_one));
  if (!match) return match;
  match.protocol = "cip-io";
  match.says = Note::of("data of connection {:08x} in real time", connection);
  return match;
}

constexpr Openings opens = {.client = ByteSet::of("\x02\x04\x63\x64\x65\x66\x6f\x70\0"_b),
                            .server = ByteSet::of("\x02\x04\x63\x64\x65\x66\x6f\x70\0"_b)};

Match recognize_enip(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  const Fit asks = judge(exchange, Side::client, client);
  Fit answers = judge(exchange, Side::server, server);
  // Zeros, or less than a header, answer nothing.
  if (!exchange.server.empty() && exchange.server_from_start && !server.begun) answers = Fit::alien;
  match.certainty = weigh(asks, answers);
  if (match) {
    const Talk& shown = client.begun ? client : server;
    match.says = Note::of("{} begins with {}", client.begun ? "client" : "server",
                          command_name(shown.first));
    return match;
  }
  return exchange.transport == Transport::udp ? recognize_real_time(exchange) : match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 44818, .transport = Transport::tcp, .service = "EtherNet-IP-2"},
                         {.port = 44818, .transport = Transport::udp, .service = "EtherNet-IP-2"},
                         {.port = 2222, .transport = Transport::udp, .service = "EtherNet-IP-1"}});
constexpr auto others = std::to_array<std::string_view>({"cip-io"});

constexpr Bytes identity = "c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a session is registered",
     .client = "e\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0"_b,
     .server = "e\0\x04\0\x11\"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0"_b,
     .transport = Transport::tcp},
    {.about = "CIP within a session",
     .client =
         "o\0\x16\0\x11\"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\n\0\x02\0\0\0\0\0\xb2\0\x06"
         "\0\x01\x02 \x01$\x01"_b,
     .transport = Transport::tcp},
    {.about = "identities asked for",
     .client = identity,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "identities asked for and told",
     .client = identity,
     .server = "c\0\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\x0c\0\x04\0\x01\0\0\0"_b,
     .transport = Transport::udp},
    {.about = "data in real time",
     .client = "\x02\0\x02\x80\x08\0\x01\0K\0\x11\0\0\0\xb1\0\x06\0\x11\0\x01\0\0\0"_b,
     .protocol = "cip-io",
     .transport = Transport::udp},
    {.about = "data in real time that end too early",
     .client = "\x02\0\x02\x80\x08\0\x01\0K\0\x11\0\0\0\xb1\0\x07\0\x11\0\x01\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "options",
     .client = "c\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "items that do not end with the data",
     .client =
         "o\0\x16\0\x11\"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\n\0\x02\0\0\0\0\0\xb2\0\x07"
         "\0\x01\x02 \x01$\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "zeros",
     .client = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer enip;
constinit const Recognizer enip{
    .name = "enip",
    .title = "EtherNet/IP",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.bytes = identity, .about = "the identity of the device (read only)"},
    .reference = "ODVA, The CIP Networks Library, volume 2, chapter 2",
    .also = others,
    .opens = opens,
    .judge = recognize_enip,
    .examples = examples,
};

}  // namespace oddport::recognizers
