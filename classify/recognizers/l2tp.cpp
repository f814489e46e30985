// L2TP: links of PPP, or of Ethernet, carried to another place.
//
// RFC 2661, section 3, and RFC 3931, section 4.1.2. Flags (bits 8000 control, 4000 length, 0800
// numbers, 0200 offset, 0100 priority, lowest four the version: 2 or 3), perhaps length (2), tunnel
// (2) and session (2) (version 3: connection (4)), perhaps numbers (2 and 2). A control message has
// length and numbers, and then attributes: flags and length (2), vendor (2), kind (2), value; the
// first is kind 0, the kind of message.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr auto names = std::to_array<std::string_view>(
    {"",     "SCCRQ", "SCCRP", "SCCCN", "StopCCN", "",    "HELLO", "OCRQ",  "OCRP", "OCCN",
     "ICRQ", "ICRP",  "ICCN",  "",      "CDN",     "WEN", "SLI",   "MDMST", "SRRQ", "SRRP",
     "ACK",  "FSQ",   "FSR",   "MSRQ",  "MSRP",    "MSE", "MSI",   "MSEN",  "",     ""});

enum class Kind : std::uint8_t { foreign, empty, control, data };

struct Packet {
  Kind kind = Kind::foreign;
  std::uint8_t version = 0;
  std::uint16_t message = 0;
  bool known_content = false;  // PPP's protocol is one that links carry
};

// Attributes end where the message does; hidden ones look like any other from outside.
bool read_attributes(ByteReader reader, bool whole, std::uint16_t& message) {
  bool first = true;
  while (!reader.at_end()) {
    const std::uint16_t flags = reader.u16();
    const std::uint16_t vendor = reader.u16();
    const std::uint16_t kind = reader.u16();
    const std::uint16_t length = flags & 0x03ff;
    if (!reader) return !whole && !first;
    if (length < 6 || (flags & 0x3c00) != 0) return false;
    const Bytes value = reader.take(length - 6u);
    if (!reader) return !whole && !first;
    if (first) {
      if (vendor != 0 || kind != 0 || value.size() != 2) return false;
      message = ByteReader{value}.u16();
      if (message >= names.size() || names[message].empty()) return false;
    }
    first = false;
  }
  return true;
}

// LCP and the others of the link's own, IPv4, IPv6 and compressed ones, with or without the link's
// address in front.
bool is_ppp(ByteReader reader) {
  reader.accept_if("\xff\x03");
  const std::uint16_t protocol = reader.u16();
  if (!reader) return false;
  switch (protocol) {
    case 0x0021:
    case 0x0057:
    case 0x00fd:
    case 0x003d:
    case 0x8021:
    case 0x8057:
    case 0x80fd:
    case 0xc021:
    case 0xc023:
    case 0xc025:
    case 0xc223:
    case 0xc227:
      return true;
    default:
      return false;
  }
}

Packet read_data(ByteReader reader, std::uint16_t flags, std::size_t wire_length) {
  Packet packet;
  if ((flags & 15) != 2) return packet;
  if ((flags & 0x4000) != 0 && reader.u16() != wire_length) return packet;
  const std::uint16_t tunnel = reader.u16();
  const std::uint16_t session = reader.u16();
  if ((flags & 0x0800) != 0) reader.skip(4);
  if ((flags & 0x0200) != 0) reader.skip(reader.u16());
  if (!reader || tunnel == 0 || session == 0) return packet;
  packet.kind = Kind::data;
  packet.version = 2;
  packet.known_content = is_ppp(reader);
  return packet;
}

Packet parse(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  const std::uint16_t flags = reader.u16();
  packet.version = flags & 15;
  if (!reader || (flags & 0x34f0) != 0) return packet;
  if ((flags & 0x8000) == 0) return read_data(reader, flags, message.wire_length);
  if ((flags & 0xfff0) != 0xc800 || (packet.version != 2 && packet.version != 3)) return packet;
  const std::uint16_t length = reader.u16();
  reader.skip(8);
  if (!reader || length < 12 || length > message.wire_length) return packet;
  // Some fill short packets up.
  ByteReader body{reader.rest().substr(0, length - 12u)};
  const bool whole = reader.remaining() >= length - 12u;
  if (!read_attributes(body, whole, packet.message)) return packet;
  packet.kind = packet.message == 0 ? Kind::empty : Kind::control;
  return packet;
}

Match recognize(const Exchange& seen) {
  unsigned control = 0;
  unsigned content = 0;
  unsigned others = 0;
  Packet first;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const Packet packet = parse(message);
    if (packet.kind == Kind::foreign) return {};
    if (packet.kind == Kind::control && control++ == 0) first = packet;
    if (packet.kind == Kind::data && packet.known_content) ++content;
    if (packet.kind == Kind::empty || (packet.kind == Kind::data && !packet.known_content))
      ++others;
  }
  if (control > 0)
    return confirmed("{} control messages of version {}, the first {}", control, first.version,
                     names[first.message]);
  if (content >= 3 && others == 0) return likely("{} packets of PPP", content);
  if (content + others >= 2) return hint("may be data of L2TP");
  return {};
}

// Control, or data with any of the bits that those may have.
constexpr ByteSet opening = ByteSet::range(0x00, 0x03) | ByteSet::range(0x08, 0x0b) |
                            ByteSet::range(0x40, 0x43) | ByteSet::range(0x48, 0x4b) |
                            ByteSet::of("\xc8");

constexpr Home homes[] = {{.port = 1701, .transport = Transport::udp, .service = "l2tp"}};

constexpr Example examples[] = {
    {.about = "a tunnel is asked for",
     .client =
         "\xc8\x02\0\x30\0\0\0\0\0\0\0\0\x80\x08\0\0\0\0\0\x01\x80\x08\0\0\0\x02\x01\0\x80\x0c\0\0\0\x07oddLAC\x80\x08\0\0\0\x09\0\x07"_b},
    {.about = "version 3 stops",
     .client =
         "\xc8\x03\0\x1e\0\0\0\x07\0\x02\0\x01\x80\x08\0\0\0\0\0\x04\x80\x0a\0\0\0\x3d\0\0\0\x07"_b},
    {.about = "an attribute longer than the message",
     .client = "\xc8\x02\0\x1c\0\0\0\0\0\0\0\0\x80\x08\0\0\0\0\0\x01\x80\x0c\0\0\0\x02\x01\0"_b,
     .expect = Certainty::none},
    {.about = "one packet of data",
     .client = "\0\x02\0\x07\0\x01\xff\x03\xc0\x21\x01\x01\0\x04"_b,
     .expect = Certainty::none},
    {.about = "Cisco's L2F, version 1",
     .client = "\xc8\x01\0\x1c\0\0\0\0\0\0\0\0\x80\x08\0\0\0\0\0\x01\x80\x08\0\0\0\x02\x01\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer l2tp;
constinit const Recognizer l2tp{
    .name = "l2tp",
    .title = "L2TP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: a question opens a tunnel"},
    .reference = "RFC 2661, section 3; RFC 3931, section 4.1.2",
    .opens = {.client = opening, .server = opening},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
