// LMP: optical nodes manage the links between them: RFC 4204, sections 12 and 13.
//
// Version 1 (4 bits), zeros (12 bits), flags (1), type (1) 1 to 20 and a few above, length of the whole
// (2), zeros (2), then objects: negotiable (1 bit) and form (7 bits), class (1), length with this head
// (2), content.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr auto names = std::to_array<std::string_view>({"Config",
                                                        "ConfigAck",
                                                        "ConfigNack",
                                                        "Hello",
                                                        "BeginVerify",
                                                        "BeginVerifyAck",
                                                        "BeginVerifyNack",
                                                        "EndVerify",
                                                        "EndVerifyAck",
                                                        "Test",
                                                        "TestStatusSuccess",
                                                        "TestStatusFailure",
                                                        "TestStatusAck",
                                                        "LinkSummary",
                                                        "LinkSummaryAck",
                                                        "LinkSummaryNack",
                                                        "ChannelStatus",
                                                        "ChannelStatusAck",
                                                        "ChannelStatusRequest",
                                                        "ChannelStatusResponse"});

std::string_view name_of(std::uint8_t type) {
  if (type >= 1 && type <= names.size()) return names[type - 1u];
  // Traces (RFC 4207) and services (the OIF's UNI).
  return (type >= 21 && type <= 32) || (type >= 50 && type <= 54) ? "message of an extension"
                                                                  : std::string_view{};
}

constexpr bool is_class(std::uint8_t number) {
  return (number >= 1 && number <= 14) || (number >= 20 && number <= 23) || number == 51 ||
         number >= 248;
}

bool has_objects(ByteReader reader, bool cut, std::size_t& objects) {
  for (; !reader.at_end(); ++objects) {
    const std::uint8_t form = reader.u8() & 0x7f;
    const std::uint8_t number = reader.u8();
    const std::size_t length = reader.u16();
    if (!reader) return cut;
    if (form == 0 || form > 20 || !is_class(number) || length < 4 || length % 4 != 0) return false;
    reader.skip(length - 4);
    if (!reader) return cut;
  }
  return true;
}

struct Packet {
  std::uint8_t type = 0;  // 0 where there is none
  std::size_t objects = 0;
};

Packet read_packet(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint16_t version = reader.u16();
  const std::uint8_t flags = reader.u8();
  const std::uint8_t type = reader.u8();
  const std::size_t length = reader.u16();
  const std::uint16_t zero = reader.u16();
  if (!reader || version != 0x1000 || flags > 3 || zero != 0) return {};
  if (name_of(type).empty() || length != message.wire_length) return {};
  if (!has_objects(reader, !message.is_whole(), packet.objects)) return {};
  packet.type = type;
  return packet;
}

Match recognize(const Exchange& seen) {
  Packet first;
  const DatagramTally count = tally(seen, [&first](const Message& message) {
    const Packet packet = read_packet(message);
    if (first.type == 0) first = packet;
    return packet.type != 0;
  });
  if (count.good == 0) return {};
  Match match;
  match.certainty = first.objects > 0 ? weigh_tally(count, 1) : Certainty::hint;
  match.says = Note::of("{} messages of LMP, the first a {} with {} objects", count.good,
                        name_of(first.type), first.objects);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 701, .transport = Transport::udp, .service = "lmp"},
});

constexpr Bytes config =
    "\x10\0\0\x01\0\x28\0\0\x01\x01\0\x08\0\0\0\x05\x01\x05\0\x08\0\0\0\x01\x01\x02\0\x08"
    "\x0a\0\0\x01\x81\x06\0\x08\0\x96\x01\xc2"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a configuration proposed", .client = config},
    {.about = "hellos of both sides",
     .client = "\x10\0\x01\x04\0\x1c\0\0\x01\x01\0\x08\0\0\0\x05\x01\x07\0\x0c\0\0\0\x01\0\0\0\0"_b,
     .server =
         "\x10\0\x01\x04\0\x1c\0\0\x01\x01\0\x08\0\0\0\x06\x01\x07\0\x0c\0\0\0\x01\0\0\0\x01"_b},
    {.about = "an object longer than the message",
     .client = "\x10\0\x01\x04\0\x1c\0\0\x01\x01\0\x08\0\0\0\x05\x01\x07\0\x10\0\0\0\x01\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "bits that are zero in version 1",
     .client = "\x12\0\x01\x04\0\x1c\0\0\x01\x01\0\x08\0\0\0\x05\x01\x07\0\x0c\0\0\0\x01\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "no objects", .client = "\x10\0\x01\x04\0\x08\0\0"_b, .expect = Certainty::none},
});

}  // namespace

extern const Recognizer lmp;
constinit const Recognizer lmp{
    .name = "lmp",
    .title = "LMP",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a node speaks only to neighbors that it knows"},
    .reference = "RFC 4204, sections 12 and 13",
    .opens = {.client = ByteSet::of("\x10"), .server = ByteSet::of("\x10")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
