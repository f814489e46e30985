// The packets of mobile networks: RFC 5444, section 5; in them NHDP (RFC 6130), OLSRv2 (RFC 7181) and
// others.
//
// Version 0 and flags (1), [sequence (2)], [block of TLVs], then messages: type (1), flags and length
// of an address less one (1), size of the whole (2), [originator], [hop limit], [hop count],
// [sequence (2)], a block of TLVs, and as often as fits a block of addresses and one of TLVs.
// Types: 0 HELLO of NHDP, 1 TC of OLSRv2.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  std::size_t messages = 0;
  std::size_t facts = 0;  // TLVs and blocks of addresses
  std::uint8_t type = 0;
};

bool read_tlv(ByteReader& reader) {
  reader.skip(1);
  const std::uint8_t flags = reader.u8();
  const bool extended = (flags & 0x80) != 0;
  const bool single = (flags & 0x40) != 0;
  const bool multiple = (flags & 0x20) != 0;
  const bool value = (flags & 0x10) != 0;
  const bool long_length = (flags & 0x08) != 0;
  if ((flags & 3) != 0 || (single && multiple) || (!value && (flags & 0x0c) != 0)) return false;
  reader.skip((extended ? 1u : 0u) + (single ? 1u : multiple ? 2u : 0u));
  if (value) reader.skip(long_length ? reader.u16() : reader.u8());
  return static_cast<bool>(reader);
}

bool read_tlvs(ByteReader& reader, Packet& packet) {
  ByteReader block = reader.sub(reader.u16());
  for (; !block.at_end(); ++packet.facts)
    if (!read_tlv(block)) return false;
  return static_cast<bool>(block);
}

bool read_addresses(ByteReader& reader, std::size_t size, Packet& packet) {
  const std::size_t count = reader.u8();
  const std::uint8_t flags = reader.u8();
  const bool full_tail = (flags & 0x40) != 0;
  const bool zero_tail = (flags & 0x20) != 0;
  const bool one_prefix = (flags & 0x10) != 0;
  const bool prefixes = (flags & 0x08) != 0;
  if (count == 0 || (flags & 7) != 0 || (full_tail && zero_tail) || (one_prefix && prefixes))
    return false;
  const std::size_t head = (flags & 0x80) != 0 ? reader.u8() : 0;
  reader.skip(head);
  const std::size_t tail = full_tail || zero_tail ? reader.u8() : 0;
  if (full_tail) reader.skip(tail);
  if (head + tail > size) return false;
  reader.skip(count * (size - head - tail));
  reader.skip(one_prefix ? 1 : prefixes ? count : 0);
  ++packet.facts;
  return static_cast<bool>(reader);
}

// A whole message. Its size leads to the next, and its parts fill it.
bool read_message(ByteReader& reader, Packet& packet) {
  const std::uint8_t type = reader.u8();
  const std::uint8_t flags = reader.u8();
  const std::size_t length = reader.u16();
  if (!reader || length < 6) return false;
  ByteReader body = reader.sub(length - 4);
  const std::size_t size = (flags & 15u) + 1u;
  if ((flags & 0x80) != 0) body.skip(size);
  if ((flags & 0x40) != 0) body.skip(1);
  if ((flags & 0x20) != 0) body.skip(1);
  if ((flags & 0x10) != 0) body.skip(2);
  if (size != 4 && size != 16 && size != 6 && size != 2 && size != 8) return false;
  if (!read_tlvs(body, packet)) return false;
  while (!body.at_end())
    if (!read_addresses(body, size, packet) || !read_tlvs(body, packet)) return false;
  if (packet.messages++ == 0) packet.type = type;
  return static_cast<bool>(body);
}

// A datagram; only whole ones are judged.
Packet read_packet(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint8_t first = reader.u8();
  if ((first & 0xf3) != 0 || !message.is_whole()) return {};
  if ((first & 8) != 0) reader.skip(2);
  if ((first & 4) != 0 && !read_tlvs(reader, packet)) return {};
  while (!reader.at_end())
    if (!read_message(reader, packet)) return {};
  return reader ? packet : Packet{};
}

Match recognize(const Exchange& seen) {
  Packet first;
  std::size_t most = 0;
  bool topology = false;
  bool neighbors = false;
  const DatagramTally count = tally(seen, [&](const Message& message) {
    const Packet packet = read_packet(message);
    if (packet.messages == 0) return false;
    if (first.messages == 0) first = packet;
    most = std::max(most, packet.facts);
    topology |= packet.type == 1;
    neighbors |= packet.type == 0;
    return true;
  });
  if (count.good == 0) return {};
  Match match;
  match.certainty = most >= 4   ? weigh_tally(count, 1)
                    : most >= 2 ? weigh_tally(count, 3)
                                : Certainty::hint;
  if (topology) match.protocol = "olsrv2";
  if (neighbors && !topology) match.protocol = "nhdp";
  match.says = Note::of("packets of RFC 5444, the first message of type {}, {} TLVs and addresses",
                        first.type, first.facts);
  return match;
}

constexpr auto also = std::to_array<std::string_view>({"nhdp", "olsrv2"});

constexpr auto homes = std::to_array<Home>({
    {.port = 269, .transport = Transport::udp, .service = "manet"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "NHDP: a HELLO with its times, its own address and that of a neighbor",
     .client = "\0\0\x03\0\x28\0\x08\0\x10\x01\x64\x01\x10\x01\x58\x01\0\x0a\0\0\x01\0\x05\x02\x50"
               "\0\x01\0\x01\0\x0a\0\0\x02\0\x05\x03\x50\0\x01\x01"_b,
     .protocol = "nhdp"},
    {.about = "OLSRv2: a TC with a number in the packet",
     .client =
         "\x08\0\x05\x01\xf3\0\x27\x0a\0\0\x01\xff\0\0\x09\0\x0c\0\x10\x01\x64\x01\x10\x01\x58"
         "\x07\x10\x01\x02\x01\0\x0a\0\0\x02\0\x05\x08\x50\0\x01\x01"_b,
     .protocol = "olsrv2"},
    {.about = "too little to tell", .client = "\0\0\x03\0\x06\0\0"_b, .expect = Certainty::none},
    {.about = "a message longer than the datagram",
     .client = "\0\0\x03\0\x07\0\0"_b,
     .expect = Certainty::none},
    {.about = "TLVs that do not fill their block",
     .client = "\0\0\x03\0\x0e\0\x08\0\x10\x01\x64\x01\x10\x02\x58"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer manet;
constinit const Recognizer manet{
    .name = "manet",
    .title = "MANET packets",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: nodes broadcast unasked"},
    .reference = "RFC 5444, section 5; RFC 6130; RFC 7181",
    .also = also,
    .opens = {.client = ByteSet::of("\0\x04\x08\x0c"_b), .server = ByteSet::of("\0\x04\x08\x0c"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
