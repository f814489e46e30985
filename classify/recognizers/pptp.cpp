// PPTP: the control connection of a tunnel for PPP.
//
// RFC 2637, section 2. Length of all (2), kind 1 (2; 2 management), magic 1a2b3c4d, control message
// 1 to 15 (2), zero (2), and by message a fixed number of bytes: 1 and 2 start (156), 3 and 4 stop
// (16), 5 echo (16), 6 its answer (20), 7 and 8 outgoing call (168, 32), and others.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Control {
  std::string_view name;
  std::uint16_t size;
};

constexpr auto controls = std::to_array<Control>({
    {},
    {"start request", 156},
    {"start reply", 156},
    {"stop request", 16},
    {"stop reply", 16},
    {"echo request", 16},
    {"echo reply", 20},
    {"outgoing call request", 168},
    {"outgoing call reply", 32},
    {"incoming call request", 220},
    {"incoming call reply", 24},
    {"incoming call connected", 28},
    {"call clear request", 16},
    {"call disconnect notice", 148},
    {"WAN error notice", 40},
    {"set link info", 24},
});

// The number of the first message; 0 where it is none.
std::uint16_t read_message(Bytes said) {
  ByteReader reader{said};
  const std::uint16_t length = reader.u16();
  const std::uint16_t kind = reader.u16();
  reader.accept("\x1a\x2b\x3c\x4d");
  const std::uint16_t control = reader.u16();
  const std::uint16_t reserved = reader.u16();
  const bool fits = reader && kind == 1 && reserved == 0 && control >= 1 &&
                    control < controls.size() && length == controls[control].size;
  return fits ? control : 0;
}

Match recognize(const Exchange& seen) {
  const std::uint16_t client = read_message(seen.client);
  const std::uint16_t server = read_message(seen.server);
  if (client == 0 && server == 0) return {};
  const std::string_view name = controls[client != 0 ? client : server].name;
  const bool contradicted = (client == 0 && !seen.client.empty() && seen.client_from_start) ||
                            (server == 0 && !seen.server.empty() && seen.server_from_start);
  if (contradicted) return likely("a {}, the other side does not fit", name);
  return confirmed("{} sends a {}", client != 0 ? "client" : "server", name);
}

constexpr Home homes[] = {{.port = 1723, .service = "pptp"}};

constexpr Example examples[] = {
    {.about = "echo, and its answer",
     .client = "\0\x10\0\x01\x1a\x2b\x3c\x4d\0\x05\0\0\0\0\0\x01"_b,
     .server = "\0\x14\0\x01\x1a\x2b\x3c\x4d\0\x06\0\0\0\0\0\x01\x01\0\0\0"_b},
    {.about = "stop, of one side", .server = "\0\x10\0\x01\x1a\x2b\x3c\x4d\0\x03\0\0\x01\0\0\0"_b},
    {.about = "a length of another message",
     .client = "\0\x14\0\x01\x1a\x2b\x3c\x4d\0\x05\0\0\0\0\0\x01"_b,
     .expect = Certainty::none},
    {.about = "the magic alone",
     .client = "\x1a\x2b\x3c\x4d\0\x05\0\0\0\0\0\x01"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer pptp;
constinit const Recognizer pptp{
    .name = "pptp",
    .title = "PPTP",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "\0\x10\0\x01\x1a\x2b\x3c\x4d\0\x05\0\0"
                       "odd?"_b,
              .about = "an echo"},
    .reference = "RFC 2637, section 2",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
