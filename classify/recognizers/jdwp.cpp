// JDWP: a debugger at work on a Java virtual machine.
//
// Java Debug Wire Protocol. Both sides first say "JDWP-Handshake"; then packets: length (4, itself included), id (4), flags (0; 80 in an
// answer), command set and command, or an error (2).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

// Packets of a session: commands of the debugger, answers and the machine's events (set 64).
Fit read_packets(ByteReader reader) {
  unsigned bits = 0;
  while (reader.remaining() >= 11) {
    const std::uint32_t length = reader.u32();
    reader.skip(4);
    const std::uint8_t flags = reader.u8();
    const std::uint8_t set = reader.u8();
    const std::uint8_t command = reader.u8();
    if (length < 11 || length > 0x1000000) return Fit::alien;
    const bool answers = flags == 0x80 && set < 3;
    const bool asks = flags == 0 && set > 0 && (set <= 18 || set == 64) && command > 0 &&
                      (command <= 22 || command == 100);
    if (!answers && !asks) return Fit::alien;
    const bool whole = length - 11 <= reader.remaining();
    reader.skip(std::min<std::size_t>(length - 11, reader.remaining()));
    bits += whole ? 11 : 5;
  }
  // Never sure: lengths before small numbers are common.
  return bits == 0 ? Fit::alien : std::min(fit_of_bits(bits), Fit::fits);
}

Fit read_side(Bytes bytes, bool from_start) {
  ByteReader reader{bytes};
  constexpr Bytes greeting = "JDWP-Handshake";
  if (reader.accept_if(greeting)) return Fit::proves;
  if (from_start) return bytes.size() >= 5 && greeting.starts_with(bytes) ? Fit::fits : Fit::alien;
  return read_packets(reader);
}

Match recognize_jdwp(const Exchange& seen) {
  const Fit asks = judge_stream(
      seen, Side::client, [&](Bytes bytes) { return read_side(bytes, seen.client_from_start); });
  const Fit answers = judge_stream(
      seen, Side::server, [&](Bytes bytes) { return read_side(bytes, seen.server_from_start); });
  const bool greeted = asks == Fit::proves || answers == Fit::proves;
  const Certainty certainty = weigh(seen, asks, answers);
  return answer(greeted ? certainty : std::min(certainty, Certainty::likely), "{}",
                greeted ? "JDWP-Handshake" : "packets of a debugger's session");
}

constexpr auto examples = std::to_array<Example>({
    {.about = "both sides greet",
     .client = "JDWP-Handshake\0\0\0\x0b\0\0\0\1\0\1\1"_b,
     .server = "JDWP-Handshake\0\0\0\x0b\0\0\0\1\x80\0\0"_b},
    {.about = "the client alone", .client = "JDWP-Handshake"},
    {.about = "another protocol answers",
     .client = "JDWP-Handshake",
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the name alone", .client = "JDWP", .expect = Certainty::none},
    {.about = "a command before any greeting",
     .client = "\0\0\0\x0b\0\0\0\1\0\1\1"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer jdwp;
constinit const Recognizer jdwp{
    .name = "jdwp",
    .title = "JDWP (Java debugger)",
    .hello = {.bytes = "JDWP-Handshake", .about = "the greeting, no command"},
    .reference = "Java Debug Wire Protocol",
    .opens = {.client = ByteSet::of("J\0"_b), .server = ByteSet::of("J\0"_b)},
    .judge = recognize_jdwp,
    .examples = examples,
};

}  // namespace oddport::recognizers
