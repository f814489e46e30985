// CAN frames of vehicles and machines carried over UDP, in the envelopes that have a public description.
//
// CAN-ETH (ProconX, "CAN frame over Ethernet"): "ISO11898", version 1, number of frames up to 16,
// then 15 bytes a frame: identifier (4), length 0 to 8 (1), data (8), extended (1), remote (1).
//
// cannelloni (README.md): version 2, kind 0 to 2 (1; 0 is data), sequence number (1), number of
// frames (2), then a frame each: identifier (4, the highest bits as in SocketCAN: extended, remote,
// error), length (1; its highest bit tells CAN FD, with a byte of flags behind), data.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes magic = "ISO11898";
constexpr std::size_t frame_size = 15;
constexpr std::uint32_t extended = 0x80000000;

bool is_flag(std::uint8_t byte) { return byte <= 1; }

bool is_eth_frame(ByteReader reader) {
  reader.skip(4);
  const std::uint8_t length = reader.u8();
  reader.skip(8);
  const bool flags = is_flag(reader.u8()) && is_flag(reader.u8());
  return reader && length <= 8 && flags;
}

// CAN-ETH; options may follow the frames.
bool is_can_eth(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept(magic);
  const std::uint8_t version = reader.u8();
  const std::uint8_t frames = reader.u8();
  if (!reader || version != 1 || frames > 16) return false;
  if (message.wire_length < 10 + frames * frame_size) return false;
  for (unsigned n = 0; n < frames && reader.remaining() >= frame_size; ++n)
    if (!is_eth_frame(reader.sub(frame_size))) return false;
  return true;
}

// An identifier of 11 bits, or of 29 where it is said to be extended; bits beyond are zero.
bool is_identifier(std::uint32_t id) { return (id & extended) != 0 || (id & 0x1ffff800) == 0; }

bool read_packed_frame(ByteReader& reader) {
  const std::uint32_t id = reader.u32();
  const std::uint8_t length = reader.u8();
  const bool flexible = (length & 0x80) != 0;
  if (flexible && reader.u8() > 0x0f) return false;
  const std::uint8_t size = length & 0x7f;
  if (!reader || !is_identifier(id) || size > (flexible ? 64 : 8)) return false;
  const bool remote = (id & 0x40000000) != 0;
  reader.skip(remote ? 0 : size);
  return static_cast<bool>(reader);
}

// The number of cannelloni's frames; 0 where it is no such packet. The last ends where the datagram does.
unsigned cannelloni_frames(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint8_t version = reader.u8();
  const std::uint8_t kind = reader.u8();
  reader.skip(1);
  const std::uint16_t frames = reader.u16();
  if (!reader || !message.is_whole() || version != 2 || kind != 0 || frames > 300) return 0;
  for (unsigned n = 0; n < frames; ++n)
    if (!read_packed_frame(reader)) return 0;
  return reader.at_end() ? frames : 0;
}

// Each side numbers its packets; the numbers of one side go up by one.
bool are_numbered(const Exchange& seen, Side side) {
  const Bytes first = seen.nth(side, 0).bytes;
  const Bytes second = seen.nth(side, 1).bytes;
  return first.size() > 2 && second.size() > 2 &&
         static_cast<std::uint8_t>(second[2] - first[2]) == 1;
}

Match recognize_cannelloni(const Exchange& seen) {
  unsigned frames = 0;
  unsigned packets = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const unsigned more = cannelloni_frames(message);
    if (more == 0) return {};
    frames += more;
    ++packets;
  }
  const bool numbered = are_numbered(seen, Side::client) || are_numbered(seen, Side::server);
  if (packets >= 4 && frames >= 8 && numbered)
    return confirmed("{} CAN frames in {} packets of cannelloni", frames, packets);
  if (packets >= 2 && numbered)
    return likely("{} CAN frames in {} packets of cannelloni", frames, packets);
  return frames >= 3 ? likely("{} CAN frames in a packet of cannelloni", frames) : Match{};
}

Match recognize(const Exchange& seen) {
  unsigned packets = 0;
  unsigned others = 0;
  for (const Message& message : seen.messages) {
    if (is_can_eth(message))
      ++packets;
    else if (!is_remnant(seen, message))
      ++others;
  }
  if (packets == 0) return recognize_cannelloni(seen);
  if (others > 0) return likely("{} packets of CAN-ETH, {} others", packets, others);
  return confirmed("{} packets of CAN-ETH", packets);
}

constexpr Example examples[] = {
    {.about = "CAN-ETH with one frame",
     .client = "ISO11898\x01\x01\x12\0\0\x07\x03\x01\x02\x03\0\0\0\0\0\x01\0"_b},
    {.about = "CAN-ETH with two frames, the answer",
     .server = "ISO11898\x01\x02\0\0\x02\x01\x08"
               "abcdefgh\0\0\0\0\x02\x02\0\0\0\0\0\0\0\0\0\0\x01"_b,
     .first = Side::server},
    {.about = "cannelloni",
     .client =
         "\x02\0\x07\0\x03\0\0\x01\x23\x02\x0a\x0b\0\0\x01\x24\x01\x0c\x80\x12\x34\x56\x01\x0d"_b,
     .expect = Certainty::likely},
    {.about = "the name of the standard alone",
     .client = "ISO11898-1:2015",
     .expect = Certainty::none},
    {.about = "fewer frames than told",
     .client = "ISO11898\x01\x02\x12\0\0\x07\x03\x01\x02\x03\0\0\0\0\0\x01\0"_b,
     .expect = Certainty::none},
    {.about = "one frame of cannelloni is too little",
     .client = "\x02\0\x07\0\x01\0\0\x01\x23\x02\x0a\x0b"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer can_udp;
constinit const Recognizer can_udp{
    .name = "can-udp",
    .title = "CAN over UDP",
    .transports = Transports::udp,
    .era = Era::niche,
    .hello = {.about = "nothing: frames go to a bus that moves things"},
    .reference = "ProconX CAN-ETH; cannelloni's README.md",
    .opens = {.client = ByteSet::of("I\x02"), .server = ByteSet::of("I\x02")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
