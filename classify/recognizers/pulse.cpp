// pulse, the heartbeat between the two directors of a Red Hat cluster (Piranha).
//
// One datagram is one number of 4 bytes, in the sender's own order: BDADDBDA while it runs, ADBDDABD
// when it stops.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes runs = "\xbd\xad\xdb\xda";
constexpr Bytes runs_turned = "\xda\xdb\xad\xbd";
constexpr Bytes stops = "\xad\xbd\xda\xbd";
constexpr Bytes stops_turned = "\xbd\xda\xbd\xad";

bool is_beat(const Message& message) {
  const Bytes bytes = message.bytes;
  return bytes == runs || bytes == runs_turned || bytes == stops || bytes == stops_turned;
}

Match recognize(const Exchange& seen) {
  const DatagramTally count = tally(seen, is_beat);
  if (count.good == 0 || count.bad > 0) return {};
  const bool running = count.first == runs || count.first == runs_turned;
  Match match;
  // Four bytes are a short magic, also when they are sent again and again.
  match.certainty = count.distinct > 1 ? Certainty::confirmed : Certainty::likely;
  match.says =
      Note::of("{} beats of 4 bytes: the director {}", count.good, running ? "runs" : "stops");
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "it runs", .client = runs_turned, .expect = Certainty::likely},
    {.about = "one runs, one stops", .client = runs, .server = "\xad\xbd\xda\xbd"},
    {.about = "four other bytes", .client = "\xbd\xad\xdb\xdb", .expect = Certainty::none},
    {.about = "a byte more", .client = "\xbd\xad\xdb\xda\0"_b, .expect = Certainty::none},
});

}  // namespace

extern const Recognizer pulse;
constinit const Recognizer pulse{
    .name = "pulse",
    .title = "Piranha pulse",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .hello = {.about = "nothing: a director never answers"},
    .reference = "the pulse program of Red Hat's Piranha",
    .opens = {.client = ByteSet::of("\xbd\xda\xad"), .server = ByteSet::of("\xbd\xda\xad")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
