// CODESYS version 3: the runtime inside many makers' controllers, over TCP.
//
// Microsoft's ics-forensics-tools (its description of the protocol's layers). Little endian: 00 01 17 E8, length of all (4),
// then the packet: C5, hops, priority, service (1 and 2 addresses, 3 and 4 names, 40 channels), message, sizes of both
// addresses (a nibble each, in words of 2).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  bool begun = false;
  std::uint8_t service = 0;
};

Frame read_block(ByteReader& reader, Talk& talk) {
  reader.accept("\0\x01\x17\xe8"_b.substr(0, reader.remaining()));
  if (!reader) return Frame::bad;
  const std::uint32_t length = reader.u32_le();
  reader.accept("\xc5");
  reader.skip(2);
  const std::uint8_t service = reader.u8();
  reader.skip(1);
  const std::uint8_t sizes = reader.u8();
  if (!reader) return reader.offset() == 8 ? Frame::bad : Frame::cut;
  const bool known = (service >= 1 && service <= 4) || service == 0x40;
  const std::size_t addresses = 2u * (sizes >> 4) + 2u * (sizes & 15);
  if (!known || length < 14 + addresses || length > 1024) return Frame::bad;
  if (reader.remaining() < length - 14) return Frame::cut;
  reader.skip(length - 14);
  if (!talk.begun) talk = {true, service};
  return Frame::good;
}

Fit judge(const Exchange& exchange, Side side, Talk& talk) {
  if (exchange.said(side).empty()) return Fit::open;
  const Walk walk =
      walk_stream(exchange, side, [&talk](ByteReader& reader) { return read_block(reader, talk); });
  if (walk.broken) return walk.frames > 0 ? Fit::weak : Fit::alien;
  return walk.frames > 0 ? Fit::proves : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)};

Match recognize_codesys(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk client;
  Talk server;
  Match match;
  match.certainty =
      weigh(judge(exchange, Side::client, client), judge(exchange, Side::server, server));
  if (match)
    match.says =
        Note::of("{} begins with service {:02x} of CODESYS", client.begun ? "client" : "server",
                 client.begun ? client.service : server.service);
  return match;
}

constexpr Bytes channel =
    "\0\x01\x17\xe8\x22\0\0\0\xc5s@@\0\x11\0\x01\0\x02\xc3\0\x01\x01:\\\x1er\0\0\x1f\0\x04\0\0"
    "\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a channel is opened",
     .client = channel,
     .server =
         "\0\x01\x17\xe8\x22\0\0\0\xc5s@@\0\x11\0\x02\0\x01\x83\0\x01\x01:\\\x1er\0\0\0\0\x04\0\0\0"_b},
    {.about = "the client alone", .client = channel},
    {.about = "a block longer than its packet",
     .client = "\0\x01\x17\xe8\x22\0\0\0\xc5s@@\0\x11\0\x01"_b,
     .expect = Certainty::none},
    {.about = "another packet in the block",
     .client =
         "\0\x01\x17\xe8\x22\0\0\0\xc6s@@\0\x11\0\x01\0\x02\xc3\0\x01\x01:\\\x1er\0\0\x1f\0\x04\0\0"
         "\0"_b,
     .expect = Certainty::none},
    {.about = "the magic alone", .client = "\0\x01\x17\xe8"_b, .expect = Certainty::none},
    {.about = "the service is another",
     .client = channel,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer codesys;
constinit const Recognizer codesys{
    .name = "codesys",
    .title = "CODESYS V3",
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "Microsoft, ics-forensics-tools",
    .opens = opens,
    .judge = recognize_codesys,
    .examples = examples,
};

}  // namespace oddport::recognizers
