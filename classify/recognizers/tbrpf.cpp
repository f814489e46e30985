// TBRPF: mobile nodes tell each other their neighbors and parts of their trees of routes: RFC 3684, sections 6 to 8.
//
// A packet has version 4 and flags (1), zero (1), with flag L its length (2), with flag I the sender's router (4); then elements,
// the lower four bits of whose first byte are the type:
//   0, 1     padding: one byte; or a length (1) and as many zeros
//   2 to 4   HELLO: number (1), priority and count (2), that many neighbors (4 each): a request, which may be empty,
//            then a reply and a loss where there are any
//   5 to 7   topology: count, leaves, others (1 each, or 2), router and that many others (4 each), a metric for each if so flagged
//   8, 9     association: zero (1), count (2), router, that many addresses
//   10       the same with prefixes: length in bits (1), the bytes that it takes
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto names = std::to_array<std::string_view>(
    {"padding", "padding", "HELLO", "HELLO", "HELLO", "topology update", "topology update",
     "topology update", "association", "association", "association"});

struct Packet {
  std::uint8_t type = 0;       // of the first message
  std::size_t told = 0;        // routers, neighbors, addresses and prefixes in it
  bool measured = false;       // tells its length
  std::uint16_t greeting = 0;  // number and mark of the HELLO whose request came last
};

// Neighbors and routers are addresses, of which none is zero.
bool read_addresses(ByteReader& reader, std::size_t count, Packet& packet) {
  for (std::size_t n = 0; n < count; ++n)
    if (reader.u32() == 0) return false;
  packet.told += count;
  return static_cast<bool>(reader);
}

bool read_padding(ByteReader& reader) {
  const std::uint8_t length = reader.u8();
  return length <= 253 && is_zero(reader.take(length)) && reader;
}

bool read_hello(ByteReader& reader, std::uint8_t type, Packet& packet) {
  const auto number = static_cast<std::uint16_t>(0x100 | reader.u8());
  const std::size_t count = reader.u16() & 0xfff;
  if (type == 2)
    packet.greeting = number;
  else if (packet.greeting != number || count == 0)
    return false;
  return read_addresses(reader, count, packet);
}

bool read_topology(ByteReader& reader, std::uint8_t options, std::uint8_t type, Packet& packet) {
  const bool is_long = (options & 2) != 0;
  if ((options & 1) != 0 || (is_long && reader.u8() != 0)) return false;
  const auto number = [&] {
    return is_long ? std::size_t{reader.u16()} : std::size_t{reader.u8()};
  };
  const std::size_t links = number();
  const std::size_t leaves = number();
  const std::size_t others = number();
  if (leaves + others > links || (links == 0 && type != 5) || (is_long && links < 256))
    return false;
  if (!read_addresses(reader, links + 1, packet)) return false;
  if ((options & 8) != 0) reader.skip(links);
  return static_cast<bool>(reader);
}

bool read_association(ByteReader& reader, std::uint8_t options, std::uint8_t type, Packet& packet) {
  if ((options & 3) != 0 || options > 8 || reader.u8() != 0) return false;
  const std::size_t count = reader.u16();
  if (!read_addresses(reader, 1, packet)) return false;
  if (type != 10) return read_addresses(reader, count, packet);
  for (std::size_t n = 0; n < count && reader; ++n) {
    const std::uint8_t bits = reader.u8();
    if (bits > 32) return false;
    reader.skip((bits + 7u) / 8);
  }
  packet.told += count;
  return static_cast<bool>(reader);
}

bool read_element(ByteReader& reader, Packet& packet) {
  const std::uint8_t first = reader.u8();
  const auto options = static_cast<std::uint8_t>(first >> 4);
  const auto type = static_cast<std::uint8_t>(first & 0xf);
  if (type > 10 || (type < 5 && options != 0)) return false;
  if (type == 0) return static_cast<bool>(reader);
  if (type == 1) return read_padding(reader);
  if (packet.type == 0) packet.type = type;
  if (type < 5) return read_hello(reader, type, packet);
  return type < 8 ? read_topology(reader, options, type, packet)
                  : read_association(reader, options, type, packet);
}

// All elements, or those before the cut; at least one is a message.
bool read_packet(const Message& message, Packet& packet) {
  ByteReader reader{message.bytes};
  const std::uint8_t first = reader.u8();
  packet.measured = (first & 8) != 0;
  if ((first & 0xf3) != 0x40 || reader.u8() != 0) return false;
  if (packet.measured && reader.u16() != message.wire_length) return false;
  if ((first & 4) != 0 && reader.u32() == 0) return false;
  std::size_t read = 0;
  while (reader && !reader.at_end() && read_element(reader, packet)) ++read;
  const bool whole = reader && reader.at_end();
  return packet.type != 0 && (whole || (!reader && !message.is_whole() && read > 0));
}

Match recognize(const Exchange& seen) {
  Packet first;
  std::size_t telling = 0;
  const DatagramTally count = tally(seen, [&](const Message& message) {
    Packet packet;
    if (!read_packet(message, packet)) return false;
    if (first.type == 0) first = packet;
    telling += packet.measured || packet.told > 0 ? 1 : 0;
    return true;
  });
  if (count.good == 0) return {};
  return answer(telling > 0 ? weigh_tally(count, 2) : Certainty::hint,
                "{} packets of TBRPF, the first begins with a {}", count.good, names[first.type]);
}

constexpr auto homes = std::to_array<Home>({
    {.port = 712, .transport = Transport::udp, .service = "tbrpf"},
});

constexpr Bytes hello =
    "\x44\0\x0a\0\0\x01\x02\x07\x70\x01\x0a\0\0\x02\x03\x07\x70\x01\x0a\0\0\x03"_b;
constexpr Bytes update =
    "\x4c\0\0\x1a\x0a\0\0\x01\x85\x02\x01\x01\x0a\0\0\x01\x0a\0\0\x02\x0a\0\0\x03\x01\x04"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "neighbors, and a tree with metrics", .client = hello, .server = update},
    {.about = "neighbors alone", .client = hello, .expect = Certainty::likely},
    {.about = "a tree alone", .client = update, .expect = Certainty::likely},
    {.about = "prefixes behind padding",
     .client = "\x44\0\x0a\0\0\x01\x01\x01\0\x0a\0\0\x02\x0a\0\0\x01\x08\x0a\x18\xc0\x00\x02"_b,
     .expect = Certainty::likely},
    {.about = "nobody is near", .client = "\x40\0\x02\x08\x70\0"_b, .expect = Certainty::hint},
    {.about = "a length that is another",
     .client =
         "\x4c\0\0\x1b\x0a\0\0\x01\x85\x02\x01\x01\x0a\0\0\x01\x0a\0\0\x02\x0a\0\0\x03\x01\x04"_b,
     .expect = Certainty::none},
    {.about = "a reply of another number than its request",
     .client = "\x44\0\x0a\0\0\x01\x02\x07\x70\x01\x0a\0\0\x02\x03\x08\x70\x01\x0a\0\0\x03"_b,
     .expect = Certainty::none},
    {.about = "padding alone", .client = "\x40\0\0\0\0\0"_b, .expect = Certainty::none},
    {.about = "more leaves than links",
     .client = "\x44\0\x0a\0\0\x01\x05\x01\x01\x01\x0a\0\0\x01\x0a\0\0\x02"_b,
     .expect = Certainty::none},
});

constexpr Opening header = Opening(ByteSet::of("@DHL")).with(1, ByteSet::of("\0"_b));

}  // namespace

extern const Recognizer tbrpf;
constinit const Recognizer tbrpf{
    .name = "tbrpf",
    .title = "TBRPF",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: nodes send to all of a link unasked"},
    .reference = "RFC 3684, sections 6 to 8",
    .opens = {.client = header, .server = header},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
