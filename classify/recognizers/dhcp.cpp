// DHCP for IPv4, and BOOTP, from which it grew.
//
// RFC 2131, section 2; RFC 951; RFC 2132. Operation 1 or 2 (1), hardware (1), length of its address
// (1), hops (1), transaction (4), seconds (2), flags (2: bit 8000 or none), four addresses of 4,
// hardware address of 16, server name of 64, file of 128; then magic 63825363 and options: code
// (1), length (1), value. Option 53 is DHCP's kind of message; a BOOTP packet has none, and old
// ones have no magic.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto kinds = std::to_array<std::string_view>(
    {"", "discover", "offer", "request", "decline", "acknowledgment", "refusal", "release",
     "inform", "forced renewal", "lease query", "lease unassigned", "lease unknown", "lease active",
     "bulk lease query", "lease query done", "active lease query", "lease query status", "TLS"});

struct Packet {
  Certainty certainty = Certainty::none;
  std::uint8_t operation = 0;
  std::uint8_t kind = 0;  // 0: BOOTP
  std::uint32_t transaction = 0;
  bool sound_magic = false;
};

// Options up to their end; what follows the end is padding. Option 53 comes among them.
bool read_options(ByteReader reader, bool whole, std::uint8_t& kind) {
  while (!reader.at_end()) {
    const std::uint8_t code = reader.u8();
    if (code == 0) continue;
    if (code == 255) return true;
    const std::uint8_t length = reader.u8();
    const Bytes value = reader.take(length);
    if (!reader) return !whole;
    if (code != 53) continue;
    if (length != 1) return false;
    kind = static_cast<std::uint8_t>(value[0]);
    if (kind < 1 || kind >= kinds.size()) return false;
  }
  // Not every BOOTP client ends its options.
  return true;
}

// The head is the same for both; an Ethernet address is filled up with zeros.
bool read_head(ByteReader& reader, Packet& packet) {
  packet.operation = reader.u8();
  const std::uint8_t hardware = reader.u8();
  const std::uint8_t length = reader.u8();
  const std::uint8_t hops = reader.u8();
  packet.transaction = reader.u32();
  reader.skip(2);
  const std::uint16_t flags = reader.u16();
  reader.skip(16);
  const Bytes address = reader.take(16);
  reader.skip(64 + 128);
  const bool operation = packet.operation == 1 || packet.operation == 2;
  return reader && operation && hardware >= 1 && hardware <= 40 && length <= 16 && hops <= 16 &&
         (flags & 0x7fff) == 0 && (length > 0 || hardware != 1) && address.size() == 16;
}

// The capture kept no more than the hardware address: an Ethernet one, filled up with zeros.
bool is_cut_head(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint8_t operation = reader.u8();
  reader.accept("\x01\x06"_b);
  const std::uint8_t hops = reader.u8();
  reader.skip(6);
  const std::uint16_t flags = reader.u16();
  reader.skip(22);
  const Bytes padding = reader.take(10);
  return reader && (operation == 1 || operation == 2) && hops <= 16 && (flags & 0x7fff) == 0 &&
         is_zero(padding) && message.wire_length >= 244 && message.wire_length <= 1500;
}

Packet parse(const Message& message) {
  Packet packet;
  ByteReader reader{message.bytes};
  if (!message.is_whole() && message.bytes.size() < 240 && is_cut_head(message)) {
    packet.operation = static_cast<std::uint8_t>(message.bytes[0]);
    packet.certainty = Certainty::likely;
    packet.sound_magic = true;
    return packet;
  }
  if (!read_head(reader, packet)) return packet;
  if (reader.accept_if("\x63\x82\x53\x63")) {
    packet.sound_magic = true;
    const bool sound = read_options(reader, message.is_whole(), packet.kind);
    if (!sound) packet.kind = 0;
    packet.certainty = sound ? Certainty::confirmed : Certainty::likely;
    return packet;
  }
  // Without the magic the vendor's area of 64 bytes tells nothing.
  const bool ethernet =
      message.bytes[1] == 1 && message.bytes[2] == 6 && is_zero(message.bytes.substr(34, 10));
  if (message.wire_length >= 300 && message.wire_length <= 576 && ethernet)
    packet.certainty = Certainty::likely;
  return packet;
}

Match recognize(const Exchange& seen) {
  Packet best;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const Packet packet = parse(message);
    if (packet.certainty == Certainty::none) return {};
    if (packet.certainty > best.certainty) best = packet;
  }
  if (best.certainty == Certainty::none) return {};
  Match match;
  match.certainty = best.certainty;
  if (best.kind != 0) {
    match.says = Note::of("{}, transaction {:08x}", kinds[best.kind], best.transaction);
    return match;
  }
  if (best.certainty == Certainty::likely && best.sound_magic) {
    match.says = Note::of("{}, of which not all fits or was captured",
                          best.operation == 1 ? "a request" : "a reply");
    return match;
  }
  match.protocol = "bootp";
  match.era = Era::obsolete;
  match.says = Note::of("{} of BOOTP, transaction {:08x}",
                        best.operation == 1 ? "request" : "reply", best.transaction);
  return match;
}

constexpr Home homes[] = {{.port = 67, .transport = Transport::udp, .service = "bootps"},
                          {.port = 68, .transport = Transport::udp, .service = "bootpc"}};

constexpr std::string_view also[] = {"bootp"};

constexpr std::size_t head_size = 236;

// A packet of an Ethernet host, with nothing in its fields of fixed size.
template <std::size_t Size>
constexpr auto packet(char operation, const char (&options)[Size]) {
  std::array<char, head_size + Size - 1> bytes{};
  constexpr Bytes transaction = "\x01\x06\0\x39\x03\xf3\x26"_b;
  constexpr Bytes address = "\0\x0c\x29\x11\x22\x33"_b;
  bytes[0] = operation;
  std::ranges::copy(transaction, bytes.begin() + 1);
  std::ranges::copy(address, bytes.begin() + 28);
  std::copy_n(options, Size - 1, bytes.begin() + head_size);
  return bytes;
}

constexpr auto discover = packet(1, "\x63\x82\x53\x63\x35\x01\x01\x37\x03\x01\x03\x06\xff");
constexpr auto offer = packet(2, "\x63\x82\x53\x63\x35\x01\x02\x36\x04\xc0\xa8\0\x01\xff\0\0\0");
constexpr auto bootp = packet(1, "\x63\x82\x53\x63\x01\x04\xff\xff\xff\0\xff");
constexpr auto odd_kind = packet(1, "\x63\x82\x53\x63\x35\x01\x63\xff");
constexpr auto odd_operation = packet(3, "\x63\x82\x53\x63\x35\x01\x01\xff");

template <std::size_t Size>
constexpr Bytes bytes_of(const std::array<char, Size>& bytes) {
  return {bytes.data(), bytes.size()};
}

constexpr Example examples[] = {
    {.about = "discover", .client = bytes_of(discover)},
    {.about = "an offer alone", .server = bytes_of(offer), .first = Side::server},
    {.about = "BOOTP with options", .client = bytes_of(bootp), .protocol = "bootp"},
    {.about = "a kind that no message has",
     .client = bytes_of(odd_kind),
     .expect = Certainty::likely},
    {.about = "no operation of either",
     .client = bytes_of(odd_operation),
     .expect = Certainty::none},
    {.about = "the head alone",
     .client = bytes_of(discover).substr(0, head_size),
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer dhcp;
constinit const Recognizer dhcp{
    .name = "dhcp",
    .title = "DHCP",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: a question may take an address out of the pool"},
    .reference = "RFC 2131, section 2",
    .also = also,
    .opens = {.client = ByteSet::of("\x01\x02"), .server = ByteSet::of("\x01\x02")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
