// KINK: keys for IPsec, negotiated between two hosts with Kerberos tickets.
//
// RFC 4430, section 4. Header of 16 bytes: type (1 create, 2 delete, 3 reply, 4 get TGT, 5
// acknowledge, 6 status), version 1 in the upper half of a byte, length of the message, domain of
// interpretation 1 (IPsec), transaction, next payload, a flag and seven zero bits, length of the
// checksum at the end. Payloads have the head of ISAKMP's: next payload, zero, length; each is
// padded to four bytes. Before the RFC payloads were numbered 14 to 21, since then 1 to 8.
#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

constexpr std::string_view type_name(std::uint8_t type) {
  switch (type) {
    case 1:
      return "create";
    case 2:
      return "delete";
    case 3:
      return "reply";
    case 4:
      return "get TGT";
    case 5:
      return "acknowledge";
    case 6:
      return "status";
    default:
      return {};
  }
}

constexpr bool is_payload(std::uint8_t type) { return type <= 8 || (type >= 14 && type <= 21); }

struct Packet {
  std::uint8_t type = 0;
  std::uint32_t transaction = 0;
  bool good = false;
};

// The chain of payloads, up to the checksum or to where the capture cut it.
bool has_payloads(ByteReader reader, std::uint8_t type, bool cut) {
  while (type != 0) {
    type = reader.u8();
    const bool zero = reader.u8() == 0;
    const std::size_t length = reader.u16();
    if (!reader) return cut;
    if (!is_payload(type) || !zero || length < 4) return false;
    const std::size_t padded = (length + 3) & ~std::size_t{3};
    if (reader.remaining() + 4 < length) return cut;
    reader.skip(std::min(padded - 4, reader.remaining()));
  }
  return reader.at_end();
}

Packet read_packet(const Message& message) {
  ByteReader reader{message.bytes};
  Packet packet{.type = reader.u8()};
  reader.accept("\x10");
  const std::uint16_t length = reader.u16();
  reader.accept("\0\0\0\x01"_b);
  packet.transaction = reader.u32();
  const std::uint8_t next = reader.u8();
  const std::uint8_t flags = reader.u8();
  const std::uint16_t checksum = reader.u16();
  if (!reader || type_name(packet.type).empty() || !is_payload(next) || (flags & 0x7f) != 0)
    return packet;
  if (length != message.wire_length || checksum + 16u > length || checksum > 64) return packet;
  const bool cut = !message.is_whole();
  const std::size_t left = length - checksum - 16u;
  packet.good = has_payloads(reader.sub(std::min(left, reader.remaining())), next, cut);
  return packet;
}

Match recognize_kink(const Exchange& exchange) {
  Packet first;

  for (const Message& message : exchange.messages) {
    const Packet packet = read_packet(message);
    if (!packet.good) return {};
    if (!first.good) first = packet;
  }
  if (!first.good) return {};
  if (is_echo(exchange)) return hint("both sides send the same {} of KINK", type_name(first.type));
  return confirmed("{} of transaction {:08x}", type_name(first.type), first.transaction);
}

// IANA lists TCP too, but the protocol is defined over UDP alone.
constexpr Home homes[] = {{.port = 910, .transport = Transport::udp, .service = "kink"}};

constexpr Bytes create =
    "\x01\x10\0\x30\0\0\0\x01\x12\x34\x56\x78\x01\0\0\x0c\x06\0\0\x0c\x43\x21\0\0ap req"
    "ue\0\0\x08qm-1checksum1234"_b;

constexpr Example examples[] = {
    {.about = "create and reply",
     .client = "\x01\x10\0\x28\0\0\0\x01\x12\x34\x56\x78\x01\0\0\0\x06\0\0\x0e\x43\x21\0\0"
               "ticket\0\0\0\0\0\x08qm-1"_b,
     .server = "\x03\x10\0\x1c\0\0\0\x01\x12\x34\x56\x78\x02\0\0\x04\0\0\0\x08"
               "ap-rABCD"_b},
    {.about = "status with a checksum, of the time before the RFC",
     .client = "\x06\x10\0\x20\0\0\0\x01\x01\x02\x03\x04\x15\0\0\x08\0\0\0\x08\0\0\x07\xd1"
               "checksum"_b},
    {.about = "another domain of interpretation",
     .client = "\x06\x10\0\x20\0\0\0\x02\x01\x02\x03\x04\x15\0\0\x08\0\0\0\x08\0\0\x07\xd1"
               "checksum"_b,
     .expect = Certainty::none},
    {.about = "length longer than the datagram",
     .client = "\x06\x10\0\x24\0\0\0\x01\x01\x02\x03\x04\x15\0\0\x08\0\0\0\x08\0\0\x07\xd1"
               "checksum"_b,
     .expect = Certainty::none},
    {.about = "a payload that ends beyond the message",
     .client = create,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer kink;
constinit const Recognizer kink{
    .name = "kink",
    .title = "KINK",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: a negotiation needs a ticket"},
    .reference = "RFC 4430, section 4",
    .opens = {.client = ByteSet::range(1, 6), .server = ByteSet::range(1, 6)},
    .judge = recognize_kink,
    .examples = examples,
};

}  // namespace oddport::recognizers
