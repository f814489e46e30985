// BACnet/IP: building automation.
//
// ANSI/ASHRAE 135, annex J and clauses 6 and 20. BVLC: 81, function 0 to 0B, length of the datagram. Functions 4 (behind
// the origin's address of 6), 9, 0A and 0B carry a packet: version 1, control; with its bit 20 a destination (network,
// length, address), with bit 08 a source, then, of the former, a count of hops; with bit 80 a network message, else an
// APDU: type (upper nibble 0 to 7) and its fields.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  std::string_view what;
  std::uint8_t service = 0;
};

struct Address {
  std::uint16_t network = 0;
  std::uint8_t length = 0;
};

Address read_address(ByteReader& reader) {
  Address address;
  address.network = reader.u16();
  address.length = reader.u8();
  reader.skip(address.length);
  return address;
}

// Segmented ones have a sequence number and a window before the service.
Fit judge_service(ByteReader reader, bool segmented, std::uint8_t last, std::string_view what,
                  Talk& talk) {
  if (segmented) reader.skip(2);
  const std::uint8_t service = reader.u8();
  if (!reader || service > last) return Fit::alien;
  talk = {what, service};
  return Fit::proves;
}

Fit judge_apdu(ByteReader reader, Talk& talk) {
  const std::uint8_t head = reader.u8();
  const std::uint8_t flags = head & 0x0f;
  if (!reader) return Fit::alien;
  switch (head >> 4) {
    case 0:
      reader.skip(2);
      return (flags & 1) != 0
                 ? Fit::alien
                 : judge_service(reader, (flags & 8) != 0, 33, "confirmed request", talk);
    case 1:
      return flags != 0 ? Fit::alien
                        : judge_service(reader, false, 13, "unconfirmed request", talk);
    case 2:
      reader.skip(1);
      return flags != 0 || reader.remaining() != 1
                 ? Fit::alien
                 : judge_service(reader, false, 33, "acknowledgement", talk);
    case 3:
      reader.skip(1);
      return (flags & 3) != 0 ? Fit::alien
                              : judge_service(reader, (flags & 8) != 0, 33, "answer", talk);
    case 4:
      talk = {"acknowledgement of a segment", 0};
      return (flags & 0x0c) == 0 && reader.remaining() == 3 ? Fit::fits : Fit::alien;
    case 5:
      reader.skip(1);
      return flags != 0 ? Fit::alien : judge_service(reader, false, 33, "error", talk);
    case 6:
    case 7:
      talk = {"rejection", 0};
      return (flags & 0x0e) == 0 && reader.remaining() == 2 ? Fit::fits : Fit::alien;
    default:
      return Fit::alien;
  }
}

Fit judge_packet(ByteReader reader, Talk& talk) {
  const std::uint8_t version = reader.u8();
  const std::uint8_t control = reader.u8();
  if (!reader || version != 1 || (control & 0x50) != 0) return Fit::alien;
  const bool to_network = (control & 0x20) != 0;
  if (to_network && read_address(reader).network == 0) return Fit::alien;
  if ((control & 0x08) != 0) {
    const Address source = read_address(reader);
    if (source.network == 0 || source.network == 0xffff || source.length == 0) return Fit::alien;
  }
  if (to_network) reader.skip(1);
  if (!reader) return Fit::alien;
  if ((control & 0x80) == 0) return judge_apdu(reader, talk);
  talk = {"message of the network layer", reader.u8()};
  return reader && (talk.service <= 0x13 || talk.service >= 0x80) ? Fit::fits : Fit::alien;
}

Fit judge_management(std::uint8_t function, ByteReader body, Talk& talk) {
  constexpr auto names = std::to_array<std::string_view>(
      {"result", "new broadcast table", "question for the broadcast table", "broadcast table", "",
       "registration", "question for the registered", "list of the registered",
       "removal of a registration"});
  const std::size_t size = body.remaining();
  talk = {names[function], function};
  switch (function) {
    case 0:
      return size == 2 && (body.u16() & 0xff0f) == 0 ? Fit::fits : Fit::alien;
    case 1:
    case 3:
    case 7:
      return size % 10 == 0 ? Fit::fits : Fit::alien;
    case 2:
    case 6:
      return size == 0 ? Fit::fits : Fit::alien;
    case 5:
      return size == 2 ? Fit::fits : Fit::alien;
    default:
      return size == 6 ? Fit::fits : Fit::alien;
  }
}

Fit judge(const Message& message, Talk& talk) {
  ByteReader reader{message.bytes};
  reader.accept("\x81");
  const std::uint8_t function = reader.u8();
  const std::uint16_t length = reader.u16();
  if (!reader || function > 0x0b || length != message.wire_length) return Fit::alien;
  Talk heard;
  if (function == 4) reader.skip(6);
  const bool carries = function == 4 || function >= 9;
  const Fit fit = carries ? judge_packet(reader, heard) : judge_management(function, reader, heard);
  if (talk.what.empty() && fit != Fit::alien) talk = heard;
  return fit;
}

constexpr Openings opens = {.client = ByteSet::of("\x81"), .server = ByteSet::of("\x81")};

Match recognize_bacnet(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Talk talk;
  const auto hear = [&talk](const Message& message) { return judge(message, talk); };
  Match match;
  match.certainty = weigh(judge_datagrams(exchange, Side::client, hear),
                          judge_datagrams(exchange, Side::server, hear));
  if (match) match.says = Note::of("first is BACnet's {} {}", talk.what, talk.service);
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 47808, .transport = Transport::udp, .service = "bacnet"}});

constexpr Bytes who_is = "\x81\x0b\0\x0c\x01\x20\xff\xff\0\xff\x10\x08"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "who is there, to all", .client = who_is},
    {.about = "a property is read",
     .client = "\x81\n\0\x12\x01\x04\0\x05\x02\x01\x0c\x0c\x02?\xff\xff\x19K"_b,
     .server = "\x81\n\0\x16\x01\x00"
               "0\x01\x0c\x0c\x02\0\0\x01\x19K>\xc4\x02\0\0\x01"_b},
    {.about = "a registration", .client = "\x81\x05\0\x06\x01\x2c"_b, .expect = Certainty::likely},
    {.about = "a registration and its result",
     .client = "\x81\x05\0\x06\x01\x2c"_b,
     .server = "\x81\0\0\x06\0\0"_b},
    {.about = "a length that is not the datagram's",
     .client = "\x81\x0b\0\x0d\x01\x20\xff\xff\0\xff\x10\x08"_b,
     .expect = Certainty::none},
    {.about = "a reserved bit of control",
     .client = "\x81\x0b\0\x0c\x01\x60\xff\xff\0\xff\x10\x08"_b,
     .expect = Certainty::none},
    {.about = "no such service",
     .client = "\x81\x0b\0\x0c\x01\x20\xff\xff\0\xff\x10\x3b"_b,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = who_is,
     .server = "\x12\x34\x81\x81"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer bacnet;
constinit const Recognizer bacnet{
    .name = "bacnet",
    .title = "BACnet/IP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.bytes = "\x81\n\0\x08\x01\0\x10\x08"_b, .about = "who is there (read only)"},
    .reference = "ANSI/ASHRAE 135, annex J and clauses 6 and 20",
    .opens = opens,
    .judge = recognize_bacnet,
    .examples = examples,
};

}  // namespace oddport::recognizers
