// MSDP: routers tell each other of the sources of multicast: RFC 3618, section 12.
//
// Records of type (1), length of the whole (2), content. 1 source-active: count of entries (1),
// rendezvous point (4), entries of 12: reserved (3), prefix length 32, group (4), source (4), and
// perhaps the packet of the source behind them. 2 request: zero (1), group (4). 3 response, as 1.
// 4 keepalive: nothing.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Records {
  std::size_t keepalives = 0;
  std::size_t sources = 0;  // records with groups and sources
  bool odd = false;
  std::size_t all() const { return keepalives + sources; }
};

constexpr bool is_group(std::uint32_t address) { return address >> 28 == 0xe; }

// Entries, as far as they were captured, within a record of `length` bytes.
bool has_entries(ByteReader reader, std::size_t length, bool may_carry_packet) {
  const std::size_t count = reader.u8();
  const std::uint32_t point = reader.u32();
  const std::size_t wanted = 8 + 12 * count;
  if (!reader || count == 0 || point == 0 || is_group(point) || length < wanted) return false;
  if (length > wanted && (!may_carry_packet || count != 1 || length < wanted + 20)) return false;
  std::size_t good = 0;
  for (; good < count && reader.remaining() >= 12; ++good) {
    reader.skip(3);
    const bool host = reader.u8() == 32;
    const bool group = is_group(reader.u32());
    const std::uint32_t source = reader.u32();
    if (!host || !group || source == 0 || is_group(source)) return false;
  }
  if (length == wanted) return good == count || good >= 2;
  // The packet, which is as long as it says itself.
  const bool version = reader.u8() >> 4 == 4;
  reader.skip(1);
  return good == 1 && version && reader.u16() == length - wanted && reader;
}

bool is_request(ByteReader reader, std::size_t length) {
  const bool zero = reader.u8() == 0;
  return zero && is_group(reader.u32()) && reader && length == 8;
}

bool read_record(ByteReader& reader, Records& records) {
  const std::uint8_t type = reader.u8();
  const std::size_t length = reader.u16();
  if (!reader || length < 3 || length > 9192) return false;
  const std::size_t left = reader.remaining();
  ByteReader body = reader.sub(std::min(length - 3, left));
  // Too little of it was captured: well and good behind others.
  if (type >= 1 && type <= 3 && left < length - 3 && left < 29) return records.all() > 0;
  switch (type) {
    case 1:
    case 3:
      if (!has_entries(body, length, type == 1)) return false;
      ++records.sources;
      return true;
    case 2:
      if (!is_request(body, length)) return false;
      ++records.sources;
      return true;
    case 4:
      ++records.keepalives;
      return length == 3;
    default:
      return false;
  }
}

Records read_records(Bytes said) {
  Records records;
  ByteReader reader{said};
  while (!records.odd && reader.remaining() >= (records.all() > 0 ? 3u : 1u))
    records.odd = !read_record(reader, records);
  // Less than a head within the last bytes says nothing wrong, if it begins as one.
  records.odd |= !reader.at_end() && (reader.u8() - 1u) > 6u;
  return records;
}

Match recognize(const Exchange& seen) {
  const Records client = read_records(seen.client);
  const Records server = read_records(seen.server);
  const std::size_t sources = client.sources + server.sources;
  const std::size_t keepalives = client.keepalives + server.keepalives;
  if (sources + keepalives == 0 || client.odd || server.odd) return {};
  Match match;
  match.certainty = sources > 0 || keepalives >= 2 ? Certainty::confirmed : Certainty::likely;
  match.says =
      sources > 0
          ? Note::of("{} keepalives, {} records of multicast sources", keepalives, sources)
          : Note::of("{} keepalives, {}", keepalives,
                     client.all() > 0 && server.all() > 0 ? "from both sides" : "from one side");
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 639, .service = "msdp"}});

constexpr Bytes source_active =
    "\x01\0\x14\x01\x02\x02\x02\x02\0\0\0\x20\xef\x7b\x7b\x7b\xac\x10\x28\x0a"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "keepalives of both",
     .client = "\x04\0\x03"_b,
     .server = "\x04\0\x03"_b,
     .expect = Certainty::likely},
    {.about = "a source told", .client = source_active, .server = "\x04\0\x03"_b},
    {.about = "the packet of the source behind the entry",
     .server = "\x01\0\x28\x01\x02\x02\x02\x02\0\0\x20\x20\xef\x7b\x7b\x7b\xac\x10\x28\x0a"
               "\x45\0\0\x14\0\0\0\0\x40\x11\0\0\xac\x10\x28\x0a\xef\x7b\x7b\x7b"_b,
     .first = Side::server},
    {.about = "one keepalive", .client = "\x04\0\x03"_b, .expect = Certainty::likely},
    {.about = "a keepalive with content",
     .client = "\x04\0\x04\0"_b,
     .server = "\x04\0\x03"_b,
     .expect = Certainty::none},
    {.about = "a group that is none",
     .client = "\x01\0\x14\x01\x02\x02\x02\x02\0\0\0\x20\xdf\x7b\x7b\x7b\xac\x10\x28\x0a"_b,
     .expect = Certainty::none},
    {.about = "more entries than the length holds",
     .client = "\x01\0\x14\x02\x02\x02\x02\x02\0\0\0\x20\xef\x7b\x7b\x7b\xac\x10\x28\x0a"_b,
     .expect = Certainty::none},
    {.about = "the server is something else",
     .client = "\x04\0\x03"_b,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer msdp;
constinit const Recognizer msdp{
    .name = "msdp",
    .title = "MSDP",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a router speaks only to peers that it knows"},
    .reference = "RFC 3618, section 12",
    .opens = {.client = ByteSet::range(1, 4), .server = ByteSet::range(1, 4)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
