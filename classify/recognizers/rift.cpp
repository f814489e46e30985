// RIFT: routers of a fat tree find their neighbors (LIEs) and tell each other of the network (TIEs).
//
// RFC 9692, sections 6.9.3 and 7: magic a1f7, packet number (2), reserved (1), version of the
// schema (1), outer key (1), length of the fingerprint in words of four (1), the fingerprint,
// nonces of 2 and 2, remaining lifetime (4); for TIEs a key (3) and a length (1) with another
// fingerprint; then the packet in Thrift's binary encoding, whose first field is a header that
// begins with the version of the schema again.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

struct Envelope {
  std::uint8_t version = 0;
  bool whole = false;  // the packet's own header was captured, and fits
};

// Field 1, a structure, whose field 1 is a byte: the major version.
bool begins_as_packet(ByteReader reader, std::uint8_t version) {
  reader.accept("\x0c\0\x01\x03\0\x01"_b);
  return reader.u8() == version && reader;
}

bool read_envelope(const Message& message, Envelope& envelope) {
  ByteReader reader{message.bytes};
  reader.accept("\xa1\xf7");
  reader.skip(2);
  const std::uint8_t reserved = reader.u8();
  envelope.version = reader.u8();
  const std::uint8_t key = reader.u8();
  const std::uint8_t words = reader.u8();
  if (!reader || reserved != 0 || envelope.version == 0 || envelope.version > 32) return false;
  // Key 0 signs nothing.
  if (words > 32 || (key == 0 && words != 0)) return false;
  reader.skip(words * 4u + 4u);
  const bool is_tie = reader.u32() != 0xffffffff;
  if (is_tie) {
    reader.skip(3);
    reader.skip(reader.u8() * 4u);
  }
  envelope.whole = begins_as_packet(reader, envelope.version);
  return envelope.whole || (!message.is_whole() && !reader);
}

Match recognize(const Exchange& seen) {
  unsigned packets = 0;
  Envelope first;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    Envelope envelope;
    if (!read_envelope(message, envelope)) return {};
    if (packets++ == 0) first = envelope;
  }
  if (packets == 0) return {};
  if (!first.whole) return hint("may be a packet of RIFT");
  return confirmed("{} packets of schema version {}", packets, first.version);
}

constexpr Home homes[] = {{.port = 914, .transport = Transport::udp, .service = "rift-lies"},
                          {.port = 915, .transport = Transport::udp, .service = "rift-ties"}};

constexpr Example examples[] = {
    {.about = "a LIE that nobody signed",
     .client = "\xa1\xf7\0\x01\0\x08\0\0\0\x01\0\0\xff\xff\xff\xff"
               "\x0c\0\x01\x03\0\x01\x08\x06\0\x02\0\0\x0a\0\x03\0\0\0\0\0\0\0\x01\0\0"_b},
    {.about = "a TIE",
     .client = "\xa1\xf7\0\x02\0\x06\0\0\0\x01\0\x01\0\x09\x3a\x80\0\0\0\0"
               "\x0c\0\x01\x03\0\x01\x06\x06\0\x02\0\0\x0a\0\x03\0\0\0\0\0\0\0\x01\0\0"_b},
    {.about = "the magic and no packet",
     .client = "\xa1\xf7\0\x01\0\x08\0\0\0\x01\0\0\xff\xff\xff\xff"_b,
     .expect = Certainty::none},
    {.about = "two versions that disagree",
     .client =
         "\xa1\xf7\0\x01\0\x08\0\0\0\x01\0\0\xff\xff\xff\xff\x0c\0\x01\x03\0\x01\x07\x06\0\x02\0\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer rift;
constinit const Recognizer rift{
    .name = "rift",
    .title = "RIFT (routing in fat trees)",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: a LIE makes the prober a neighbor"},
    .reference = "RFC 9692, sections 6.9.3 and 7",
    .opens = {.client = ByteSet::of("\xa1"), .server = ByteSet::of("\xa1")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
