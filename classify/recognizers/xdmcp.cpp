// XDMCP: an X display asks a host to log somebody in on it.
//
// "X Display Manager Control Protocol", sections 4 and 6. Version 1 (2), opcode 1 to 13 (2), length
// of what follows (2), then by opcode strings behind their length (2), lists behind their count,
// and numbers.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Layout {
  std::string_view name;
  std::string_view fields;  // s: string, l: list of strings, n: list of numbers, 2, 4: numbers
};

constexpr auto layouts = std::to_array<Layout>({
    {},
    {"broadcast query", "l"},
    {"query", "l"},
    {"indirect query", "l"},
    {"forward query", "ssl"},
    {"willing", "sss"},
    {"unwilling", "ss"},
    {"request", "2nlssls"},
    {"accept", "4ssss"},
    {"decline", "sss"},
    {"manage", "42s"},
    {"refuse", "4"},
    {"failed", "4s"},
    {"keepalive", "24"},
    {"alive", "14"},
});

void skip_list(ByteReader& reader) {
  const std::uint8_t count = reader.u8();
  for (unsigned n = 0; n < count && reader; ++n) reader.skip(reader.u16());
}

void skip_field(ByteReader& reader, char field) {
  switch (field) {
    case 's':
      reader.skip(reader.u16());
      break;
    case 'l':
      skip_list(reader);
      break;
    case 'n':
      reader.skip(reader.u8() * 2u);
      break;
    default:
      reader.skip(static_cast<std::size_t>(field - '0'));
  }
}

// The fields end where the packet does.
bool has_layout(ByteReader reader, std::string_view fields) {
  for (const char field : fields) skip_field(reader, field);
  return reader && reader.at_end();
}

std::uint16_t read_opcode(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept("\0\x01\0"_b);
  const std::uint8_t opcode = reader.u8();
  const std::uint16_t length = reader.u16();
  if (!reader || opcode < 1 || opcode >= layouts.size()) return 0;
  if (message.wire_length != length + 6u || !message.is_whole()) return 0;
  return has_layout(reader, layouts[opcode].fields) ? opcode : 0;
}

Match recognize(const Exchange& seen) {
  std::uint16_t first = 0;
  unsigned packets = 0;
  bool both = false;
  std::size_t size = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    const std::uint16_t opcode = read_opcode(message);
    if (opcode == 0) return {};
    if (first == 0) first = opcode;
    both = both || message.from != seen.messages.front().from;
    size += message.bytes.size();
    ++packets;
  }
  if (packets == 0) return {};
  const Note says = Note::of("{} packets, the first a {}", packets, layouts[first].name);
  // A query without names of authentication is seven bytes: version, opcode, length and a count of zero.
  const bool enough = both || size >= 16;
  return {
      .certainty = enough ? Certainty::confirmed : Certainty::likely, .says = says, .inside = {}};
}

constexpr Home homes[] = {{.port = 177, .transport = Transport::udp, .service = "xdmcp"}};

constexpr Example examples[] = {
    {.about = "query and willing",
     .client = "\0\x01\0\x02\0\x01\0"_b,
     .server = "\0\x01\0\x05\0\x1c\0\0\0\x05linux\0\x11Linux 5.10 x86_64"_b},
    {.about = "unwilling", .server = "\0\x01\0\x06\0\x12\0\x05linux\0\x09no access"_b},
    {.about = "a length that is not the datagram's",
     .client = "\0\x01\0\x02\0\x02\0"_b,
     .expect = Certainty::none},
    {.about = "strings that do not fill it",
     .server = "\0\x01\0\x06\0\x12\0\x05linux\0\x08no access"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer xdmcp;
constinit const Recognizer xdmcp{
    .name = "xdmcp",
    .title = "XDMCP",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "\0\x01\0\x02\0\x01\0"_b, .about = "whether it would manage a display"},
    .reference = "X Display Manager Control Protocol, section 4",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
