// Tailscale: peers look for a direct path to one another between the packets of WireGuard.
//
// disco/disco.go of Tailscale (the comments). Datagram: "TS" and the six bytes' rest of the magic, which read a speech
// bubble in UTF-8; the sender's public key of 32; nonce of 24; a sealed box of at least its seal of 16 and two bytes.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes magic = "TS\xf0\x9f\x92\xac";
constexpr std::size_t shortest = 6 + 32 + 24 + 16 + 2;

bool is_discovery(const Message& message) {
  ByteReader reader{message.bytes};
  reader.accept(magic);
  const Bytes key = reader.take(32);
  const Bytes nonce = reader.take(24);
  return reader && message.wire_length >= shortest && !is_zero(key) && !is_zero(nonce);
}

// The first datagram may be of WireGuard or STUN, which share the port.
constexpr Openings opens = {.client = ByteSet::of("T") | ByteSet::range(0, 4),
                            .server = ByteSet::of("T") | ByteSet::range(0, 4)};

Match recognize_tailscale(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  unsigned found = 0;
  for (const Message& message : exchange.messages)
    if (is_discovery(message)) ++found;
  if (found == 0) return {};
  return confirmed("{} of {} datagrams look for a path to a peer of Tailscale", found,
                   exchange.messages.size());
}

constexpr auto examples = std::to_array<Example>({
    {.about = "ping",
     .client =
         "TS\xf0\x9f\x92\xac the sender's own public key of 32 nonce of 24 bytes here the seal of a box and a ping"_b},
    {.about = "ping and pong",
     .client =
         "TS\xf0\x9f\x92\xac the sender's own public key of 32 nonce of 24 bytes here the seal of a box and a ping"_b,
     .server =
         "TS\xf0\x9f\x92\xac another's own public key of 32 b another of 24 bytes he.. the seal of a box and a pong"_b},
    {.about = "the magic alone", .client = "TS\xf0\x9f\x92\xac", .expect = Certainty::none},
    {.about = "no key",
     .client = "TS\xf0\x9f\x92\xac\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "nonce of 24 bytes here   the seal of a box and a ping"_b,
     .expect = Certainty::none},
    {.about = "another bubble",
     .client =
         "TS\xf0\x9f\x92\xad the sender's own public key of 32 nonce of 24 bytes here the seal of a box and a ping"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer tailscale;
constinit const Recognizer tailscale{
    .name = "tailscale",
    .title = "Tailscale",
    .transports = Transports::udp,
    .hello = {.about = "nothing: a node answers only those whose key it knows"},
    .reference = "Tailscale, disco/disco.go",
    .opens = opens,
    .judge = recognize_tailscale,
    .examples = examples,
};

}  // namespace oddport::recognizers
