// Synchrophasors: measurements of the power grid, each with its time.
//
// IEEE C37.118.2, section 6. Frame: AA, zero bit, kind (0 data, 1 header, 2, 3 and 5 configuration, 4 command), version (1 to
// 3), length of all (2), source (2), second (4), fraction (4), body, check sum (CRC-CCITT of all before). Commands are of 18
// bytes or have more behind: 1 to 5 or 8.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint16_t check_sum(Bytes bytes) {
  unsigned sum = 0xffff;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned>(static_cast<unsigned char>(c)) << 8;
    for (int bit = 0; bit < 8; ++bit)
      sum = ((sum & 0x8000) != 0 ? sum << 1 ^ 0x1021 : sum << 1) & 0xffff;
  }
  return static_cast<std::uint16_t>(sum);
}

struct Talk {
  bool begun = false;
  unsigned kind = 0;
  std::uint16_t source = 0;
};

std::string_view kind_name(unsigned kind) {
  constexpr auto names = std::to_array<std::string_view>(
      {"data", "header", "configuration 1", "configuration 2", "command", "configuration 3"});
  return names[kind];
}

Frame read_frame(ByteReader& reader, Talk& talk) {
  const Bytes all = reader.rest();
  reader.accept("\xaa");
  const std::uint8_t kind = reader.u8();
  const std::uint16_t length = reader.u16();
  const std::uint16_t source = reader.u16();
  if (!reader) return reader.offset() == 0 ? Frame::bad : Frame::cut;
  const unsigned version = kind & 15;
  if (kind >> 4 > 5 || version < 1 || version > 3 || length < 16) return Frame::bad;
  if (reader.remaining() < length - 6u) {
    // One whole second and what follows: the header alone leaves much to chance.
    reader.skip(reader.remaining());

    return Frame::cut;
  }
  reader.skip(length - 8u);
  if (reader.u16() != check_sum(all.substr(0, length - 2u))) return Frame::bad;
  if (!talk.begun) talk = {true, static_cast<unsigned>(kind >> 4), source};
  return Frame::good;
}

Fit judge_walk(const Walk& walk) {
  if (walk.broken) return walk.frames >= 2 ? Fit::fits : Fit::alien;
  if (walk.frames > 0) return Fit::proves;
  return walk.cut ? Fit::weak : Fit::open;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  const auto read = [&talk](ByteReader& reader) { return read_frame(reader, talk); };
  if (exchange.transport == Transport::tcp)
    return exchange.said(side).empty() ? Fit::open : judge_walk(walk_stream(exchange, side, read));
  return judge_datagrams(exchange, side, [&](const Message& message) {
    const Walk walk = walk_frames(message.bytes, read);
    return walk.cut && message.is_whole() ? Fit::alien : judge_walk(walk);
  });
}

constexpr Openings opens = {.client = ByteSet::of("\xaa"), .server = ByteSet::of("\xaa")};

Match recognize_synchrophasor(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (!client.begun && !server.begun && match.certainty > Certainty::hint)
    match.certainty = Certainty::hint;
  const Talk& shown = client.begun ? client : server;
  if (match)
    match.says = Note::of("{} begins with a frame of {} for source {}, check sum right",
                          client.begun ? "client" : "server", kind_name(shown.kind), shown.source);
  return match;
}

constexpr Bytes command =
    "\xaa"
    "A\0\x12\0\x01[^\xbeK\0\0\xa9\x81\0\x01"
    "a\xd0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "data switched off, then sent",
     .client = command,
     .server =
         "\xaa\x01\0<\0\x01[^\xbe"
         "C\x0f\0\0\0!\xf0\0\0\xe7\xb9\0\0\xf6t\0\0\xeb\x9b\0\0\0\0\0\x8a\xe4\x08\0n\xe1\xad\0_"
         "\xde\xe3\0\0\xd1"
         "A\0\0\0\0\0\0\0\0\0\r\xbe"
         "4"_b,
     .transport = Transport::tcp},
    {.about = "a command alone", .client = command, .transport = Transport::udp},
    {.about = "a check sum that is wrong",
     .client = "\xaa"
               "A\0\x12\0\x01[^\xbeK\0\0\xa9\x81\0\x01"
               "a\xd1"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a frame cut by its sender",
     .client = "\xaa"
               "A\0\x12\0\x01[^\xbeK\0\0\xa9\x81\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "no such kind",
     .client = "\xaa"
               "a\0\x12\0\x01[^\xbeK\0\0\xa9\x81\0\x01"
               "a\xd0"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "the service is another",
     .client = command,
     .server = "220 ready\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
});

}  // namespace

extern const Recognizer synchrophasor;
constinit const Recognizer synchrophasor{
    .name = "synchrophasor",
    .title = "IEEE C37.118",
    .transports = Transports::both,
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "IEEE C37.118.2, section 6",
    .opens = opens,
    .judge = recognize_synchrophasor,
    .examples = examples,
};

}  // namespace oddport::recognizers
