// Apache Pulsar's binary protocol.
//
// Pulsar documentation, "Pulsar binary protocol specification". Frame: length (4), length of the command (4), the protobuf message
// BaseCommand: field 1 the command's type, and one further field whose number is that type (2 connect, 3 connected, 18 ping, 19 pong).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

std::uint32_t base_128(ByteReader& reader) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const std::uint8_t byte = reader.u8();
    value |= (byte & 127u) << shift;
    if (byte < 128) return value;
  }
  reader.fail();
  return 0;
}

Fit read_side(Bytes bytes, std::uint32_t& type) {
  ByteReader reader{bytes};
  const std::uint32_t total = reader.u32();
  const std::uint32_t length = reader.u32();
  if (!reader || length < 4 || length + 4 > total || total > 0x600000 || length > 0x100000)
    return Fit::alien;
  const bool whole = length <= reader.remaining();
  ByteReader command = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  command.accept("\x08");
  type = base_128(command);
  const std::uint32_t key = base_128(command);
  const std::uint32_t size = base_128(command);
  if (!command || type < 2 || type > 80 || key != (type << 3 | 2)) return Fit::alien;
  const bool fits = whole ? command.remaining() == size : command.remaining() < size;
  return fits ? Fit::proves : Fit::alien;
}

std::string_view name_of(std::uint32_t type) {
  switch (type) {
    case 2:
      return "CONNECT";
    case 3:
      return "CONNECTED";
    case 14:
      return "ERROR";
    case 18:
      return "PING";
    case 19:
      return "PONG";
    default:
      return "a command";
  }
}

Match recognize_pulsar(const Exchange& seen) {
  std::uint32_t client{};
  std::uint32_t server{};
  const auto [asks, answers] = judge_streams(seen, read_side, client, server);
  const bool asked = asks == Fit::proves;
  return answer(weigh(seen, asks, answers), "{} sends {}", asked ? "client" : "server",
                name_of(asked ? client : server));
}

constexpr Bytes connect = "\0\0\0\x17\0\0\0\x13\x08\2\x12\x0f\x0a\x0bPulsar-Java\x20\x13"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "connection",
     .client = connect,
     .server = "\0\0\0\x11\0\0\0\x0d\x08\3\x1a\x09\x0a\5Pulsa\x10\x13"_b},
    {.about = "the client alone", .client = connect},
    {.about = "a ping within a session", .server = "\0\0\0\x09\0\0\0\5\x08\x12\x92\1\0"_b},
    {.about = "a type that is not its field's",
     .client = "\0\0\0\x17\0\0\0\x13\x08\3\x12\x0f\x0a\x0bPulsar-Java\x20\x13"_b,
     .expect = Certainty::none},
    {.about = "a size that does not fit",
     .client = "\0\0\0\x17\0\0\0\x13\x08\2\x12\x0e\x0a\x0bPulsar-Java\x20\x13"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = connect,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer pulsar;
constinit const Recognizer pulsar{
    .name = "pulsar",
    .title = "Apache Pulsar",
    .hello = {.bytes = "\0\0\0\x0f\0\0\0\x0b\x08\2\x12\7\x0a\7oddport"_b,
              .about = "a connection without a login"},
    .reference = "Pulsar binary protocol specification",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize_pulsar,
    .examples = examples,
};

}  // namespace oddport::recognizers
