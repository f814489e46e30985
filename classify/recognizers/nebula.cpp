// Nebula: a mesh VPN over UDP.
//
// header/header.go and nebula.proto of Nebula. Header: version 1 and type (a nibble each), subtype, zero (2), index (4),
// counter (8). The first handshake (type 0) has index 0 and counter 1; behind it stand a key of 32, a key of 32 and, in
// protocol buffers, the details: field 1, its length, in which a certificate or an index is first. The second has
// counter 2. Types: 1 message, 2 error, 3 lighthouse, 4 test, 5 close, 6 control.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

// "\x0a" length, then field 1 (a certificate) or 2 (an index).
bool has_details(ByteReader reader) {
  reader.skip(64);
  reader.accept("\x0a");
  std::uint32_t length = reader.u8();
  if (length >= 0x80) length = (length & 0x7f) | static_cast<std::uint32_t>(reader.u8()) << 7;
  const std::size_t left = reader.remaining();
  const std::uint8_t field = reader.u8();
  return reader && length > 2 && length <= left && (field == 0x0a || field == 0x10);
}

Fit judge_handshake(ByteReader reader, std::uint32_t index, std::uint64_t counter) {
  if (counter == 1 && index == 0) {
    if (has_details(reader)) return Fit::proves;
    return reader.remaining() >= 96 ? Fit::fits : Fit::alien;
  }
  return counter == 2 && index != 0 && reader.remaining() >= 64 ? Fit::fits : Fit::alien;
}

// No tunnel lives for 2^40 packets.
constexpr std::uint64_t most_packets = std::uint64_t{1} << 40;

Fit judge(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint8_t type = reader.u8() ^ 0x10;
  const std::uint8_t subtype = reader.u8();
  reader.accept("\0\0"_b);
  const std::uint32_t index = reader.u32();
  const std::uint64_t counter = reader.u64();
  const bool has_subtypes = type == 0 || type == 1 || type == 4;
  if (!reader || type > 6 || subtype > (has_subtypes ? 1 : 0)) return Fit::alien;
  if (type != 2 && !looks_random(reader.rest())) return Fit::alien;
  if (type == 0) return judge_handshake(reader, index, counter);
  if (index == 0 || counter > most_packets) return Fit::alien;
  if (type == 2) return message.wire_length == 16 ? Fit::weak : Fit::alien;
  if (message.wire_length < 32 || counter < 2) return Fit::alien;
  return type == 1 ? Fit::fits : Fit::weak;
}

constexpr Openings opens = {.client = ByteSet::range(0x10, 0x16),
                            .server = ByteSet::range(0x10, 0x16)};

Match recognize_nebula(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Match match;
  match.certainty = weigh(judge_datagrams(exchange, Side::client, judge),
                          judge_datagrams(exchange, Side::server, judge));
  if (!match) return match;
  const Bytes first = exchange.messages.front().bytes;
  match.says = Note::of("first datagram is {} of Nebula, version 1",
                        first.starts_with('\x10') ? "a handshake" : "a packet");
  return match;
}

constexpr Bytes first_handshake =
    "\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
    "thirty two bytes: a passing key."
    "thirty two bytes: a static key.."
    "\x0a\x13\x0a\x09"
    "my papers"
    "\x10\xd2\x85\xd8\xcc\x04\x28\x99"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the first handshake", .client = first_handshake},
    {.about = "messages back and forth",
     .client = "\x11\0\0\0\x3a\x51\x12\x0c\0\0\0\0\0\0\0\x03 0123456789abcdef"_b,
     .server = "\x11\0\0\0\x71\x90\xee\x0d\0\0\0\0\0\0\0\x04 0123456789abcdef"_b},
    {.about = "a message alone",
     .client = "\x11\0\0\0\x3a\x51\x12\x0c\0\0\0\0\0\0\0\x03 0123456789abcdef"_b,
     .expect = Certainty::likely},
    {.about = "a message of index 0",
     .client = "\x11\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x03 0123456789abcdef"_b,
     .expect = Certainty::none},
    {.about = "a handshake too short",
     .client = first_handshake.substr(0, 48),
     .expect = Certainty::none},
    {.about = "another version",
     .client = "\x21\0\0\0\x3a\x51\x12\x0c\0\0\0\0\0\0\0\x03 0123456789abcdef"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nebula;
constinit const Recognizer nebula{
    .name = "nebula",
    .title = "Nebula",
    .transports = Transports::udp,
    .hello = {.about = "nothing: a node answers only those with a certificate of its authority"},
    .reference = "Nebula, header/header.go and nebula.proto",
    .opens = opens,
    .judge = recognize_nebula,
    .examples = examples,
};

}  // namespace oddport::recognizers
