// Skinny (SCCP): Cisco's telephones and their call manager. Cisco, "Skinny Client Control
// Protocol".
//
//   length (4) of what follows the next field, header version (4): 0 or 11 (hexadecimal) to 16,
//     message (4), data
//
// All of it little-endian. A telephone sends messages 0000 to 005f, the call manager 0081 to 0160;
// a telephone registers (0001) as "SEP" and its Ethernet address.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t registers = 1;

struct Stream {
  bool silent = true;
  bool sound = true;
  unsigned messages = 0;
  unsigned empty = 0;  // that hold nothing but a number: keepalives
  std::uint32_t first = 0;
  Bytes device;
};

bool is_header(std::uint32_t version) {
  return version == 0 || (version >= 0x11 && version <= 0x16);
}

bool is_of(std::uint32_t number, Side side) {
  if (number == 0) return side == Side::client;
  return side == Side::client ? number <= 0x5f : number >= 0x81 && number <= 0x160;
}

// "SEP001122334455", NUL, in sixteen bytes; also ATA, VGC, CIPC and names of soft telephones.
Bytes read_device(ByteReader body) {
  const Bytes field = body.take(16);
  const Bytes name = until_nul(field);
  const auto in_name = [](char c) {
    const auto value = static_cast<unsigned char>(c);
    return is_letter(value) || is_digit(value) || c == '-' || c == '_' || c == '.';
  };
  if (!body || name.size() < 6 || name.size() > 15) return {};
  return std::ranges::all_of(name, in_name) ? name : Bytes{};
}

Stream read_stream(Bytes said, Side side) {
  Stream stream{.silent = said.empty(), .device = {}};
  ByteReader reader{said};
  while (!reader.at_end()) {
    const std::uint32_t length = reader.u32_le();
    const std::uint32_t version = reader.u32_le();
    const std::uint32_t number = reader.u32_le();
    if (!reader) return stream;
    if (length < 4 || length > 4096 || !is_header(version) || !is_of(number, side)) {
      stream.sound = false;
      return stream;
    }
    if (stream.messages == 0) stream.first = number;
    const std::size_t rest = length - 4u;
    const ByteReader body = reader.sub(std::min(rest, reader.remaining()));
    if (number == registers && stream.device.empty()) stream.device = read_device(body);
    if (rest == 0) ++stream.empty;
    ++stream.messages;
  }
  return stream;
}

Match recognize(const Exchange& seen) {
  const Stream client = read_stream(seen.client, Side::client);
  const Stream server = read_stream(seen.server, Side::server);
  if (!client.sound || !server.sound || client.messages + server.messages == 0) return {};
  const unsigned messages = client.messages + server.messages;
  if (!client.device.empty())
    return confirmed("client registers as {}", Printable{client.device, 16});
  const bool both = client.messages > 0 && server.messages > 0;
  const bool telling = client.empty + server.empty < messages;
  if (both && messages >= 3)
    return confirmed("{} messages in frames of Skinny, the first with number {:04x}", messages,
                     client.first);
  if (both || (messages >= 3 && telling))
    return likely("{} messages in frames of Skinny, the first with number {:04x}", messages,
                  client.messages > 0 ? client.first : server.first);
  return {};
}

constexpr auto homes = std::to_array<Home>({{.port = 2000, .service = "cisco-sccp"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a telephone registers",
     .client =
         "\x30\0\0\0\0\0\0\0\x01\0\0\0SEP001122334455\0\0\0\0\0\x01\0\0\0\xc0\0\x02\x07\x07\0\0\0"
         "\0\0\0\0\0\0\0\0\x0b\0\x60\x85"_b,
     .server = "\x04\0\0\0\0\0\0\0\x9b\0\0\0"_b},
    {.about = "within a connection: what the telephone can, and the time",
     .client = "\x04\0\0\0\0\0\0\0\x0d\0\0\0\x04\0\0\0\0\0\0\0\x0e\0\0\0"_b,
     .server = "\x08\0\0\0\0\0\0\0\x8f\0\0\0\x01\0\0\0"_b},
    {.about = "a keepalive and its answer",
     .client = "\x04\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "\x04\0\0\0\0\0\0\0\0\x01\0\0"_b,
     .expect = Certainty::likely},
    {.about = "a keepalive alone",
     .client = "\x04\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a message of the call manager from the telephone",
     .client = "\x04\0\0\0\0\0\0\0\x9b\0\0\0"_b,
     .server = "\x04\0\0\0\0\0\0\0\x9b\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "another version of the header",
     .client = "\x04\0\0\0\x01\0\0\0\0\0\0\0"_b,
     .server = "\x04\0\0\0\x01\0\0\0\0\x01\0\0"_b,
     .expect = Certainty::none},
});

// The length of a message, at most 4096.
constexpr auto first_bytes = Opening{ByteSet::all()}
                                 .with(1, ByteSet::range(0, 0x10))
                                 .with(2, ByteSet::of("\0"_b))
                                 .with(3, ByteSet::of("\0"_b));

}  // namespace

extern const Recognizer skinny;
constinit const Recognizer skinny{
    .name = "skinny",
    .title = "Skinny (SCCP)",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a call manager waits for a telephone to register"},
    .reference = "Cisco, Skinny Client Control Protocol",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
