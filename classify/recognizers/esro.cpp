// ESRO, remote operations in single datagrams, and the mail for small devices that uses it (EMSD): on 259
// and 642.
//
// RFC 2188, as its authors' own implementation has it (ESRO's pduout.c and parsepdu.c). The low half of the
// first byte is the type, the second byte numbers the operation:
//
//   0 invoke   whom, in the high half; third byte: operation (6 bits), encoding (2 high bits: 0 BER)
//   1 result   encoding in the two high bits; the value
//   2 error    the same, and which error (1)
//   3 ack      nothing more
//   4 failure  why (1): 0 to 3
//
// Little enough: only what is in BER and answers what was asked is named.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/asn1_element.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

enum Type : std::uint8_t { invoke, result, error, ack, failure };

// One constructed element fills what is left.
bool is_value(ByteReader reader) {
  const Asn1Element element = read_asn1(reader);
  return reader && (element.tag & 0x20) != 0 && element.length > 0 && element.is_whole() &&
         reader.at_end();
}

struct Pdu {
  bool fits = false;
  std::uint8_t type = 0;
  std::uint8_t number = 0;
  std::uint8_t operation = 0;
};

Pdu read_pdu(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint8_t first = reader.u8();
  Pdu pdu{.type = static_cast<std::uint8_t>(first & 0x0f), .number = reader.u8()};
  const bool plain = first >> 4 == 0;  // no encoding but BER
  switch (pdu.type) {
    case invoke:
      pdu.operation = reader.u8();
      pdu.fits = pdu.operation < 64 && is_value(reader);
      break;
    case result:
      pdu.fits = plain && is_value(reader);
      break;
    case error:
      reader.skip(1);
      pdu.fits = plain && (reader.at_end() || is_value(reader));
      break;
    case ack:
      pdu.fits = plain && message.wire_length == 2;
      break;
    case failure:
      pdu.fits = plain && message.wire_length == 3 && reader.u8() <= 3;
      break;
    default:
      break;
  }
  pdu.fits = pdu.fits && reader;
  return pdu;
}

struct Talk {
  Pdu asked;
  bool asks = false;
  bool has_result = false;   // of what was asked
  bool has_refusal = false;  // an error or a failure
};

// False where a datagram is none of the protocol, or answers what nobody asked.
bool note(const Message& message, Talk& talk) {
  const Pdu pdu = read_pdu(message);
  if (!pdu.fits) return false;
  if (pdu.type == invoke) {
    if (!talk.asks) talk.asked = pdu;
    talk.asks = true;
    return true;
  }
  const bool answers = talk.asks && pdu.number == talk.asked.number;
  talk.has_result |= answers && pdu.type == result;
  talk.has_refusal |= answers && (pdu.type == error || pdu.type == failure);
  return talk.asks;
}

Match recognize(const Exchange& seen) {
  Talk talk;
  const DatagramTally count =
      tally(seen, [&](const Message& message) { return note(message, talk); });
  if (!talk.asks || count.bad > 0) return {};
  const std::uint8_t operation = talk.asked.operation;
  if (talk.has_result)
    return confirmed("operation {} is asked for, and its result told", operation);
  if (talk.has_refusal) return likely("operation {} is asked for, and refused", operation);
  return answer(Certainty::hint, "operation {} is asked for", operation);
}

constexpr auto homes = std::to_array<Home>({
    {.port = 642, .transport = Transport::udp, .service = "esro-emsdp"},
    {.port = 259, .transport = Transport::udp, .service = "esro-gen"},
});

constexpr Bytes question = "\xf0\x11\x02\x30\x09\x02\x01\x05\x04\x04mail"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an operation and its result",
     .client = question,
     .server = "\x01\x11\x30\x03\x02\x01\0"_b},
    {.about = "an operation, and why it failed",
     .client = question,
     .server = "\x04\x11\x02"_b,
     .expect = Certainty::likely},
    {.about = "an operation alone", .client = question, .expect = Certainty::none},
    {.about = "the result of another one",
     .client = question,
     .server = "\x01\x12\x30\x03\x02\x01\0"_b,
     .expect = Certainty::none},
    {.about = "a value that does not fill the datagram",
     .client = "\xf0\x11\x02\x30\x08\x02\x01\x05\x04\x04mail"_b,
     .server = "\x01\x11\x30\x03\x02\x01\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer esro;
constinit const Recognizer esro{
    .name = "esro",
    .title = "ESRO",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: an operation would be performed"},
    .reference = "RFC 2188; ESRO, pduout.c and parsepdu.c",
    .opens = {.client = ByteSet::where([](unsigned char c) { return (c & 0x0f) == 0; }),
              .server = {}},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
