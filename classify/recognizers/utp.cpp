// uTP: BitTorrent's transport over UDP, which yields to other traffic (LEDBAT).
//
// BEP 29. Header of 20 bytes: type (4 bits: 0 data, 1 end, 2 state, 3 reset, 4 open) and version 1, extension,
// connection (2), time in microseconds (4), difference (4), window (4), number (2), acknowledged (2). Who opens
// sends with its connection plus one, who answers with the connection itself. An extension has the next one's kind,
// its length and its bytes.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

enum Type : std::uint8_t { data, end, state, reset, open };

struct Packet {
  std::uint8_t type = 0;
  std::uint16_t connection = 0;
  std::uint32_t time = 0;
  std::uint32_t difference = 0;
  std::uint16_t number = 0;
  std::uint16_t acknowledged = 0;
};

struct Packets {
  std::array<Packet, 12> kept;
  std::size_t count = 0;
  bool foreign = false;
  bool greets = false;  // BitTorrent's handshake is inside

  std::span<const Packet> all() const { return std::span{kept}.first(count); }
};

// Extensions: 1 selective acknowledgment (length a multiple of 4), 2 bits of extensions (8), 3 why it closes (4).
bool skip_extensions(ByteReader& reader, std::uint8_t kind) {
  for (int n = 0; n < 3 && kind != 0; ++n) {
    const std::uint8_t next = reader.u8();
    const std::uint8_t length = reader.u8();
    const bool fits = kind == 1   ? length % 4 == 0 && length > 0
                      : kind == 2 ? length == 8
                                  : length == 4;
    if (!fits || kind > 3) return false;
    reader.skip(length);
    kind = next;
  }
  return reader && kind == 0;
}

void read_packet(const Message& message, Packets& packets) {
  ByteReader reader{message.bytes};
  const std::uint8_t head = reader.u8();
  const std::uint8_t extension = reader.u8();
  Packet packet;
  packet.type = head >> 4;
  packet.connection = reader.u16();
  packet.time = reader.u32();
  packet.difference = reader.u32();
  reader.skip(4);
  packet.number = reader.u16();
  packet.acknowledged = reader.u16();
  // The connection and the times are drawn by chance.
  const bool drawn = count_different(message.bytes.substr(0, 20)) >= 6;
  const bool fits =
      reader && drawn && (head & 15) == 1 && packet.type <= open &&
      skip_extensions(reader, extension) &&
      (packet.type == data ? !reader.at_end() : reader.at_end() || packet.type == end);
  if (!fits) {
    packets.foreign = true;
    return;
  }
  packets.greets |= reader.rest().starts_with(
      "\x13"
      "BitTorrent protocol");
  if (packets.count < packets.kept.size()) packets.kept[packets.count++] = packet;
}

Packets packets_of(const Exchange& seen, Side side) {
  Packets packets;
  for (const Message& message : seen.messages)
    // Peers use the same port for their table, whose datagrams are bencoded.
    if (message.from == side && !message.bytes.empty() && !message.bytes.starts_with("d1:"))
      read_packet(message, packets);
  return packets;
}

// A later packet of the same side: the same connection, a later time, a number near the last one.
bool continues(const Packet& first, const Packet& next) {
  const auto ids = static_cast<std::uint16_t>(next.connection - first.connection);
  const std::uint32_t later = next.time - first.time;
  const auto numbers = static_cast<std::uint16_t>(next.number - first.number);
  return (ids == 0 || (ids == 1 && first.type == open)) && later > 0 && later < 120'000'000 &&
         numbers < 256;
}

// How well one side's packets agree with each other.
Fit fit_of(const Packets& packets) {
  if (packets.foreign) return Fit::alien;
  if (packets.count == 0) return Fit::open;
  if (packets.greets) return Fit::proves;
  const Packet& first = packets.kept[0];
  for (const Packet& packet : packets.all().subspan(1))
    if (!continues(first, packet)) return Fit::open;
  if (packets.count > 1) return Fit::fits;
  return first.type == open && first.difference == 0 && first.acknowledged == 0 ? Fit::fits
                                                                                : Fit::weak;
}

// One side acknowledges what the other numbered, under the connection's other number.
bool answers(const Packet& a, const Packet& b) {
  const auto ids = static_cast<std::uint16_t>(a.connection - b.connection);
  const bool paired = ids == 1 || ids == 0xffff || (ids == 0 && (a.type == open || b.type == open));
  const auto ahead = static_cast<std::uint16_t>(a.number - b.acknowledged);
  return paired && ahead <= 1;
}

bool are_paired(const Packets& one, const Packets& two) {
  for (const Packet& a : one.all())
    for (const Packet& b : two.all())
      if (answers(a, b) || answers(b, a)) return true;
  return false;
}

Match recognize_utp(const Exchange& seen) {
  const Packets client = packets_of(seen, Side::client);
  const Packets server = packets_of(seen, Side::server);
  const Fit one = fit_of(client);
  const Fit two = fit_of(server);
  const bool both = client.count > 0 && server.count > 0;
  const Packet& first = client.count > 0 ? client.kept[0] : server.kept[0];
  if (both && std::min(one, two) >= Fit::weak && are_paired(client, server))
    return answer(Certainty::confirmed, "both sides number and acknowledge, connection {}",
                  first.connection);
  if (client.greets || server.greets)
    return answer(weigh(seen, one, two), "BitTorrent's handshake inside, connection {}",
                  first.connection);
  // Sides that do not fit each other say less than one alone.
  if (both)
    return std::min(one, two) >= Fit::weak ? answer(Certainty::hint, "headers as in uTP") : Match{};
  return answer(weigh(seen, one, two), "headers as in uTP, connection {}", first.connection);
}

constexpr auto examples = std::to_array<Example>({
    {.about = "opened and acknowledged",
     .client = "\x41\0\x6d\x21\x12\x34\x56\x78\0\0\0\0\0\0\xf0\0\0\1\0\0"_b,
     .server = "\x21\0\x6d\x21\x22\x34\x56\x99\x10\0\0\x21\0\x0f\0\0\x3c\x01\0\1"_b},
    {.about = "data and their acknowledgment",
     .client = "\1\0\x6d\x22\x12\x35\x56\x78\x10\0\1\2\0\x0f\0\0\0\7\x3c\x05hello"_b,
     .server = "\x21\0\x6d\x21\x22\x35\x56\x99\x10\0\0\x21\0\x0f\0\0\x3c\x06\0\7"_b},
    {.about = "the opening alone",
     .client = "\x41\0\x6d\x21\x12\x34\x56\x78\0\0\0\0\0\0\xf0\0\0\1\0\0"_b,
     .expect = Certainty::likely},
    {.about = "two connections that are not one",
     .client = "\x41\0\x6d\x21\x12\x34\x56\x78\0\0\0\0\0\0\xf0\0\0\1\0\0"_b,
     .server = "\x21\0\x70\x21\x22\x34\x56\x99\x10\0\0\x21\0\x0f\0\0\x3c\x01\0\1"_b,
     .expect = Certainty::none},
    {.about = "an acknowledgment alone",
     .client = "\x21\0\x6d\x21\x22\x35\x56\x99\x10\0\0\x21\0\x0f\0\0\x3c\x06\0\7"_b,
     .expect = Certainty::none},
    {.about = "version 2",
     .client = "\x42\0\x6d\x21\x12\x34\x56\x78\0\0\0\0\0\0\xf0\0\0\1\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer utp;
constinit const Recognizer utp{
    .name = "utp",
    .title = "uTP",
    .transports = Transports::udp,
    .hello = {.about = "nothing: an opening would hold a connection"},
    .reference = "BEP 29",
    .opens = {.client = ByteSet::of("\x01\x11\x21\x31\x41"),
              .server = ByteSet::of("\x01\x11\x21\x31\x41")},
    .judge = recognize_utp,
    .examples = examples,
};

}  // namespace oddport::recognizers
