// Minecraft (Java edition): the handshake, and the status and login behind it.
//
// Minecraft Wiki, "Java Edition protocol". Packet: length, number, fields; lengths and numbers are of 7 bits a byte. Handshake:
// number 0, version, address (length and text), port (2), next state (1 status, 2 login, 3 transfer). The answer to a status
// question is number 0 and a text in JSON. Before 1.7: FE, perhaps 01 and FA "MC|PingHost", answered FF, length (2), UTF-16.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

std::uint32_t read_number(ByteReader& reader) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    const std::uint8_t byte = reader.u8();
    value |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  reader.fail();
  return 0;
}

struct Talk {
  Bytes address;
  std::uint32_t version = 0;
  std::uint32_t next = 0;
};

bool is_host(Bytes address) {
  return !address.empty() && std::ranges::all_of(address, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return is_digit(byte) || is_letter(byte) || c == '.' || c == '-' || c == ':' || c == '_';
  });
}

// A question for the status is empty; a login begins with the player's name.
bool is_sequel(ByteReader reader, std::uint32_t next) {
  if (reader.at_end()) return true;
  const std::uint32_t length = read_number(reader);
  const std::uint32_t number = read_number(reader);
  if (!reader) return true;
  if (next == 1) return (length == 1 && number == 0) || (length == 9 && number == 1);
  const std::uint32_t size = read_number(reader);
  const Bytes name = reader.take(std::min<std::size_t>(size, reader.remaining()));
  return number == 0 && size <= 16 && length > size && is_text(name);
}

Fit judge_handshake(ByteReader reader, Talk& talk) {
  const std::uint32_t length = read_number(reader);
  if (!reader || length < 7 || length > 127) return Fit::alien;
  const std::size_t left = reader.remaining();
  if (left < length) return Fit::alien;
  ByteReader packet = reader.sub(length);
  const std::uint32_t number = read_number(packet);
  talk.version = read_number(packet);
  const std::uint32_t size = read_number(packet);
  const Bytes address = packet.take(size);
  packet.skip(2);
  talk.next = read_number(packet);
  if (!packet || !packet.at_end() || number != 0 || talk.next < 1 || talk.next > 3)
    return Fit::alien;
  // Behind the name, modded clients tell of themselves.
  const Bytes host = until_nul(address);
  if (!is_host(host) || !is_sequel(reader, talk.next)) return Fit::alien;
  talk.address = host;
  return host.size() >= 4 || !reader.at_end() ? Fit::proves : Fit::fits;
}

constexpr Bytes ping_host = "\0\x0b\0M\0C\0|\0P\0i\0n\0g\0H\0o\0s\0t"_b;

Fit judge_client(Bytes said, Talk& talk) {
  if (said.empty()) return Fit::open;
  if (said == "\xfe" || said == "\xfe\x01") return Fit::weak;
  if (said.starts_with("\xfe\x01\xfa"))
    return said.substr(3).starts_with(ping_host) ? Fit::proves : Fit::alien;
  return judge_handshake(ByteReader{said}, talk);
}

// Text of 16 bits a letter, big endian, nearly all of it Latin, with signs of section between the parts.
bool is_old_status(Bytes said) {
  ByteReader reader{said};
  reader.skip(1);
  const std::size_t length = reader.u16();
  const Bytes text = reader.take(2 * length);
  if (!reader || !reader.at_end() || length < 5) return false;
  unsigned signs = 0;
  for (std::size_t n = 0; n + 1 < text.size(); n += 2) {
    if (text[n] != '\0') return false;
    if (text[n + 1] == '\xa7' || text[n + 1] == '\0') ++signs;
  }
  return signs >= 2;
}

// A text in JSON that fills its packet; a refusal to log in is one too.
Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  if (said.starts_with('\xff')) return is_old_status(said) ? Fit::fits : Fit::alien;
  ByteReader reader{said};
  const std::uint32_t length = read_number(reader);
  const std::size_t start = reader.offset();
  const std::uint32_t number = read_number(reader);
  if (!reader || length < 2 || length > 1u << 21 || number > 5) return Fit::alien;
  if (number != 0 || length < 16) return Fit::weak;
  const std::uint32_t size = read_number(reader);
  if (!reader || size + (reader.offset() - start) != length) return Fit::alien;
  return reader.accept_if("{\"") || reader.accept_if("\"") ? Fit::proves : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::range(0x07, 0x7f) | ByteSet::of("\xfe"),
                            .server = ByteSet::range(0x10, 0xff)};

Match recognize_minecraft(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  if (!exchange.client_from_start || !exchange.server_from_start) return {};
  Talk talk;
  const Fit client = judge_client(exchange.client, talk);
  const Fit server = judge_server(exchange.server);
  // A short length and a JSON text alone are found elsewhere too.
  const bool alone = exchange.client.empty();
  if (alone && server < Fit::fits) return {};
  Match match;
  match.certainty =
      alone ? std::min(weigh(client, server), Certainty::likely) : weigh(client, server);
  if (!match) return match;
  if (talk.address.empty())
    match.says = Note::of("{}", alone ? "server tells its status in JSON"
                                      : "client asks for the status as before 1.7");
  else
    match.says = Note::of("client of version {} asks {} for {}", talk.version,
                          Printable{talk.address, 40}, talk.next == 1 ? "its status" : "a login");
  return match;
}

constexpr Bytes handshake =
    "\x10\0\xfd\x05\x09"
    "localhost\x63\xdd\x01\x01\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the status",
     .client = handshake,
     .server = "\x25\0\x23{\"version\":{\"name\":\"1.20\"},\"pl\":{}}"_b},
    {.about = "a login alone",
     .client = "\x12\0\xf2\x05\x0bmc.example.\x63\xdd\x02\x06\0\x04Hugo"_b},
    {.about = "before 1.7",
     .client = "\xfe\x01",
     .server =
         "\xff\0\x12\0\xa7\0\x31\0\0\0\x34\0\x37\0\0\0\x31\0.\0\x34\0\0\0H\0i\0\0\0\x30\0\0\0\x32\0\x30\0\0"_b},
    {.about = "the status alone",
     .server = "\x25\0\x23{\"version\":{\"name\":\"1.20\"},\"pl\":{}}"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "no such state",
     .client = "\x10\0\xfd\x05\x09"
               "localhost\x63\xdd\x04\x01\0"_b,
     .expect = Certainty::none},
    {.about = "a length that leaves a byte",
     .client = "\x11\0\xfd\x05\x09"
               "localhost\x63\xdd\x01\x01\0"_b,
     .expect = Certainty::none},
    {.about = "two bytes alone", .client = "\xfe\x01", .expect = Certainty::none},
    {.about = "the service is another",
     .client = handshake,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer minecraft;
constinit const Recognizer minecraft{
    .name = "minecraft",
    .title = "Minecraft",
    .hello = {.bytes = "\x0e\0\xff\xff\xff\xff\x0f\x03odd\x63\xdd\x01\x01\0"_b,
              .about = "the server's public status (read only)"},
    .reference = "Minecraft Wiki, Java Edition protocol",
    .opens = opens,
    .judge = recognize_minecraft,
    .examples = examples,
};

}  // namespace oddport::recognizers
