// FINS: Omron's controllers.
//
// Omron W421, sections 5 and 7 (FINS commands). Command: ICF (80 or 81; answers C0 or C1), 0, gateways (0 to 7), destination
// and source (network, node, unit each), number, command (2); answers add a result (2). Over UDP a datagram is one command.
// Over TCP: "FINS", length of the rest (4), kind (4: 0 and 1 exchange the nodes, 2 a command, 3 refusal, 6 confirmation),
// error (4).
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
  std::uint16_t command = 0;
};

// Groups of commands, and how many each has.
bool is_command(std::uint8_t group, std::uint8_t command) {
  switch (group) {
    case 0x01:
      return command >= 1 && command <= 5;
    case 0x02:
      return command >= 1 && command <= 3;
    case 0x03:
      return command >= 4 && command <= 7;
    case 0x04:
      return command >= 1 && command <= 3;
    case 0x05:
      return command == 1 || command == 2;
    case 0x06:
      return command == 1 || command == 0x20;
    case 0x07:
      return command == 1 || command == 2;
    case 0x08:
      return command == 1;
    case 0x09:
      return command == 0x20;
    case 0x0c:
      return command >= 1 && command <= 3;
    case 0x21:
      return command >= 1 && command <= 3;
    case 0x22:
      return command >= 1 && command <= 0x20;
    case 0x23:
      return command == 1 || command == 2;
    default:
      return false;
  }
}

bool is_node(ByteReader& reader) {
  const std::uint8_t network = reader.u8();
  reader.skip(2);
  return network <= 0x7f;
}

Fit judge_command(ByteReader reader, Talk& talk) {
  const std::uint8_t control = reader.u8();
  const std::uint8_t zero = reader.u8();
  const std::uint8_t gateways = reader.u8();
  const bool nodes = is_node(reader) && is_node(reader);
  reader.skip(1);
  const std::uint8_t group = reader.u8();
  const std::uint8_t command = reader.u8();
  if (!reader || (control & 0xbe) != 0x80 || zero != 0 || gateways > 7 || !nodes ||
      !is_command(group, command))
    return Fit::alien;
  const bool answers = (control & 0x40) != 0;
  if (answers ? reader.remaining() < 2 : gateways == 0) return Fit::alien;
  if (!talk.begun) talk.command = static_cast<std::uint16_t>(group << 8 | command);
  talk.begun = true;
  return Fit::fits;
}

Frame read_frame(ByteReader& reader, Talk& talk) {
  reader.accept(Bytes{"FINS"}.substr(0, reader.remaining()));
  if (!reader) return Frame::bad;
  const std::uint32_t length = reader.u32();
  const std::uint32_t kind = reader.u32();
  const std::uint32_t error = reader.u32();
  if (!reader) return Frame::cut;
  if (length < 8 || length > 4096 || kind > 6 || error > 0x30) return Frame::bad;
  if (reader.remaining() < length - 8) return Frame::cut;
  ByteReader body = reader.sub(length - 8);
  if (kind == 2 && judge_command(body, talk) == Fit::alien) return Frame::bad;
  if (kind < 2 && body.remaining() != 4 * (kind + 1) && error == 0) return Frame::bad;
  return Frame::good;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.transport == Transport::udp)
    return judge_datagrams(exchange, side, [&talk](const Message& message) {
      return judge_command(ByteReader{message.bytes}, talk);
    });
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk =
      walk_stream(exchange, side, [&talk](ByteReader& reader) { return read_frame(reader, talk); });
  if (walk.broken) return walk.frames > 0 ? Fit::weak : Fit::alien;
  return walk.frames > 0 ? Fit::proves : Fit::open;
}

bool is_answer(Bytes bytes) { return bytes.starts_with('\xc0') || bytes.starts_with('\xc1'); }

// The answer goes to the asker's node and repeats its number and command.
bool is_pair(Bytes asked, Bytes answered) {
  return asked.size() >= 12 && answered.size() >= 14 &&
         asked.substr(3, 3) == answered.substr(6, 3) &&
         asked.substr(6, 3) == answered.substr(3, 3) && asked.substr(9, 3) == answered.substr(9, 3);
}

constexpr Openings opens = {.client = ByteSet::of("F\x80\x81\xc0\xc1"),
                            .server = ByteSet::of("F\x80\x81\xc0\xc1")};

Match recognize_fins(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (!match) return match;
  if (exchange.transport == Transport::udp && match.certainty == Certainty::confirmed) {
    const bool turned = is_answer(exchange.client);
    const Bytes asked = turned ? exchange.server : exchange.client;
    const Bytes answered = turned ? exchange.client : exchange.server;
    if (is_answer(asked) || !is_answer(answered) || !is_pair(asked, answered))
      match.certainty = Certainty::hint;
  }
  if (client.begun || server.begun)
    match.says =
        Note::of("{} begins with command {:04x} of FINS", client.begun ? "client" : "server",
                 client.begun ? client.command : server.command);
  else
    match.says = Note::of("the sides tell their nodes in FINS");
  return match;
}

constexpr Bytes read_status = "\x80\0\x02\0\n\0\0\x01\0\x19\x05\x01\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the controller's name is read",
     .client = read_status,
     .server = "\xc0\0\x02\0\x01\0\0\n\0\x19\x05\x01\0\0CJ2M"_b,
     .transport = Transport::udp},
    {.about = "a command alone",
     .client = read_status,
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "nodes exchanged over TCP",
     .client = "FINS\0\0\0\x0c\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "FINS\0\0\0\x10\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\n"_b,
     .transport = Transport::tcp},
    {.about = "a command over TCP",
     .client = "FINS\0\0\0\x15\0\0\0\x02\0\0\0\0\x80\0\x02\0\n\0\0\x01\0\x19\x05\x01\0"_b,
     .transport = Transport::tcp},
    {.about = "an answer to somebody else",
     .client = read_status,
     .server = "\xc0\0\x02\0\x02\0\0\n\0\x19\x05\x01\0\0CJ2M"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "an echo",
     .client = read_status,
     .server = read_status,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "no such command",
     .client = "\x80\0\x02\0\n\0\0\x01\0\x19\x05\x07\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "fish",
     .client = "FINS are what a fish has",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer fins;
constinit const Recognizer fins{
    .name = "fins",
    .title = "Omron FINS",
    .transports = Transports::both,
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "Omron W421 (Communications Commands), sections 5 and 7",
    .opens = opens,
    .judge = recognize_fins,
    .examples = examples,
};

}  // namespace oddport::recognizers
