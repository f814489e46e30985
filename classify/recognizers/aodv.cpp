// AODV: mobile nodes ask each other for routes: RFC 3561, section 5.
//
//   1 RREQ      flags and zeros (2), hops (1), id (4), destination, its sequence (4), originator, its
//               sequence (4)
//   2 RREP      flags, zeros and prefix size (2), hops (1), destination, its sequence (4),
//               originator, lifetime (4)
//   3 RERR      flag and zeros (2), count (1), that many destinations with their sequences
//   4 RREP-ACK  zero (1)
//
// Addresses have 4 bytes, or 16 in the form for IPv6; extensions (type, length, value) may follow.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr auto names = std::to_array<std::string_view>(
    {"route request", "route reply", "route error", "acknowledgement of a route reply"});

// An address of a host: no multicast, no loopback, not of network 0.
bool read_host(ByteReader& reader, std::size_t size) {
  const Bytes address = reader.take(size);
  if (!reader) return false;
  const auto first = static_cast<std::uint8_t>(address.front());
  if (size == 16) return first != 0xff && (first >= 0x20 || first == 0xfe);
  const auto last = static_cast<std::uint8_t>(address.back());
  return first != 0 && first != 127 && first < 224 && last != 0 && last != 255;
}

bool are_extensions(ByteReader reader, bool whole) {
  while (!reader.at_end()) {
    const std::uint8_t type = reader.u8();
    reader.skip(reader.u8());
    if (!reader) return !whole;
    if (type == 0) return false;
  }
  return static_cast<bool>(reader);
}

bool is_request(ByteReader reader, std::size_t size, bool whole) {
  const std::uint16_t flags = reader.u16();
  const std::uint8_t hops = reader.u8();
  reader.skip(4);
  const bool destination = read_host(reader, size);
  reader.skip(4);
  const bool originator = read_host(reader, size);
  reader.skip(4);
  // No route leads further than the diameter of the net, 35 by default.
  if (!reader || (flags & 0x7ff) != 0 || hops > 64) return false;
  return destination && originator && are_extensions(reader, whole);
}

bool is_reply(ByteReader reader, std::size_t size, bool whole) {
  const std::uint16_t flags = reader.u16();
  const std::uint8_t hops = reader.u8();
  const bool destination = read_host(reader, size);
  reader.skip(4);
  // A hello, which is a reply that nobody asked for, may leave the originator out.
  const bool nobody = ByteReader{reader}.u32() == 0;
  const bool originator = read_host(reader, size) || nobody;
  const std::uint32_t lifetime = reader.u32();
  if (!reader || (flags & 0x3fe0) != 0 || hops > 64) return false;
  return destination && originator && lifetime > 0 && lifetime < 1000000 &&
         are_extensions(reader, whole);
}

bool is_error(ByteReader reader, std::size_t size, bool whole) {
  const std::uint16_t flags = reader.u16();
  const std::uint8_t count = reader.u8();
  if ((flags & 0x7fff) != 0 || count == 0) return false;
  for (unsigned n = 0; n < count; ++n) {
    if (!whole && n > 0 && reader.remaining() < size + 4) return true;
    if (!read_host(reader, size)) return false;
    reader.skip(4);
  }
  return reader && are_extensions(reader, whole);
}

// The type, or 0.
std::uint8_t read_message(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint8_t type = reader.u8();
  for (const std::size_t size : {std::size_t{4}, std::size_t{16}}) {
    const bool fits = type == 1   ? is_request(reader, size, message.is_whole())
                      : type == 2 ? is_reply(reader, size, message.is_whole())
                      : type == 3 ? is_error(reader, size, message.is_whole())
                                  : false;
    if (fits) return type;
  }
  return type == 4 && message.wire_length == 2 && reader.u8() == 0 && reader ? type : 0;
}

Match recognize(const Exchange& seen) {
  std::size_t telling = 0;
  std::uint8_t first = 0;
  const DatagramTally count = tally(seen, [&](const Message& message) {
    const std::uint8_t type = read_message(message);
    if (first == 0) first = type;
    if (type >= 1 && type <= 3) ++telling;
    return type != 0;
  });
  if (count.good == 0) return {};
  return answer(telling > 0 ? weigh_tally(count, 2) : Certainty::hint,
                "{} messages of AODV, the first a {}", count.good, names[first - 1u]);
}

constexpr auto homes = std::to_array<Home>({
    {.port = 654, .transport = Transport::udp, .service = "aodv"},
});

constexpr Bytes request = "\x01\x20\0\0\0\0\0\x07\x0a\0\0\x05\0\0\0\0\x0a\0\0\x01\0\0\0\x09"_b;
constexpr Bytes reply = "\x02\0\0\0\x0a\0\0\x05\0\0\0\x12\x0a\0\0\x01\0\0\x17\x70"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a route asked for and told", .client = request, .server = reply},
    {.about = "a request alone", .client = request, .expect = Certainty::likely},
    {.about = "a hello and its interval",
     .client = "\x02\0\0\0\x0a\0\0\x05\0\0\0\x12\x0a\0\0\x05\0\0\x07\xd0\x01\x04\0\0\x03\xe8"_b,
     .expect = Certainty::likely},
    {.about = "an error that names two destinations",
     .client = "\x03\0\0\x02\x0a\0\0\x05\0\0\0\x13\x0a\0\0\x06\0\0\0\x14"_b,
     .expect = Certainty::likely},
    {.about = "an acknowledgement alone", .client = "\x04\0"_b, .expect = Certainty::none},
    {.about = "bits that are zero in AODV",
     .client = "\x01\x20\x80\0\0\0\0\x07\x0a\0\0\x05\0\0\0\0\x0a\0\0\x01\0\0\0\x09"_b,
     .expect = Certainty::none},
    {.about = "the answer of a talk daemon, as long and of type 1",
     .client = "\x01\0\0\0\0\0\0\x07\0\x02\x0f\xa0\x0a\0\0\x01\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "more destinations than there are",
     .client = "\x03\0\0\x03\x0a\0\0\x05\0\0\0\x13\x0a\0\0\x06\0\0\0\x14"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer aodv;
constinit const Recognizer aodv{
    .name = "aodv",
    .title = "AODV",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: nodes broadcast unasked"},
    .reference = "RFC 3561, section 5",
    .opens = {.client = ByteSet::range(1, 4), .server = ByteSet::range(1, 4)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
