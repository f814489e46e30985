// NRPE: Nagios has a check run on another host, where the connection is not inside TLS.
//
// include/common.h of NRPE. Version 2 to 4 (2), kind (2: 1 query, 2 response, 3 and 4 of version 2
// and more), CRC-32 of all with this field zero (4), result (2); version 2 goes on with a text of
// 1024 and two bytes of padding, versions 3 and 4 with alignment (2), length (4) and text.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t old_size = 1036;

std::uint32_t crc32_step(std::uint32_t crc, unsigned char byte) {
  crc ^= byte;
  for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
  return crc;
}

// With the four bytes of the field itself, at offset 4, taken for zero.
std::uint32_t checksum(Bytes packet) {
  std::uint32_t crc = 0xffffffff;
  for (std::size_t n = 0; n < packet.size(); ++n)
    crc = crc32_step(crc, n >= 4 && n < 8 ? 0 : static_cast<unsigned char>(packet[n]));
  return ~crc;
}

struct Packet {
  std::uint16_t version = 0;  // 0: none
  std::uint16_t kind = 0;
  Bytes text;
};

std::size_t size_of(ByteReader reader, std::uint16_t version) {
  if (version == 2) return old_size;
  reader.skip(2);
  const std::uint32_t length = reader.u32();
  return reader && length <= 0x10000 ? 16 + std::size_t{length} : 0;
}

Packet read_packet(Bytes said) {
  ByteReader reader{said};
  Packet packet;
  const std::uint16_t version = reader.u16();
  packet.kind = reader.u16();
  const std::uint32_t sum = reader.u32();
  const std::uint16_t result = reader.u16();
  if (!reader || version < 2 || version > 4 || packet.kind < 1 || packet.kind > 4) return packet;
  const std::size_t size = size_of(reader, version);
  // Versions 3 and 4 count up to three bytes more than their text has.
  if (size == 0 || said.size() < size || said.size() > size + 3) return packet;
  if (packet.kind != 1 && result > 4) return packet;
  if (checksum(said.substr(0, size)) != sum && checksum(said) != sum) return packet;
  reader.skip(version == 2 ? 0 : 6);
  packet.text = until_nul(reader.rest());
  packet.version = version;
  return packet;
}

Match recognize(const Exchange& seen) {
  const Packet client = read_packet(seen.client);
  const Packet server = read_packet(seen.server);
  if (client.version == 0 && server.version == 0) return {};
  if ((client.version == 0 && !seen.client.empty()) ||
      (server.version == 0 && !seen.server.empty()))
    return likely("{} sends a packet with its checksum, the other side does not",
                  client.version != 0 ? "client" : "server");
  if (client.version != 0)
    return confirmed("client asks for {} in version {}", Printable{client.text}, client.version);
  return confirmed("server answers {} in version {}", Printable{server.text}, server.version);
}

constexpr Home homes[] = {{.port = 5666, .service = "nrpe"}};

constexpr Example examples[] = {
    {.about = "a query of version 3",
     .client = "\x00\x03\x00\x01Xfy\xfc\x00\x00\x00\x00\x00\x00\x00\x0b"
               "check_load\x00"_b},
    {.about = "and its response",
     .client = "\x00\x03\x00\x01Xfy\xfc\x00\x00\x00\x00\x00\x00\x00\x0b"
               "check_load\x00"_b,
     .server = "\x00\x03\x00\x02"
               "9hx\xa8\x00\x00\x00\x00\x00\x00\x00$OK - load average: 0.00, 0.01, 0.05\x00"_b},
    {.about = "a wrong checksum",
     .client = "\0\x03\0\x01\x12\x34\x56\x78\0\0\0\0\0\0\0\x0a"
               "check_load"_b,
     .expect = Certainty::none},
    {.about = "a version that is none",
     .client = "\0\x05\0\x01\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer nrpe;
constinit const Recognizer nrpe{
    .name = "nrpe",
    .title = "NRPE (Nagios)",
    .homes = homes,
    .hello = {.about = "nothing: a check runs a program"},
    .reference = "NRPE's include/common.h",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
