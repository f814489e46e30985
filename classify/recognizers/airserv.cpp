// airserv-ng: a wireless card lent over TCP, its customary port being 666.
//
// Type (1), length of the data (4), data. Client: 2 channel?, 6 address?, 8 monitor mode?, 9 rate?
// (no data), 3 and 10 set channel and rate (4), 4 a frame to send. Server: 1 result (4), 7 its
// address (6), 5 a frame that was heard, behind what the card tells of it (32).
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  std::size_t frames = 0;
  std::size_t long_frames = 0;  // those that carry a wireless frame
  bool odd = false;
};

bool is_request(std::uint8_t type, std::uint32_t length) {
  switch (type) {
    case 2:
    case 6:
    case 8:
    case 9:
      return length == 0;
    case 3:
    case 10:
      return length == 4;
    default:
      return type == 4 && length > 42 && length < 4096;
  }
}

bool is_answer(std::uint8_t type, std::uint32_t length) {
  switch (type) {
    case 1:
      return length == 4;
    case 7:
      return length == 6;
    default:
      return type == 5 && length > 42 && length < 4096;
  }
}

Talk listen(Bytes said, bool (*fits)(std::uint8_t, std::uint32_t)) {
  Talk talk;
  for (ByteReader reader{said}; !reader.at_end();) {
    if (talk.frames > 0 && reader.remaining() < 5) break;
    const std::uint8_t type = reader.u8();
    const std::uint32_t length = reader.u32();
    if (!reader || !fits(type, length)) {
      talk.odd = true;
      break;
    }
    ++talk.frames;
    if (length > 42) ++talk.long_frames;
    reader.skip(std::min<std::size_t>(length, reader.remaining()));
  }
  return talk;
}

Match recognize(const Exchange& seen) {
  const Talk client = listen(seen.client, is_request);
  const Talk server = listen(seen.server, is_answer);
  if (client.frames + server.frames == 0 || client.odd || server.odd) return {};
  Match match;
  const bool both = client.frames > 0 && server.frames > 0;
  const bool several = client.frames + server.frames >= 3;
  match.certainty = both && several   ? Certainty::confirmed
                    : both || several ? Certainty::likely
                                      : Certainty::hint;
  match.says =
      Note::of("client sends {} requests, server {} answers, {} wireless frames", client.frames,
               server.frames - server.long_frames, client.long_frames + server.long_frames);
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "monitor mode and address asked for",
     .client = "\x08\0\0\0\0\x06\0\0\0\0"_b,
     .server = "\x01\0\0\0\x04\0\0\0\0\x07\0\0\0\x06\0\x11\x22\x33\x44\x55"_b},
    {.about = "the channel asked for",
     .client = "\x02\0\0\0\0"_b,
     .server = "\x01\0\0\0\x04\0\0\0\x06"_b,
     .expect = Certainty::likely},
    {.about = "three requests alone",
     .client = "\x08\0\0\0\0\x06\0\0\0\0\x02\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "one request alone", .client = "\x02\0\0\0\0"_b, .expect = Certainty::none},
    {.about = "an address of seven bytes",
     .client = "\x06\0\0\0\0"_b,
     .server = "\x07\0\0\0\x07\0\x11\x22\x33\x44\x55\x66"_b,
     .expect = Certainty::none},
    {.about = "an echo",
     .client = "\x02\0\0\0\0"_b,
     .server = "\x02\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer airserv;
constinit const Recognizer airserv{
    .name = "airserv",
    .title = "airserv-ng",
    .era = Era::niche,
    .hello = {.bytes = "\x02\0\0\0\0"_b, .about = "the channel that the card is tuned to"},
    .reference = "airserv-ng(8) and its network format",
    .opens = {.client = ByteSet::of("\x02\x03\x04\x06\x08\x09\x0a"),
              .server = ByteSet::of("\x01\x05\x07")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
