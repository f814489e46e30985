// NetFlow: a router's records of the traffic that it saw, to a collector.
//
// Cisco's "NetFlow Export Datagram Format" (versions 1, 5, 7), "NetFlow Services Solutions Guide"
// (8) and RFC 3954 (9). Version (2), count (2), milliseconds since start (4), seconds since 1970
// (4); up to version 8 nanoseconds (4), from 5 on number of the first record (4) and more; then
// records of a fixed size. Version 9: number of the packet (4), source (4), then sets: id (2; 0
// templates, 1 of options, from 256 on data), length (2), content.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

struct Layout {
  std::uint16_t version;
  std::uint16_t header;
  std::uint16_t record;  // 0: by the kind of aggregation
  std::uint16_t most;
};

constexpr Layout layouts[] = {{1, 16, 52, 27}, {5, 24, 48, 30}, {7, 24, 52, 28}, {8, 28, 0, 60}};

constexpr std::uint16_t aggregate_sizes[] = {28, 28, 32, 32, 40, 40, 36,
                                             40, 40, 52, 40, 32, 40, 40};

// From 1995 on.
bool is_time(std::uint32_t seconds) { return seconds > 0x30000000; }

bool is_fixed(ByteReader reader, const Layout& layout, std::size_t size) {
  const std::uint16_t count = reader.u16();
  reader.skip(4);
  const std::uint32_t seconds = reader.u32();
  const std::uint32_t nanoseconds = reader.u32();
  if (!reader || count == 0 || count > layout.most || !is_time(seconds) ||
      nanoseconds >= 1'000'000'000)
    return false;
  if (layout.record != 0) return size == layout.header + std::size_t{count} * layout.record;
  reader.skip(6);
  const std::uint8_t kind = reader.u8();
  if (!reader || kind < 1 || kind > std::size(aggregate_sizes)) return false;
  return size == layout.header + std::size_t{count} * aggregate_sizes[kind - 1];
}

// Templates: id, number of fields, then kind and length of each.
bool are_templates(ByteReader reader) {
  bool any = false;
  while (reader.remaining() >= 8) {
    const std::uint16_t id = reader.u16();
    const std::uint16_t fields = reader.u16();
    if (id < 256 || fields == 0 || fields > 200) return false;
    reader.skip(fields * 4u);
    if (!reader) return false;
    any = true;
  }
  return any;
}

bool are_sets(ByteReader reader, bool whole) {
  unsigned sets = 0;
  while (reader.remaining() >= 4) {
    const std::uint16_t id = reader.u16();
    const std::uint16_t length = reader.u16();
    if (length < 4 || (id > 1 && id < 256)) return false;
    const Bytes content = reader.take(length - 4u);
    if (!reader) return !whole && sets > 0;
    if (id == 0 && !are_templates(ByteReader{content})) return false;
    ++sets;
  }
  return sets > 0 && (reader.at_end() || !whole);
}

bool is_version_9(ByteReader reader, bool whole) {
  const std::uint16_t count = reader.u16();
  reader.skip(4);
  const std::uint32_t seconds = reader.u32();
  reader.skip(8);
  return reader && count > 0 && count < 512 && is_time(seconds) && are_sets(reader, whole);
}

std::uint16_t read_version(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint16_t version = reader.u16();
  if (version == 9) return is_version_9(reader, message.is_whole()) ? version : 0;
  for (const Layout& layout : layouts)
    if (layout.version == version && is_fixed(reader, layout, message.wire_length)) return version;
  return 0;
}

Match recognize(const Exchange& seen) {
  std::uint16_t version = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const std::uint16_t next = read_version(message);
    if (next == 0 || (version != 0 && next != version)) return {};
    version = next;
  }
  if (version == 0) return {};
  return confirmed("{} packets of version {}", seen.messages.size(), version);
}

constexpr Bytes version_5 =
    "\0\x05\0\x01\0\x12\x34\x56\x4a\x5b\x6c\x7d\x01\x02\x03\x04\0\0\0\x01\0\0\0\0"
    "\x0a\0\0\x01\x0a\0\0\x02\0\0\0\0\0\x01\0\x02\0\0\0\x05\0\0\x01\0\0\x12\0\0\0\x12\x30\0"
    "\xc3\x50\0\x50\0\x1b\x06\0\0\0\0\0\x18\x18\0\0"_b;

constexpr Example examples[] = {
    {.about = "version 5 with one record", .client = version_5},
    {.about = "version 9 with a template",
     .client = "\0\x09\0\x01\0\x12\x34\x56\x4a\x5b\x6c\x7d\0\0\0\x01\0\0\0\0"
               "\0\0\0\x10\x01\0\0\x02\0\x08\0\x04\0\x0c\0\x04"_b},
    {.about = "a record too short", .client = version_5.substr(0, 71), .expect = Certainty::none},
    {.about = "a count of none",
     .client = "\0\x05\0\0\0\x12\x34\x56\x4a\x5b\x6c\x7d\x01\x02\x03\x04\0\0\0\x01\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "IPFIX",
     .client =
         "\0\x0a\0\x20\x65\x53\xf1\0\0\0\0\x01\0\0\0\0\0\x02\0\x10\x01\0\0\x02\0\x08\0\x04\0\x0c\0\x04"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer netflow;
constinit const Recognizer netflow{
    .name = "netflow",
    .title = "NetFlow",
    .transports = Transports::udp,
    .hello = {.about = "nothing: records are sent one way"},
    .reference = "RFC 3954; Cisco's NetFlow export formats",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
