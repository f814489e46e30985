// H.225.0 RAS: video conferences find their gatekeeper and register with it. ITU-T H.225.0, annex H
// (RasMessage), in packed encoding (X.691).
//
//   one byte or two: alternative (an extension bit, five bits of the choice), extension bit and
//   the optional parts of it; sequence (2), 06, 0008914a000x: the protocol, {itu-t (0)
//   recommendation (0) h (8) 2250 version (0) x}
//
// Requests and confirmations of gatekeeper and registration name the protocol so; other messages
// are too little to tell.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes protocol = "\x06\0\x08\x91\x4a\0"_b;

constexpr auto names = std::to_array<std::string_view>({
    "gatekeeper request",
    "gatekeeper confirm",
    "gatekeeper reject",
    "registration request",
    "registration confirm",
    "registration reject",
});

struct Parsed {
  bool sound = false;
  std::uint8_t choice = 0;
  std::uint8_t version = 0;
  std::uint16_t sequence = 0;
};

Parsed parse(Bytes datagram) {
  if (datagram.empty()) return {};
  Parsed parsed;
  const auto first = static_cast<unsigned char>(datagram.front());
  parsed.choice = static_cast<std::uint8_t>(first >> 2);
  if (parsed.choice >= names.size()) return {};
  for (std::size_t head = 1; head <= 3; ++head) {
    ByteReader reader{datagram};
    reader.skip(head);
    parsed.sequence = reader.u16();
    reader.accept(protocol);
    parsed.version = reader.u8();
    parsed.sound = reader && parsed.version >= 1 && parsed.version <= 9;
    if (parsed.sound) return parsed;
  }
  return parsed;
}

Match recognize(const Exchange& seen) {
  const Parsed client = parse(seen.client);
  const Parsed server = parse(seen.server);
  if (!client.sound && !server.sound) return {};
  const bool paired = client.sound && server.sound && client.sequence == server.sequence;
  const Parsed& shown = client.sound ? client : server;
  return confirmed("{} of version {}{}", names[shown.choice], shown.version,
                   paired ? ", answered under the same number" : "");
}

constexpr auto homes = std::to_array<Home>({
    {.port = 1718, .transport = Transport::udp, .service = "h323gatedisc"},
    {.port = 1719, .transport = Transport::udp, .service = "h323gatestat"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a gatekeeper looked for and found",
     .client = "\x02\x00\x12\x34\x06\0\x08\x91\x4a\0\x04\0\xc0\0\x02\x07\x06\xb7\x22\0"_b,
     .server = "\x06\x80\x12\x34\x06\0\x08\x91\x4a\0\x04\0\xc0\0\x02\x01\x06\xb7\x22\0"_b},
    {.about = "a registration",
     .client = "\x0e\x80\x12\x34\x06\0\x08\x91\x4a\0\x05\x80\x01\0\xc0\0\x02\x07\x06\xb8"_b},
    {.about = "another protocol of the recommendations",
     .client = "\x02\x00\x12\x34\x06\0\x08\x81\x75\0\x04\0\xc0\0\x02\x07\x06\xb7\x22\0"_b,
     .expect = Certainty::none},
    {.about = "an alternative that does not name it",
     .client = "\x2a\x00\x12\x34\x06\0\x08\x91\x4a\0\x04\0\xc0\0\x02\x07\x06\xb7\x22\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer h225_ras;
constinit const Recognizer h225_ras{
    .name = "h225-ras",
    .title = "H.225.0 RAS",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a gatekeeper keeps who asks in mind"},
    .reference = "ITU-T H.225.0, annex H",
    .opens = {.client = ByteSet::range(0, 23), .server = ByteSet::range(0, 23)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
