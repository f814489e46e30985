// TPM 2.0 over TCP: software that stands in for the security chip. TCG, "TPM 2.0 Library", part 1, section 18, and part 2, tables 12 and 19.
//
//   command   tag 8001 or 8002 (2), length of all (4), code 11F to 1A4 (4), parameters      answer  tag (2), length of all (4), result (4), parameters
// The simulator of the reference code has before it 8 (4), locality (1), length (4), and before the answer its length (4).
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t first_command = 0x11f;
constexpr std::uint32_t last_command = 0x1a4;
constexpr std::uint32_t longest = 4096;

constexpr bool is_tag(std::uint16_t tag) { return tag == 0x8001 || tag == 0x8002; }

// A result is 0, a warning or an error of format 0 (0100, 0900) or 1 (0080), or of the layer below.
constexpr bool is_result(std::uint32_t result) {
  return result == 0 || (result < 0x1000 && (result & 0x180) != 0);
}

Frame read_message(ByteReader& reader, Side side, std::uint32_t& first) {
  const bool tag = is_tag(reader.u16());
  const std::uint32_t length = reader.u32();
  const std::uint32_t code = reader.u32();
  if (!reader) return Frame::cut;
  const bool right =
      side == Side::client ? code >= first_command && code <= last_command : is_result(code);
  if (!tag || length < 10 || length > longest || !right) return Frame::bad;
  if (first == 0) first = code;
  reader.skip(length - 10);
  return reader ? Frame::good : Frame::cut;
}

// What the simulator wraps around a message of either side.
bool skip_wrapping(ByteReader& reader, Side side) {
  if (side == Side::server) return reader.u32() >= 10;
  const bool sends = reader.u32() == 8;
  const bool locality = reader.u8() <= 4;
  return reader.u32() >= 10 && sends && locality;
}

Fit judge(const Exchange& exchange, Side side, std::uint32_t& first) {
  Bytes said = exchange.said(side);
  if (said.empty()) return Fit::open;
  if (said.front() == '\0') {
    ByteReader reader{said};
    if (!skip_wrapping(reader, side)) return Fit::alien;
    said = reader.rest();
  }
  ByteReader reader{said};
  const Frame frame = read_message(reader, side, first);
  if (frame != Frame::good) return frame == Frame::cut && said.size() < 10 ? Fit::open : Fit::alien;
  // A whole message, and what follows is another or the four zeros behind the simulator's answer.
  if (reader.at_end()) return side == Side::client ? Fit::proves : Fit::fits;
  if (reader.rest() == "\0\0\0\0"_b) return Fit::proves;
  std::uint32_t next = 1;
  const Frame second = read_message(reader, side, next);
  return second == Frame::good ? Fit::proves : second == Frame::cut ? Fit::fits : Fit::alien;
}

Match recognize_tpm(const Exchange& exchange) {
  // The channel on which such software is controlled: a command and its argument, and a result.
  if (exchange.client.size() == 5 && exchange.client.starts_with("\0\0\0\5"_b) &&
      exchange.server == "\0\0\0\0"_b)
    return hint("client sets a locality, as the control channel of a software TPM lets it");
  std::uint32_t command = 0;
  std::uint32_t result = 0;
  const Fit client = judge(exchange, Side::client, command);
  const Fit server = judge(exchange, Side::server, result);
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  match.says = client > Fit::open ? Note::of("client gives command {:#x}{}", command,
                                             server > Fit::open ? ", which is answered" : "")
                                  : Note::of("server answers a command");
  return match;
}

constexpr Bytes random = "\x80\1\0\0\0\x0c\0\0\1\x7b\0\x08"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "eight random bytes",
     .client = random,
     .server = "\x80\1\0\0\0\x14\0\0\0\0\0\x08\xd7\x5b\xd0\x59\xa2\x36\xfd\xbe"_b},
    {.about = "a command alone", .client = random},
    {.about = "of the simulator",
     .client = "\0\0\0\x08\0\0\0\0\x0c\x80\1\0\0\0\x0c\0\0\1\x7b\0\x08"_b,
     .server =
         "\0\0\0\x14\x80\1\0\0\0\x14\0\0\0\0\0\x08\xd7\x5b\xd0\x59\xa2\x36\xfd\xbe\0\0\0\0"_b},
    {.about = "an error alone",
     .server = "\x80\1\0\0\0\x0a\0\0\1\x43"_b,
     .expect = Certainty::likely},
    {.about = "a length beyond the command",
     .client = "\x80\1\0\0\0\x0d\0\0\1\x7b\0\x08"_b,
     .expect = Certainty::none},
    {.about = "a command that does not exist",
     .client = "\x80\1\0\0\0\x0c\0\0\2\x7b\0\x08"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer tpm;
constinit const Recognizer tpm{
    .name = "tpm",
    .title = "TPM 2.0",
    .era = Era::niche,
    .hello = {.bytes = random, .about = "eight random bytes"},
    .reference = "TCG TPM 2.0 Library, part 1, section 18",
    .opens = {.client = ByteSet::of("\x80\0"_b), .server = ByteSet::of("\x80\0"_b)},
    .judge = recognize_tpm,
    .examples = examples,
};

}  // namespace oddport::recognizers
