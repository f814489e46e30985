// n2n: Ethernet between peers that a supernode introduces. Wire format of versions 1 and 2, as in n2n.h and n2n_wire.h of ntop's n2n.
//
//   version 1  1, type 1 to 4, time to live, sent by a supernode, community (16), hardware addresses of sender and receiver (6 each), public and
//              private address (each family (2), port (2), address (16)), kind, number, checksum
//   version 2  2, time to live, flags and type 1 to 8 (2), community (16), then by type
#include <algorithm>

#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t community_length = 16;
constexpr std::size_t header_of_version_1 = 87;

// A name that a NUL ends; what stands behind it in the field was not always cleared.
Bytes community(Bytes field) {
  const Bytes name = until_nul(field);
  return is_token(name) && name.size() < field.size() ? name : Bytes{};
}

constexpr bool is_family(std::uint16_t family) {
  return family == 0 || family == 2 || family == 10;
}

// The family in the order of the sender's bytes, which little-endian hosts write.
bool is_address(ByteReader& reader) {
  const bool family = is_family(reader.u16_le());
  reader.skip(18);
  return family && reader;
}

Fit judge_version_1(const Message& message, Bytes& name) {
  ByteReader reader{message.bytes};
  reader.accept("\1"_b);
  const std::uint8_t type = reader.u8();
  reader.skip(1);
  const std::uint8_t from_supernode = reader.u8();
  name = community(reader.take(community_length));
  const std::uint8_t sender = reader.u8();
  reader.skip(11);
  if (!reader || type < 1 || type > 4 || from_supernode > 1 || name.empty()) return Fit::alien;
  if (message.wire_length < header_of_version_1 || (sender & 1) != 0) return Fit::alien;
  if (!is_address(reader) || !is_address(reader)) return reader ? Fit::alien : Fit::weak;
  return Fit::proves;
}

// The type stands in the lower five bits of the flags; from a supernode, an address follows, options.
Fit judge_version_2(const Message& message, Bytes& name) {
  ByteReader reader{message.bytes};
  reader.accept("\2"_b);
  const std::uint8_t time_to_live = reader.u8();
  const std::uint16_t flags = reader.u16();
  name = community(reader.take(community_length));
  const unsigned type = flags & 0x1fu;
  if (!reader || (flags & 0xff00) != 0 || type > 9 || time_to_live > 16) return Fit::alien;
  if (name.size() < 2 || message.wire_length < 26) return Fit::alien;
  return Fit::weak;
}

Match recognize_n2n(const Exchange& exchange) {
  Bytes name;
  const auto judge = [&name](const Message& message) {
    return message.bytes.front() == '\1' ? judge_version_1(message, name)
                                         : judge_version_2(message, name);
  };
  const Fit client = judge_datagrams(exchange, Side::client, judge);
  const Fit server = judge_datagrams(exchange, Side::server, judge);
  Match match;
  match.certainty = weigh(client, server);
  if (is_echo(exchange)) match.certainty = std::min(match.certainty, Certainty::hint);
  if (match) match.says = Note::of("packets of the community {}", Printable{name, 16});
  return match;
}

constexpr Bytes packet_from =
    "\1\1\0\0lab\0\0\0\0\0\0\0\0\0\0\0\0\0\xa6\x0d\x75\x15\x72\xd3\0\0\0\0\0\0"
    "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2\0\xc3\x65\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\x11\0\0"_b;
constexpr Bytes receipt =
    "\1\4\0\1lab\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xa6\x0d\x75\x15\x72\xd3"
    "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2\0\2\xd4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\x11\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an edge registers", .client = packet_from, .server = receipt},
    {.about = "an edge alone", .client = packet_from},
    {.about = "version 2, both sides",
     .client =
         "\2\2\0\5lab\0\0\0\0\0\0\0\0\0\0\0\0\0\x12\x34\x56\x78\xa6\x0d\x75\x15\x72\xd3\0\0\0\0"_b,
     .server =
         "\2\2\0\x27lab\0\0\0\0\0\0\0\0\0\0\0\0\0\x12\x34\x56\x78\xa6\x0d\x75\x15\x72\xd3\0\x3c\0\0\2\xd4\x7f\0\0\1\0"_b,
     .expect = Certainty::likely},
    {.about = "no community",
     .client =
         "\1\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xa6\x0d\x75\x15\x72\xd3\0\0\0\0\0\0"
         "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2\0\xc3\x65\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0\0\0\0\x11\0\0"_b,
     .expect = Certainty::none},
    {.about = "the first half alone",
     .client = "\1\1\0\0lab\0\0\0\0\0\0\0\0\0\0\0\0\0\xa6\x0d\x75\x15\x72\xd3\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer n2n;
constinit const Recognizer n2n{
    .name = "n2n",
    .title = "n2n",
    .transports = Transports::udp,
    .era = Era::niche,
    .hello = {.about = "nothing: a supernode would register whoever asks"},
    .reference = "n2n, n2n_wire.h",
    .opens = {.client = ByteSet::of("\1\2"), .server = ByteSet::of("\1\2")},
    .judge = recognize_n2n,
    .examples = examples,
};

}  // namespace oddport::recognizers
