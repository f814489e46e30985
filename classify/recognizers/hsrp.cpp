// HSRP: routers stand in for each other: RFC 2281, section 5; for version 2, recordings.
//
//   1  00, operation (1), state (1), hello and hold time (1 each), priority, group (1 each), 00,
//      password (8), address (4), perhaps an authentication as in version 2
//   2  records of type (1) and length (1): 1 state, 40 bytes: version 2, operation, state, family 4 or
//      6, group (2), id (6), priority, hello and hold time in ms (4 each), address (16); 2 interface;
//      3 password, 8 bytes; 4 digest, 28 bytes
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  std::uint8_t version = 0;  // 0 where there is none
  unsigned group = 0;
  bool telling = false;
};

// "cisco", unless somebody set another: text, then zeros.
bool is_password(Bytes field) {
  const Bytes text = until_nul(field);
  return is_printable(text) && is_zero(field.substr(text.size()));
}

bool is_digest(ByteReader reader) {
  reader.accept("\x04\x1c\x01\0"_b);
  return reader && reader.remaining() == 26;
}

Packet read_version_1(ByteReader reader) {
  Packet packet;
  reader.accept("\0"_b);
  const std::uint8_t operation = reader.u8();
  const std::uint8_t state = reader.u8();
  const std::uint8_t hello = reader.u8();
  const std::uint8_t hold = reader.u8();
  reader.skip(1);
  packet.group = reader.u8();
  const bool zero = reader.u8() == 0;
  const Bytes password = reader.take(8);
  const std::uint32_t address = reader.u32();
  if (!reader || operation > 2 || state > 16 || (state & (state - 1)) != 0 || !zero) return {};
  if (hello == 0 || hold < hello || !is_password(password)) return {};
  const bool learns = address == 0 && state <= 1;
  if (!learns && (address >> 24 == 0 || address >> 28 >= 0xe)) return {};
  if (!reader.at_end() && !is_digest(reader)) return {};
  packet.version = 1;
  packet.telling = password.starts_with("cisco") || until_nul(password).size() >= 4;
  return packet;
}

bool is_state(ByteReader body, Packet& packet) {
  const std::uint8_t version = body.u8();
  const std::uint8_t operation = body.u8();
  const std::uint8_t state = body.u8();
  const std::uint8_t family = body.u8();
  packet.group = body.u16();
  body.skip(10);
  const std::uint32_t hello = body.u32();
  const std::uint32_t hold = body.u32();
  body.skip(16);
  return body && body.at_end() && version == 2 && operation <= 2 && state <= 6 &&
         (family == 4 || family == 6) && packet.group < 4096 && hello > 0 && hold >= hello;
}

Packet read_version_2(ByteReader reader) {
  Packet packet;
  while (!reader.at_end()) {
    const std::uint8_t type = reader.u8();
    const std::size_t length = reader.u8();
    const ByteReader body = reader.sub(length);
    if (!reader || type < 1 || type > 4) return {};
    if (type == 1 && (length != 40 || !is_state(body, packet))) return {};
    if (type == 2 && length != 4) return {};
    if (type == 3 && (length != 8 || !is_password(body.rest()))) return {};
    if (type == 4 && length != 28) return {};
    if (type == 1) packet.telling = true;
  }
  if (packet.telling) packet.version = 2;
  return packet;
}

Packet read_packet(const Message& message) {
  if (!message.is_whole()) return {};
  const ByteReader reader{message.bytes};
  return message.bytes.starts_with('\0') ? read_version_1(reader) : read_version_2(reader);
}

Match recognize(const Exchange& seen) {
  Packet first;
  const DatagramTally count = tally(seen, [&first](const Message& message) {
    const Packet packet = read_packet(message);
    if (first.version == 0) first = packet;
    return packet.version != 0;
  });
  if (count.good == 0) return {};
  Match match;
  match.certainty = first.telling || count.distinct > 1 ? weigh_tally(count, first.telling ? 1 : 3)
                                                        : Certainty::hint;
  match.says =
      Note::of("{} packets of version {}, group {}", count.good, first.version, first.group);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 1985, .transport = Transport::udp, .service = "hsrp"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a hello of version 1",
     .client = "\0\0\x10\x03\x0a\x64\x01\0"
               "cisco\0\0\0\x0a\0\0\x01"_b},
    {.about = "a hello of version 2",
     .client =
         "\x01\x28\x02\0\x06\x04\0\x05\0\x1b\x54\x01\x02\x03\0\0\0\x64\0\0\x0b\xb8\0\0\x27\x10"
         "\x0a\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\x03\x08"
         "cisco\0\0\0"_b},
    {.about = "a state that does not exist",
     .client = "\0\0\x11\x03\x0a\x64\x01\0"
               "cisco\0\0\0\x0a\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "a byte more",
     .client = "\0\0\x10\x03\x0a\x64\x01\0"
               "cisco\0\0\0\x0a\0\0\x01\0"_b,
     .expect = Certainty::none},
    {.about = "the hold time shorter than the hello time",
     .client = "\0\0\x10\x0a\x03\x64\x01\0"
               "cisco\0\0\0\x0a\0\0\x01"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer hsrp;
constinit const Recognizer hsrp{
    .name = "hsrp",
    .title = "HSRP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: routers multicast unasked"},
    .reference = "RFC 2281, section 5",
    .opens = {.client = ByteSet::of("\0\x01\x02\x03\x04"_b),
              .server = ByteSet::of("\0\x01\x02\x03\x04"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
