// UFTP: files to many receivers at once, by multicast. "UFTP 4 / UFTP 5 protocol", protocol.txt of its author, Dennis Bush.
//
// Version 40 or 50, message 1 to 21, number (2), sender (4), group (4), instance, three bytes on rates and sizes. Then the message again, the length of its
// header in words, and so on.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr auto messages = std::to_array<std::string_view>({"announcement",
                                                           "registration",
                                                           "client key",
                                                           "confirmation",
                                                           "key",
                                                           "key received",
                                                           "file description",
                                                           "file received",
                                                           "segment of a file",
                                                           "end of a file",
                                                           "status",
                                                           "completion",
                                                           "end",
                                                           "heartbeat",
                                                           "heartbeat answered",
                                                           "key request",
                                                           "proxy's key",
                                                           "encrypted text",
                                                           "abort",
                                                           "congestion control",
                                                           "congestion control acknowledged"});

constexpr std::uint8_t encrypted = 18;

struct Packet {
  bool sound = false;
  std::uint8_t message = 0;
  std::uint32_t group = 0;
};

Packet read_packet(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint8_t version = reader.u8();
  Packet packet{.message = reader.u8()};
  reader.skip(6);
  packet.group = reader.u32();
  reader.skip(4);
  const std::uint8_t again = reader.u8();
  const std::uint8_t words = reader.u8();
  if (!reader || (version != 0x40 && version != 0x50)) return {};
  if (packet.message < 1 || packet.message > messages.size() || packet.group == 0) return {};
  // An encrypted message shows no second header.
  if (packet.message == encrypted) return {};
  packet.sound = again == packet.message && words >= 1 && 16u + 4u * words <= message.wire_length;
  return packet;
}

// Whether another datagram of the group tells something else.
bool is_one_of_several(const Exchange& exchange, const Packet& first, Bytes bytes) {
  return std::ranges::any_of(exchange.messages, [&](const Message& message) {
    const Packet packet = read_packet(message);
    return packet.sound && packet.group == first.group && message.bytes != bytes;
  });
}

Match recognize_uftp(const Exchange& exchange) {
  const auto judge = [](const Message& message) {
    const Packet packet = read_packet(message);
    if (packet.sound) return Fit::fits;
    return packet.message != 0 ? Fit::open : Fit::alien;
  };
  const Fit client = judge_datagrams(exchange, Side::client, judge);
  const Fit server = judge_datagrams(exchange, Side::server, judge);
  Match match;
  match.certainty = weigh(client, server);
  if (is_echo(exchange)) match.certainty = std::min(match.certainty, Certainty::likely);
  const Bytes shown = client == Fit::fits ? exchange.client : exchange.server;
  const Packet first = read_packet({.bytes = shown, .wire_length = shown.size()});
  if (match.certainty < Certainty::likely) return {};
  if (!first.sound)
    return match.certainty == Certainty::likely ? hint("datagrams like those of UFTP") : match;
  if (match.certainty == Certainty::likely && !is_echo(exchange) &&
      is_one_of_several(exchange, first, shown))
    match.certainty = Certainty::confirmed;
  match.says = Note::of("{} of the group {:08x}", messages[first.message - 1u], first.group);
  return match;
}

constexpr Bytes announcement =
    "\x40\1\0\0\xc6\x12\x0a\1\xc0\x75\x39\x34\0\x9d\0\0\1\6\0\x14\0\0\5\x14\x6b\2\x52\xe7\0\6"
    "\x87\xab\xef\0\5\1\xef\0\5\2"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an announcement, and a registration",
     .client = announcement,
     .server =
         "\x40\2\0\0\xc6\x12\x0a\x0a\xc0\x75\x39\x34\0\0\0\0\2\3\0\0\x6b\2\x52\xe7\0\6\x89\4"_b},
    {.about = "an announcement alone", .client = announcement, .expect = Certainty::likely},
    {.about = "another message in the second header",
     .client = "\x40\1\0\0\xc6\x12\x0a\1\xc0\x75\x39\x34\0\x9d\0\0\2\6\0\x14\0\0\5\x14"_b,
     .expect = Certainty::none},
    {.about = "a header longer than the datagram",
     .client = "\x40\1\0\0\xc6\x12\x0a\1\xc0\x75\x39\x34\0\x9d\0\0\1\6\0\x14\0\0\5\x14"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer uftp;
constinit const Recognizer uftp{
    .name = "uftp",
    .title = "UFTP",
    .transports = Transports::udp,
    .era = Era::niche,
    .hello = {.about = "nothing: receivers answer announcements only"},
    .reference = "UFTP 4 protocol",
    .opens = {.client = ByteSet::of("\x40\x50"), .server = ByteSet::of("\x40\x50")},
    .judge = recognize_uftp,
    .examples = examples,
};

}  // namespace oddport::recognizers
