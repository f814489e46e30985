// Banyan VINES in UDP, from 573 to 573.
//
// Wireshark, packet-vines.c. Fragmentation: flags (1: 1 the first, 2 the last fragment), number (1). Then
// the packet: checksum (2), length of it (2), transport control (1), protocol (1), destination (6),
// source (6); and of that protocol:
//
//   1 IPC, 2 SPP  ports (4), type (1), control (1), connections (4), numbers (4), length or window (2)
//   4 ARP         version and type (2), address (6); version 1: number (4), metric (2)
//   5 RTP         operation (1), node (1) ...; or version (2), operation (1), node (1) ...
//   6 ICP         type (2), code or metric (2), the beginning of a packet
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t first_fragment = 1;
constexpr std::uint8_t last_fragment = 2;
constexpr std::uint8_t whole_packet = first_fragment | last_fragment;
constexpr std::size_t fragment_header = 2;
constexpr std::size_t packet_header = 18;

constexpr auto names = std::to_array<std::string_view>({"", "IPC", "SPP", "", "ARP", "RTP", "ICP"});

// A datagram of IPC (type 0) has neither control nor connections.
bool is_transport(ByteReader reader, std::size_t size, bool is_spp) {
  reader.skip(4);
  const std::uint8_t type = reader.u8();
  const std::uint8_t control = reader.u8();
  if (!reader || type > 5) return false;
  if (type == 0) return !is_spp;
  return size >= 16 && (control & 0x0f) == 0;
}

bool is_address_resolution(ByteReader reader, std::size_t size) {
  const std::uint8_t version = reader.u8();
  const std::uint8_t type = reader.u8();
  if (!reader || version > 1 || type > 3) return false;
  return version == 1 ? size == 14 : size == 2 || size == 8;
}

// A version of two bytes begins with zero, an operation does not.
bool is_routing(ByteReader reader, std::size_t size) {
  std::uint8_t operation = reader.u8();
  const bool sequenced = operation == 0;
  if (sequenced) {
    if (reader.u8() > 1) return false;
    operation = reader.u8();
  }
  const std::uint8_t node = reader.u8();
  if (!reader || operation == 0 || operation == 5 || operation > 6 || node < 1 || node > 2)
    return false;
  const bool list = !sequenced && (operation <= 2 || operation == 4);
  return list ? size >= 4 && (size - 4) % 6 == 0 : size >= 4;
}

bool is_control(ByteReader reader, std::size_t size) {
  const std::uint16_t type = reader.u16();
  const std::uint16_t code = reader.u16();
  return reader && type <= 1 && size >= 4 + packet_header &&
         (type == 1 || (code > 150 && code < 168));
}

// The protocol inside, or 0. Of a packet in several fragments only the first is read.
std::uint8_t read_packet(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint8_t flags = reader.u8();
  reader.skip(3);
  const std::uint16_t length = reader.u16();
  reader.skip(1);
  const std::uint8_t protocol = reader.u8();
  const Bytes destination = reader.take(6);
  const Bytes source = reader.take(6);
  if (!reader || (flags & first_fragment) == 0 || flags > whole_packet || length < packet_header ||
      protocol >= names.size() || is_zero(destination) || is_zero(source))
    return 0;
  const std::size_t here = message.wire_length - fragment_header;
  if (flags == whole_packet ? length != here : length <= here) return 0;
  const std::size_t size = length - packet_header;
  const bool fits = protocol == 1   ? is_transport(reader, size, false)
                    : protocol == 2 ? is_transport(reader, size, true)
                    : protocol == 4 ? is_address_resolution(reader, size)
                    : protocol == 5 ? is_routing(reader, size)
                    : protocol == 6 ? is_control(reader, size)
                                    : false;
  return fits ? protocol : 0;
}

// Nothing is known of a further fragment but its flags.
bool is_further_fragment(const Message& message) {
  return message.bytes.size() > 2 && (message.bytes[0] == 0 || message.bytes[0] == last_fragment);
}

Match recognize(const Exchange& seen) {
  std::uint8_t first = 0;
  std::size_t whole = 0;
  const DatagramTally count = tally(seen, [&](const Message& message) {
    const std::uint8_t protocol = read_packet(message);
    if (first == 0) first = protocol;
    if (protocol != 0) ++whole;
    return protocol != 0 || (first != 0 && is_further_fragment(message));
  });
  if (whole == 0) return {};
  return answer(weigh_tally(count, 2), "{} packets of VINES, the first of {}", whole, names[first]);
}

constexpr auto homes = std::to_array<Home>({
    {.port = 573, .transport = Transport::udp, .service = "banyan-vip"},
});

constexpr Bytes data =
    "\x03\x07\xff\xff\0\x26\x0f\x01\0\x12\x34\x56\0\x01\0\x12\x34\x57\x80\x01"
    "\x02\0\x02\x10\x01\x60\x10\x01\x20\x02\0\x05\0\x04\0\x04ping"_b;
constexpr Bytes acknowledgement =
    "\x03\x21\xff\xff\0\x22\x0f\x01\0\x12\x34\x57\x80\x01\0\x12\x34\x56\0\x01"
    "\x02\x10\x02\0\x05\0\x20\x02\x10\x01\0\x04\0\x05\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "data and its acknowledgement", .client = data, .server = acknowledgement},
    {.about = "an address is asked for and assigned",
     .client = "\x03\x01\xff\xff\0\x1a\x4f\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
               "\0\x02\0\0\0\0\0\0"_b,
     .server = "\x03\x02\xff\xff\0\x1a\x0f\x04\xff\xff\xff\xff\xff\xff\0\x12\x34\x56\0\x01"
               "\0\x03\0\x12\x34\x56\x80\x02"_b},
    {.about = "routes told by broadcast, alone",
     .client = "\x03\x0a\xff\xff\0\x22\x3f\x05\xff\xff\xff\xff\xff\xff\0\x12\x34\x56\0\x01"
               "\x02\x02\0\0\0\x11\x11\x11\0\x02\0\x22\x22\x22\0\x04"_b,
     .expect = Certainty::likely},
    {.about = "a length that does not fit",
     .client = "\x03\x07\xff\xff\0\x27\x0f\x01\0\x12\x34\x56\0\x01\0\x12\x34\x57\x80\x01"
               "\x02\0\x02\x10\x01\x60\x10\x01\x20\x02\0\x05\0\x04\0\x04ping"_b,
     .expect = Certainty::none},
    {.about = "a protocol that there is not",
     .client = "\x03\x07\xff\xff\0\x26\x0f\x03\0\x12\x34\x56\0\x01\0\x12\x34\x57\x80\x01"
               "\x02\0\x02\x10\x01\x60\x10\x01\x20\x02\0\x05\0\x04\0\x04ping"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer vines;
constinit const Recognizer vines{
    .name = "vines",
    .title = "Banyan VINES",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: a node speaks from and to 573"},
    .reference = "Wireshark, packet-vines.c",
    .opens = {.client = ByteSet::of("\x01\x03"), .server = ByteSet::of("\x01\x03")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
