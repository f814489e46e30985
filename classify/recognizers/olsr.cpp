// OLSR: mobile nodes tell each other of their neighbors: RFC 3626, sections 3.3, 6.1, 9.1, 5.1, 12.1.
//
// Length of the whole (2), sequence (2), then messages: type (1), validity (1), length with this head
// (2), originator (4), time to live (1), hops (1), sequence (2), body. 1 HELLO: zeros (2), interval
// (1), willingness (1), then groups of links: code (1), zero (1), length (2), addresses. 2 TC:
// sequence (2), zeros (2), addresses. 3 MID: addresses. 4 HNA: networks and masks. olsrd adds 201
// and 202, the first two with the quality of each link. Addresses have 4 bytes, or 16 for IPv6.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  std::size_t messages = 0;
  std::size_t telling = 0;  // those of a known type, whose body has its form
  std::uint8_t type = 0;
};

std::string_view name_of(std::uint8_t type) {
  switch (type) {
    case 1:
      return "HELLO";
    case 2:
      return "TC";
    case 3:
      return "MID";
    case 4:
      return "HNA";
    case 201:
      return "HELLO with link quality";
    case 202:
      return "TC with link quality";
    default:
      return "message of its own";
  }
}

// The address of a host, as far as its first byte tells.
bool is_host(Bytes address) {
  if (address.empty()) return false;
  const auto first = static_cast<std::uint8_t>(address.front());
  if (address.size() == 16) return first != 0xff && first >= 0x20;
  return first != 0 && first != 127 && first < 224;
}

// Groups of links that fill the rest; the low four bits of a code tell link and neighbor.
bool has_links(ByteReader body, std::size_t entry) {
  if (body.u16() != 0) return false;
  body.skip(1);
  if (body.u8() > 7) return false;
  while (!body.at_end()) {
    const std::uint8_t code = body.u8();
    const bool zero = body.u8() == 0;
    const std::size_t length = body.u16();
    if (!body || code > 15 || !zero || length < 4 || (length - 4) % entry != 0) return false;
    body.skip(length - 4);
  }
  return static_cast<bool>(body);
}

bool has_form(std::uint8_t type, ByteReader body, std::size_t size) {
  const std::size_t length = body.remaining();
  switch (type) {
    case 1:
      return has_links(body, size);
    case 201:
      return has_links(body, size + 4);
    case 2:
      body.skip(2);
      return body.u16() == 0 && (length - 4) % size == 0 && body;
    case 202:
      body.skip(2);
      return length >= 4 && (length - 4) % (size + 4) == 0;
    case 3:
      return length > 0 && length % size == 0 && is_host(body.take(size));
    case 4:
      return length > 0 && length % (2 * size) == 0;
    default:
      return false;
  }
}

// One message; false where its numbers do not agree. `cut` where the capture cut the datagram.
bool read_message(ByteReader& reader, bool cut, std::size_t size, Packet& packet) {
  const std::uint8_t type = reader.u8();
  const std::uint8_t validity = reader.u8();
  const std::size_t length = reader.u16();
  const std::size_t head = 8 + size;
  const bool originator = is_host(reader.take(size));
  const std::uint8_t life = reader.u8();
  const std::uint8_t hops = reader.u8();
  reader.skip(2);
  if (!reader) return cut && packet.messages > 0;
  const bool known = (type >= 1 && type <= 4) || type >= 128;
  if (!known || length < head || !originator || validity == 0 || life == 0 || hops > 64)
    return false;
  if (reader.remaining() < length - head) {
    reader.skip(reader.remaining());
    ++packet.messages;
    return cut;
  }
  const ByteReader body = reader.sub(length - head);
  if (type <= 4 && !has_form(type, body, size)) return false;
  if (packet.messages++ == 0) packet.type = type;
  // The forms of a MID and an HNA say little, and so does a TC without a neighbor.
  const bool little = type == 3 || type == 4 || length == head + 4;
  if (has_form(type, body, size)) packet.telling += little ? 1 : 2;
  return true;
}

Packet read_packet(const Message& message, std::size_t size) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::size_t length = reader.u16();
  reader.skip(2);
  if (!reader || length != message.wire_length || length < 12 + size) return {};
  while (!reader.at_end())
    if (!read_message(reader, !message.is_whole(), size, packet)) return {};
  return packet;
}

Match recognize(const Exchange& seen) {
  Packet first;
  std::size_t telling = 0;
  const DatagramTally count = tally(seen, [&](const Message& message) {
    Packet packet = read_packet(message, 4);
    if (packet.messages == 0) packet = read_packet(message, 16);
    if (first.messages == 0) first = packet;
    telling += packet.telling;
    return packet.messages > 0;
  });
  if (count.good == 0) return {};
  Match match;
  match.certainty = weigh_tally(count, telling >= 2 ? 1 : 3);
  match.says = Note::of("packets as long as they say, the first with {} messages, a {} before all",
                        first.messages, name_of(first.type));
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 698, .transport = Transport::udp, .service = "olsr"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a HELLO with one link",
     .client = "\0\x1c\0\x07\x01\x86\0\x18\x0a\0\0\x01\x01\0\0\x05\0\0\x05\x03\x06\0\0\x08"
               "\x0a\0\0\x02"_b},
    {.about = "a TC and an HNA",
     .client = "\0\x2c\0\x08\x02\x86\0\x14\x0a\0\0\x01\xff\0\0\x06\0\x01\0\0\x0a\0\0\x02"
               "\x04\x86\0\x14\x0a\0\0\x01\xff\0\0\x07\xc0\xa8\0\0\xff\xff\0\0"_b},
    {.about = "olsrd: a HELLO with the quality of the link",
     .client = "\0\x20\0\x07\xc9\x86\0\x1c\x0a\0\0\x01\x01\0\0\x05\0\0\x05\x03\x06\0\0\x0c"
               "\x0a\0\0\x02\xff\xff\0\0"_b},
    {.about = "a length that is not the datagram's",
     .client = "\0\x1d\0\x07\x01\x86\0\x18\x0a\0\0\x01\x01\0\0\x05\0\0\x05\x03\x06\0\0\x08"
               "\x0a\0\0\x02"_b,
     .expect = Certainty::none},
    {.about = "a message that ends before the packet",
     .client = "\0\x1c\0\x07\x01\x86\0\x17\x0a\0\0\x01\x01\0\0\x05\0\0\x05\x03\x06\0\0\x08"
               "\x0a\0\0\x02"_b,
     .expect = Certainty::none},
    {.about = "one message of its own, little to check",
     .client = "\0\x14\0\x07\x82\x86\0\x10\x0a\0\0\x01\x01\0\0\x05name"_b,
     .expect = Certainty::likely},
});

}  // namespace

extern const Recognizer olsr;
constinit const Recognizer olsr{
    .name = "olsr",
    .title = "OLSR",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: nodes broadcast unasked"},
    .reference = "RFC 3626, section 3.3",
    .opens = {.client = ByteSet::range(0, 0x20), .server = ByteSet::range(0, 0x20)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
