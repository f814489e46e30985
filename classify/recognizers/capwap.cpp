// CAPWAP: a controller of wireless access points and the points themselves.
//
// RFC 5415, section 4. Preamble (1: version 0, kind 0 clear, 1 DTLS), then in 23 bits header length
// in words of four (5), radio (5), kind of wireless (5), flags (9; the last three zero), fragment
// (2), its offset (2; the last three bits zero), perhaps addresses; a control message: kind (4: 1
// to 26, or of 802.11's enterprise 13277), number (1), length (2, of elements and three bytes),
// zero (1), elements: kind (2), length (2), value. Kind 1 has three zero bytes and then a record of
// DTLS.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto names = std::to_array<std::string_view>({"",
                                                        "discovery request",
                                                        "discovery response",
                                                        "join request",
                                                        "join response",
                                                        "configuration status request",
                                                        "configuration status response",
                                                        "configuration update request",
                                                        "configuration update response",
                                                        "event request",
                                                        "event response",
                                                        "change state request",
                                                        "change state response",
                                                        "echo request",
                                                        "echo response",
                                                        "image data request",
                                                        "image data response",
                                                        "reset request",
                                                        "reset response",
                                                        "primary discovery request",
                                                        "primary discovery response",
                                                        "data transfer request",
                                                        "data transfer response",
                                                        "clear configuration request",
                                                        "clear configuration response",
                                                        "station configuration request",
                                                        "station configuration response"});

constexpr std::uint32_t wireless = 13277u * 256;

bool are_elements(ByteReader reader, bool whole) {
  while (!reader.at_end()) {
    const std::uint16_t kind = reader.u16();
    reader.skip(reader.u16());
    if (!reader) return !whole;
    if (kind == 0) return false;
  }
  return true;
}

bool skip_header(ByteReader& reader) {
  const std::uint32_t bits = reader.u24();
  const std::size_t words = bits >> 19;
  const bool fragment = (bits & 0x80) != 0;
  const std::uint16_t id = reader.u16();
  const std::uint16_t offset = reader.u16();
  if (!reader || words < 2 || words > 10 || (bits & 7) != 0 || (offset & 7) != 0) return false;
  if (!fragment && (id != 0 || offset != 0)) return false;
  // A control message is no native frame of the air.
  if ((bits & 0x100) != 0) return false;
  reader.skip(words * 4 - 8);
  return static_cast<bool>(reader);
}

std::string_view read_control(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\0"_b);
  if (!reader || !skip_header(reader)) return {};
  const std::uint32_t kind = reader.u32();
  reader.skip(1);
  const std::uint16_t length = reader.u16();
  const std::uint8_t flags = reader.u8();
  if (!reader || flags != 0 || length < 3) return {};
  const std::size_t ends = reader.offset() + length - 3;
  // Cisco's points count the three bytes differently.
  if (ends != message.wire_length && ends + 3 != message.wire_length) return {};
  if (!are_elements(reader, message.is_whole())) return {};
  if (kind == wireless + 1 || kind == wireless + 2) return "configuration of a wireless network";
  return kind >= 1 && kind < names.size() ? names[kind] : std::string_view{};
}

bool is_encrypted(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\x01\0\0\0"_b);
  const std::uint8_t kind = reader.u8();
  reader.accept("\xfe");
  const std::uint8_t version = reader.u8();
  reader.skip(8);
  const std::uint16_t length = reader.u16();
  return reader && kind >= 20 && kind <= 24 && (version == 0xff || version == 0xfd) &&
         length + reader.offset() <= message.wire_length;
}

Match recognize(const Exchange& seen) {
  std::string_view first;
  unsigned encrypted = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const std::string_view name = read_control(message);
    if (name.empty() && !is_encrypted(message)) return {};
    if (name.empty()) ++encrypted;
    if (first.empty()) first = name;
  }
  if (!first.empty()) return confirmed("{}{}", first, encrypted > 0 ? ", then DTLS" : "");
  if (encrypted > 0) return confirmed("{} records of DTLS behind CAPWAP's preamble", encrypted);
  return {};
}

constexpr Home homes[] = {{.port = 5246, .transport = Transport::udp, .service = "capwap-control"}};

constexpr Example examples[] = {
    {.about = "discovery", .client = "\0\x10\x02\0\0\0\0\0\0\0\0\x01\0\0\x08\0\0\x14\0\x01\0"_b},
    {.about = "a ClientHello of DTLS",
     .client = "\x01\0\0\0\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x10\x01\0\0\x04\0\0\0\0\0\0\0\x04"
               "abcd"_b},
    {.about = "a kind that is none",
     .client = "\0\x10\x02\0\0\0\0\0\0\0\0\x63\0\0\x08\0\0\x14\0\x01\0"_b,
     .expect = Certainty::none},
    {.about = "DTLS as such",
     .client = "\x16\xfe\xff\0\0\0\0\0\0\0\0\0\x10\x01\0\0\x04\0\0\0\0\0\0\0\x04"
               "abcd"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer capwap;
constinit const Recognizer capwap{
    .name = "capwap",
    .title = "CAPWAP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: a controller takes whoever asks for a new point"},
    .reference = "RFC 5415, section 4",
    .opens = {.client = ByteSet::of("\0\x01"_b), .server = ByteSet::of("\0\x01"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
