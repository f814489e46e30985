// TACACS+: RFC 8907, section 4.1.
//
// Version c0 or c1 (1), type 1 to 3 (1): authentication, authorization, accounting; sequence (1), odd
// from the client, flags 01 (not encrypted) and 04 (single connection) (1), session (4), length (4),
// the body, in general encrypted.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Packet {
  bool fits = false;
  bool whole = false;
  std::uint8_t type = 0;
  std::uint8_t sequence = 0;
  std::uint32_t session = 0;
};

Packet read_packet(Bytes said) {
  ByteReader reader{said};
  Packet packet;
  const std::uint8_t version = reader.u8();
  packet.type = reader.u8();
  packet.sequence = reader.u8();
  const std::uint8_t flags = reader.u8();
  packet.session = reader.u32();
  const std::uint32_t length = reader.u32();
  packet.whole = reader.remaining() == length;
  // The shortest body of all is an answer's of 5 bytes.
  packet.fits = reader && (version & 0xfe) == 0xc0 && packet.type >= 1 && packet.type <= 3 &&
                packet.sequence > 0 && (flags & 0xfa) == 0 && length >= 5 && length <= 65535 &&
                packet.session != 0;
  return packet;
}

std::string_view name_of(std::uint8_t type) {
  return type == 1 ? "authentication" : type == 2 ? "authorization" : "accounting";
}

Match recognize(const Exchange& seen) {
  // One packet a turn, in lockstep.
  const Packet client = read_packet(seen.nth(Side::client, 0).bytes);
  const Packet server = read_packet(seen.nth(Side::server, 0).bytes);
  if (client.fits && server.fits) {
    const bool pair = client.session == server.session && client.type == server.type &&
                      client.sequence % 2 == 1 && server.sequence == client.sequence + 1;
    if (!pair || (!client.whole && !server.whole)) return {};
    return confirmed("client asks for {}, server answers under the same session",
                     name_of(client.type));
  }
  if (!seen.client.empty() && !seen.server.empty()) return {};
  const Packet& one = client.fits ? client : server;
  if (!one.fits || !one.whole) return {};
  if (one.sequence == (client.fits ? 1 : 2))
    return confirmed("{} of {}, as long as it says", client.fits ? "a request" : "an answer",
                     name_of(one.type));
  return likely("a packet of {}, as long as it says", name_of(one.type));
}

constexpr auto homes = std::to_array<Home>({{.port = 49, .service = "tacacs"}});

constexpr Bytes request = "\xc0\x01\x01\0\x5a\x17\x33\x09\0\0\0\x0aqwertyuiop"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a login begins",
     .client = request,
     .server = "\xc0\x01\x02\0\x5a\x17\x33\x09\0\0\0\x06"
               "asdfgh"_b},
    {.about = "the request alone", .client = request},
    {.about = "another session",
     .client = request,
     .server = "\xc0\x01\x02\0\x5a\x17\x33\x0a\0\0\0\x06"
               "asdfgh"_b,
     .expect = Certainty::none},
    {.about = "a length that is not the packet's",
     .client = "\xc0\x01\x01\0\x5a\x17\x33\x09\0\0\0\x0bqwertyuiop"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer tacacs_plus;
constinit const Recognizer tacacs_plus{
    .name = "tacacs-plus",
    .title = "TACACS+",
    .homes = homes,
    .hello = {.about = "nothing: every request counts as a login"},
    .reference = "RFC 8907, section 4.1",
    .opens = {.client = ByteSet::of("\xc0\xc1"), .server = ByteSet::of("\xc0\xc1")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
