// LISP: where a network is to be found, asked of a map (control), and packets carried there (data).
//
// RFC 9301, section 5: kind in the highest four bits (1 request, 2 reply, 3 register, 4 notify, 5
// its acknowledgment, 8 encapsulated), flags, count of records in the fourth byte, nonce of 8; then
// records: time to live (4), count of locators (1), length of the prefix (1), flags (2), version
// (2: four zero bits), family (2) and address, locators: priorities and weights of 1 each, flags
// (2), family (2), address. RFC 9300, section 5: data have flags (1), nonce (3), bits (4), and a
// packet of IP.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

// None, IPv4, IPv6, Ethernet, LISP's own format.
bool skip_address(ByteReader& reader) {
  switch (reader.u16()) {
    case 0:
      break;
    case 1:
      reader.skip(4);
      break;
    case 2:
      reader.skip(16);
      break;
    case 16389:
      reader.skip(6);
      break;
    case 16387:
      reader.skip(4);
      reader.skip(reader.u16());
      break;
    default:
      return false;
  }
  return static_cast<bool>(reader);
}

bool is_record(ByteReader& reader) {
  reader.skip(4);
  const std::uint8_t locators = reader.u8();
  const std::uint8_t prefix = reader.u8();
  const std::uint16_t flags = reader.u16();
  const std::uint16_t version = reader.u16();
  if (!reader || (flags & 0x07ff) != 0 || (version & 0xf000) != 0 || prefix > 144) return false;
  if (!skip_address(reader)) return false;
  for (unsigned n = 0; n < locators; ++n) {
    reader.skip(4);
    if ((reader.u16() & 0xfff8) != 0 || !skip_address(reader)) return false;
  }
  return static_cast<bool>(reader);
}

bool are_records(ByteReader reader, unsigned count) {
  for (unsigned n = 0; n < count; ++n)
    if (!is_record(reader)) return false;
  return count > 0 && reader && reader.at_end();
}

// The source, a list of addresses to answer to, then prefixes to look up: zero, length, family, address.
bool is_request(ByteReader reader, std::uint32_t head) {
  const unsigned sources = (head >> 8 & 31) + 1;
  if (!skip_address(reader)) return false;
  for (unsigned n = 0; n < sources; ++n)
    if (!skip_address(reader)) return false;
  const unsigned count = head & 255;
  for (unsigned n = 0; n < count; ++n) {
    if (reader.u8() != 0 || reader.u8() > 144 || !skip_address(reader)) return false;
  }
  return count > 0 && reader;
}

// Key, algorithm and its sum come before the records.
bool is_register(ByteReader reader, std::uint32_t head) {
  reader.skip(2);
  const std::uint16_t size = reader.u16();
  if (size != 0 && size != 20 && size != 32 && size != 16 && size != 12) return false;
  reader.skip(size);
  const bool with_site = (head & 0x08000000) != 0 && head >> 28 == 3;
  if (with_site) {
    if (reader.remaining() < 24) return false;
    return are_records(ByteReader{reader.rest().substr(0, reader.remaining() - 24)}, head & 255);
  }
  return are_records(reader, head & 255);
}

bool is_ip(ByteReader reader, std::size_t size) {
  const std::uint8_t first = reader.u8();
  if (first == 0x45) {
    reader.skip(1);
    return reader.u16() == size && reader;
  }
  reader.skip(3);
  return first >> 4 == 6 && reader.u16() + 40u == size && reader;
}

constexpr std::string_view map_request = "a map request";

std::string_view judge(const Message& message) {
  if (!message.is_whole()) return {};
  ByteReader reader{message.bytes};
  const std::uint32_t head = reader.u32();
  const std::uint32_t kind = head >> 28;
  if (kind == 8)
    return (head & 0x00ffffff) == 0 && is_ip(reader, message.wire_length - 4)
               ? "an encapsulated control message"
               : std::string_view{};
  reader.skip(8);
  if (!reader) return {};
  if (kind == 1) return is_request(reader, head) ? map_request : std::string_view{};
  if (kind == 2)
    return (head & 0x00ffff00) == 0 && are_records(reader, head & 255) ? "a map reply"
                                                                       : std::string_view{};
  if (kind == 3) return is_register(reader, head) ? "a map registration" : std::string_view{};
  if (kind == 4 || kind == 5)
    return is_register(reader, head) ? "a map notification" : std::string_view{};
  return {};
}

// Bits N nonce, L locator bits, E echo (only with N), V version (never with N), I instance; the
// other three are not used.
bool is_data(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint8_t flags = reader.u8();
  const bool nonce = (flags & 0x80) != 0;
  const bool echo = (flags & 0x20) != 0;
  const bool version = (flags & 0x10) != 0;
  reader.skip(7);
  if (!reader || (flags & 0x07) != 0 || (flags & 0xf8) == 0) return false;
  return (!echo || nonce) && !(version && nonce) && is_ip(reader, message.wire_length - 8);
}

Match recognize(const Exchange& seen) {
  std::string_view first;
  unsigned data = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const std::string_view what = judge(message);
    const bool carries = what.empty() && is_data(message);
    if (what.empty() && !carries) return {};
    if (first.empty()) first = what;
    data += carries ? 1 : 0;
  }
  // Of a request little more than the first four bits is fixed.
  if (first == map_request && seen.one_sided) return likely("{}", first);
  if (!first.empty()) return confirmed("{}", first);
  if (data >= 2) return confirmed("{} packets of IP behind LISP's header", data);
  return data == 1 ? likely("a packet of IP behind LISP's header") : Match{};
}

// The kinds of control messages, and the flags of data, whose lowest three bits are zero.
constexpr ByteSet opening = ByteSet::range(0x10, 0x5f) | ByteSet::range(0x80, 0x8f) |
                            ByteSet::of(
                                "\x08\x60\x68\x70\x78\x90\x98\xa0\xa8\xb0\xb8\xc0\xc8\xd0"
                                "\xd8\xe0\xe8\xf0\xf8");

constexpr Home homes[] = {{.port = 4341, .transport = Transport::udp, .service = "lisp-data"},
                          {.port = 4342, .transport = Transport::udp, .service = "lisp-control"}};

constexpr Example examples[] = {
    {.about = "a map reply",
     .client =
         "\x20\0\0\x01nonce..8\0\0\x05\xa0\x01\x18\x10\0\0\0\0\x01\x0a\x01\0\0\x01\x64\xff\0\0\x05\0\x01\xc0\0\x02\x01"_b},
    {.about = "a map request",
     .client = "\x10\0\0\x01nonce..8\0\0\0\x01\xc0\0\x02\x01\0\x20\0\x01\x0a\x01\0\x01"_b,
     .expect = Certainty::likely},
    {.about = "a reply whose record is cut",
     .client = "\x20\0\0\x01nonce..8\0\0\x05\xa0\x01\x18\x10\0\0\0\0\x01\x0a\x01\0\0\x01\x64"_b,
     .expect = Certainty::none},
    {.about = "VXLAN, whose content is Ethernet",
     .client =
         "\x08\0\0\0\0\0\x07\0\0\x0c\x29\x11\x22\x33\0\x0c\x29\x44\x55\x66\x08\0\x45\0\0\x1c\0\x01\0\0\x40\x11\0\0\x0a\0\0\x01\x0a\0\0\x02\0\0\0\0\0\x08\0\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer lisp;
constinit const Recognizer lisp{
    .name = "lisp",
    .title = "LISP (locator and identifier)",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a map answers for networks, not for probers"},
    .reference = "RFC 9301, section 5; RFC 9300, section 5",
    .opens = {.client = opening, .server = opening},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
