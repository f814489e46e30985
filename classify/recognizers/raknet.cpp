// RakNet: Minecraft's Bedrock edition and other games, before a connection stands.
//
// RakNet's published source, and the Minecraft Wiki, "RakNet". Datagram: number, fields, and among them the magic 00 FF FF 00
// FE FE FE FE FD FD FD FD 12 34 56 78. 01 and 02 ping: time (8), magic, id (8). 1C pong: time, id, magic, length (2), text.
// 05: magic, version, zeros; 06: magic, id, security, size; 07: magic, address, size, id; 08: magic, id, address; 19:
// version, magic, id.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes magic = "\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12\x34\x56\x78"_b;

std::string_view number_name(std::uint8_t number) {
  switch (number) {
    case 0x01:
    case 0x02:
      return "an unconnected ping";
    case 0x1c:
      return "an unconnected pong";
    case 0x05:
    case 0x07:
      return "a request to connect";
    case 0x06:
    case 0x08:
      return "an answer to a request to connect";
    default:
      return "a refusal";
  }
}

// How many bytes stand between the number and the magic.
std::size_t bytes_before_magic(std::uint8_t number) {
  switch (number) {
    case 0x01:
    case 0x02:
      return 8;
    case 0x1c:
      return 16;
    case 0x19:
      return 1;
    default:
      return 0;
  }
}

struct Talk {
  std::uint8_t first = 0;
  Bytes name;
};

constexpr ByteSet numbers =
    ByteSet::range(1, 2) | ByteSet::range(5, 8) | ByteSet::range(0x11, 0x1c);

void hear(const Message& message, Talk& talk) {
  ByteReader reader{message.bytes};
  const std::uint8_t number = reader.u8();
  reader.skip(bytes_before_magic(number));
  reader.accept(magic);
  if (!reader || !numbers.contains(number)) return;
  talk.first = number;
  if (number == 0x1c) talk.name = reader.take(reader.u16());
}

Match recognize_raknet(const Exchange& exchange) {
  Talk client;
  Talk server;
  hear(exchange.nth(Side::client, 0), client);
  hear(exchange.nth(Side::server, 0), server);
  if (client.first == 0 && server.first == 0) return {};
  Match match = confirmed("{} sends {}", client.first != 0 ? "client" : "server",
                          number_name(client.first != 0 ? client.first : server.first));
  // A connection may go on in datagrams without the magic, yet its first ones have it.
  const bool stranger = (client.first == 0 && !exchange.client.empty()) ||
                        (server.first == 0 && !exchange.server.empty());
  if (stranger) match.certainty = Certainty::likely;
  if (!server.name.empty()) match.says = Note::of("server says {}", Printable{server.name, 60});
  if (server.name.starts_with("MCPE;") || server.name.starts_with("MCEE;"))
    match.inside = Note::of("Minecraft Bedrock");
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "ping and pong",
     .client = "\x01\0\0\0\0\0\0\x16.\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12"
               "4Vx\xa1\xb2\xc3\xd4\xe5\xf6\x07\x18"_b,
     .server =
         "\x1c\0\0\0\0\0\0\x16.\x01\x02\x03\x04\x05\x06\x07\x08\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd"
         "\xfd\xfd\xfd\x12"
         "4Vx\0\x10MCPE;Home;622;1.2"_b},
    {.about = "a ping alone",
     .client = "\x01\0\0\0\0\0\0\x16.\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12"
               "4Vx\xa1\xb2\xc3\xd4\xe5\xf6\x07\x18"_b},
    {.about = "asked to connect",
     .client = "\x05\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12"
               "4Vx\x0b\0\0\0\0\0\0\0\0\0"_b},
    {.about = "a ping, and an answer of another kind",
     .client = "\x01\0\0\0\0\0\0\x16.\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12"
               "4Vx\xa1\xb2\xc3\xd4\xe5\xf6\x07\x18"_b,
     .server = "\x1c\x8d\x41\x07\xe2\x90"_b,
     .expect = Certainty::likely},
    {.about = "another magic",
     .client = "\x01\0\0\0\0\0\0\x16.\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12"
               "4Vy\xa1\xb2\xc3\xd4\xe5\xf6\x07\x18"_b,
     .expect = Certainty::none},
    {.about = "the magic in the wrong place",
     .client = "\x01\0\0\0\0\0\x16.\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12"
               "4Vx\xa1\xb2\xc3\xd4\xe5\xf6\x07\x18"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer raknet;
constinit const Recognizer raknet{
    .name = "raknet",
    .title = "RakNet",
    .transports = Transports::udp,
    .hello = {.bytes = "\x01\0\0\0\0\0\0\0\x01\0\xff\xff\0\xfe\xfe\xfe\xfe\xfd\xfd\xfd\xfd\x12"
                       "4Vx\0\0\0\0\0\0\0\x01"_b,
              .about = "a ping, answered with the server's name (read only)"},
    .reference = "RakNet's published source; Minecraft Wiki, RakNet",
    .opens = {.client = numbers, .server = numbers},
    .judge = recognize_raknet,
    .examples = examples,
};

}  // namespace oddport::recognizers
