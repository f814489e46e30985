// RIP: routers tell each other their routes, or ask for them.
//
// RFC 1058 (version 1, historic), RFC 2453 (version 2). Command (1 request, 2 response), version,
// two zero bytes, then 1 to 25 entries of 20 bytes: address family (2, or FFFF for authentication),
// tag, address, mask, next hop, metric 1 to 16. Version 1 has zeros for tag, mask and next hop. The
// request for the whole table is one entry of zeros with metric 16; that of version 1 is, byte for
// byte, also RIPng's.
#include <bit>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t header_size = 4;
constexpr std::size_t entry_size = 20;
constexpr std::size_t most_entries = 25;
constexpr std::uint32_t infinity = 16;

struct Route {
  std::uint32_t address = 0;
  std::uint32_t metric = 0;
};

struct Packet {
  bool response = false;
  std::uint8_t version = 0;
  std::size_t sound = 0;    // entries that agree with the RFC
  std::size_t damaged = 0;  // entries that do not
  Route first;
  bool whole_table = false;  // the request that RIPng shares, where the version is 1
};

// A left-aligned run of ones, as every network mask.
constexpr bool is_mask(std::uint32_t mask) {
  return std::countl_one(mask) + std::countr_zero(mask) >= 32;
}

bool is_authentication(Bytes entry) { return entry.starts_with("\xff\xff\0"_b); }

// RFC 2453 section 4.1 (2, a password), RFC 2082 and 4822 (3, a keyed digest; 1, its trailer).
bool is_sound_authentication(ByteReader entry, std::size_t wire_length) {
  entry.skip(2);
  const std::uint16_t type = entry.u16();
  if (type == 1) return true;
  if (type == 2) return is_text(until_nul(entry.rest()));
  const std::uint16_t routes_length = entry.u16();
  entry.skip(6);
  return type == 3 && routes_length <= wire_length && is_zero(entry.rest());
}

void read_entry(ByteReader entry, Packet& packet) {
  const std::uint16_t family = entry.u16();
  const std::uint16_t tag = entry.u16();
  const std::uint32_t address = entry.u32();
  const std::uint32_t mask = entry.u32();
  const std::uint32_t next_hop = entry.u32();
  const std::uint32_t metric = entry.u32();
  const bool bare = tag == 0 && mask == 0 && next_hop == 0;
  const bool all = !packet.response && family == 0 && address == 0 && bare && metric == infinity;
  const bool fields = packet.version == 1 ? bare : is_mask(mask);
  // A response may tell the default route, 0.0.0.0; a request for a route names it.
  const bool value = packet.response ? metric > 0 : address != 0;
  packet.whole_table |= all;
  if (!all && !(family == 2 && fields && value && metric <= infinity)) {
    ++packet.damaged;
    return;
  }
  if (packet.sound++ == 0) packet.first = {address, metric};
}

// The bytes of the entries: without the trailer that a digest of another length than 16 leaves.
std::size_t entries_length(const Message& message) {
  ByteReader reader{message.bytes};
  reader.skip(header_size);
  const bool digest = reader.accept_if("\xff\xff\0\x03"_b);
  const std::size_t length = digest ? reader.u16() : message.wire_length;
  return length < header_size ? 0 : std::min(length, message.wire_length) - header_size;
}

bool read_packet(const Message& message, Packet& packet) {
  ByteReader reader{message.bytes};
  const std::uint8_t command = reader.u8();
  packet.version = reader.u8();
  reader.accept("\0\0"_b);
  const std::size_t length = entries_length(message);
  if (!reader || command < 1 || command > 2 || packet.version < 1 || packet.version > 2)
    return false;
  if (length == 0 || length > (most_entries + 1) * entry_size) return false;
  packet.response = command == 2;
  packet.damaged = length % entry_size == 0 ? 0 : 1;
  ByteReader entries = reader.sub(std::min(length, reader.remaining()));
  while (entries.remaining() >= entry_size) {
    const Bytes entry = entries.take(entry_size);
    if (packet.version == 1 || !is_authentication(entry))
      read_entry(ByteReader{entry}, packet);
    else if (!is_sound_authentication(ByteReader{entry}, message.wire_length))
      ++packet.damaged;
  }
  return packet.sound > 0;
}

// What all packets of a conversation come to.
struct Survey {
  std::size_t packets = 0;
  std::size_t damaged = 0;
  bool distinct = false;   // something that RIPng could not have said
  bool by_client = false;  // each side that spoke
  bool by_server = false;
  Packet shown;  // the first response, else the first request
};

void add(const Packet& packet, Side from, Survey& survey) {
  if (survey.packets++ == 0 || (packet.response && !survey.shown.response)) survey.shown = packet;
  survey.damaged += packet.damaged;
  survey.distinct |= packet.version == 2 || !packet.whole_table;
  (from == Side::client ? survey.by_client : survey.by_server) = true;
}

Match describe(Certainty certainty, const Packet& packet) {
  const std::uint32_t ip = packet.first.address;
  const std::string_view old = packet.version == 1 ? ", obsolete since version 2" : "";
  Match match{.certainty = certainty, .says = {}, .inside = {}};
  match.says =
      packet.response
          ? Note::of("RIP version {}{}: response with {} routes, the first {}.{}.{}.{} metric {}",
                     packet.version, old, packet.sound, ip >> 24, ip >> 16 & 255, ip >> 8 & 255,
                     ip & 255, packet.first.metric)
          : Note::of("RIP version {}{}: request for {}", packet.version, old,
                     packet.whole_table ? "the whole table" : "some routes");
  if (packet.version == 1) match.era = Era::obsolete;
  return match;
}

Match recognize_rip(const Exchange& exchange) {
  Survey survey;
  for (const Message& message : exchange.messages) {
    Packet packet;
    if (!read_packet(message, packet)) return {};
    if (packet.damaged > 0 && packet.sound < 2 * packet.damaged) return {};
    add(packet, message.from, survey);
  }
  if (survey.packets == 0) return {};
  // Who answers a request with a request is an echo.
  if (survey.by_client && survey.by_server && !survey.shown.response)
    return hint("both sides sent requests of RIP, and nobody answered one");
  const bool sure = survey.distinct && survey.damaged == 0;
  return describe(sure ? Certainty::confirmed : Certainty::likely, survey.shown);
}

constexpr Home homes[] = {{.port = 520, .transport = Transport::udp, .service = "router"}};

constexpr Bytes whole_table_1 = "\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"_b;
constexpr Bytes whole_table_2 = "\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10"_b;

constexpr Example examples[] = {
    {.about = "version 1, two routes",
     .client = "\x02\x01\0\0\0\x02\0\0\x22\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
               "\0\x02\0\0\xac\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\x02"_b},
    {.about = "version 1, whole table asked and told",
     .client = whole_table_1,
     .server = "\x02\x01\0\0\0\x02\0\0\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"_b},
    {.about = "version 2, one route",
     .client = "\x02\x02\0\0\0\x02\0\0\xc0\0\x02\0\xff\xff\xff\0\0\0\0\0\0\0\0\x01"_b},
    {.about = "version 2, whole table asked", .client = whole_table_2},
    {.about = "version 2 with a password",
     .client = "\x02\x02\0\0\xff\xff\0\x02"
               "abcdefghijklmnop\0\x02\0\0\x0a\x46\xb2\0\xff\xff\xff\0\0\0\0\0\0\0\0\x01"_b},
    {.about = "version 1, whole table asked: RIPng asks with the same bytes",
     .client = whole_table_1,
     .expect = Certainty::likely},
    {.about = "echo of the question",
     .client = whole_table_2,
     .server = whole_table_2,
     .expect = Certainty::none},
    {.about = "a route cut short",
     .client = "\x02\x02\0\0\0\x02\0\0\xc0\0\x02\0\xff\xff\xff\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "two routes, and half of a third",
     .client = "\x02\x02\0\0\0\x02\0\0\xc0\0\x02\0\xff\xff\xff\0\0\0\0\0\0\0\0\x01"
               "\0\x02\0\0\xc0\0\x03\0\xff\xff\xff\0\0\0\0\0\0\0\0\x01"
               "\0\x02\0\0\xc0\0\x04\0\xff\xff"_b,
     .expect = Certainty::likely},
    {.about = "metric 17",
     .client = "\x02\x02\0\0\0\x02\0\0\xc0\0\x02\0\xff\xff\xff\0\0\0\0\0\0\0\0\x11"_b,
     .expect = Certainty::none},
    {.about = "version 1 with a mask",
     .client = "\x02\x01\0\0\0\x02\0\0\xc0\0\x02\0\xff\xff\xff\0\0\0\0\0\0\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "RIPng",
     .client = "\x02\x01\0\0\x20\x01\x0d\xb8\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\x30\x01"_b,
     .expect = Certainty::none},
    {.about = "the header alone", .client = "\x02\x02\0\0"_b, .expect = Certainty::none},
};

}  // namespace

extern const Recognizer rip;
constinit const Recognizer rip{
    .name = "rip",
    .title = "RIP",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = whole_table_2, .about = "the whole routing table (read only)"},
    .reference = "RFC 1058; RFC 2453",
    .opens = {.client = ByteSet::range(1, 2), .server = ByteSet::range(1, 2)},
    .judge = recognize_rip,
    .examples = examples,
};

}  // namespace oddport::recognizers
