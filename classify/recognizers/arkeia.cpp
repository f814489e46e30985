// Arkeia's backup agent, by custom on 617.
//
// Metasploit's arkeia.rb and type77.rb. Either side sends frames: type (2: 41 who asks, 43 and 60 answers,
// 4d, 61, 62 a request by name, 63, 69 values, 73), how many values (2), number of the step (2), length
// of what follows (2), values that end in zeros. Who asks names the tool, "ARKADMIN"; so do the requests.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes tool = "ARKADMIN";

struct Talk {
  std::size_t values = 0;  // frames that begin with one in letters and digits
  bool names_tool = false;
};

bool is_value(Bytes body) {
  const Bytes text = until_nul(body);
  return text.size() < body.size() && is_token(text);
}

Frame read_frame(ByteReader& reader, Talk& talk) {
  const std::uint16_t type = reader.u16();
  const std::uint16_t count = reader.u16();
  const std::uint16_t step = reader.u16();
  const std::uint16_t length = reader.u16();
  if (!reader) return Frame::cut;
  if (type < 0x40 || type > 0x7f || count > 0xff || step > 0xff) return Frame::bad;
  const Bytes body = reader.take(std::min<std::size_t>(length, reader.remaining()));
  talk.values += is_value(body) ? 1 : 0;
  talk.names_tool |= body.find(tool) != Bytes::npos;
  return body.size() == length ? Frame::good : Frame::cut;
}

Fit judge(Bytes said, Talk& talk) {
  if (said.empty()) return Fit::open;
  const Walk walk = walk_frames(said, [&](ByteReader& reader) { return read_frame(reader, talk); });
  if (walk.broken) return Fit::alien;
  if (walk.frames == 0) return Fit::open;
  if (talk.names_tool) return Fit::proves;
  if (walk.frames > 1 && talk.values > 0) return Fit::fits;
  return talk.values > 0 ? Fit::weak : Fit::open;
}

Match recognize(const Exchange& seen) {
  Talk client;
  Talk server;
  const Certainty certainty = weigh(seen, judge(seen.client, client), judge(seen.server, server));
  if (client.names_tool) return answer(certainty, "client is the tool {}", Printable{tool});
  return answer(certainty, "{} frames with values", client.values + server.values);
}

constexpr Bytes introduction =
    "\0\x41\0\0\0\0\0\x73\0\0\0\0\0\0\0\0\0\0\0\0\x7f\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\x01\0\0\x7f"
    "ARKADMIN\0root\0root\0\0\0004.3.0-1\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the tool introduces itself",
     .client = introduction,
     .server = "\0\x60\0\x04\0\0\0\x14"
               "4\0"
               "0\0"
               "0\0"
               "852224\0\0\0\0\0\0\0\0"_b},
    {.about = "the tool alone", .client = introduction},
    {.about = "an agent's answers alone",
     .server = "\0\x60\0\x04\0\0\0\x06"
               "4\0"
               "0\0\0\0"
               "\0\x60\0\x04\0\x01\0\x06"
               "1\0"
               "0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "a frame that names nobody",
     .client = "\0\x41\0\0\0\0\0\x08"
               "backup\0\0"_b,
     .expect = Certainty::none},
    {.about = "the tool's name in another frame",
     .client = "\0\x08\0\0\0\0\0\x09"
               "ARKADMIN\0"_b,
     .expect = Certainty::none},
});

constexpr Opening header =
    Opening(ByteSet::of("\0"_b)).with(1, ByteSet::range(0x40, 0x7f)).with(2, ByteSet::of("\0"_b));

}  // namespace

extern const Recognizer arkeia;
constinit const Recognizer arkeia{
    .name = "arkeia",
    .title = "Arkeia",
    .era = Era::obsolete,
    .hello = {.about = "nothing: who asks must log in"},
    .reference = "Metasploit, arkeia.rb and type77.rb",
    .opens = {.client = header, .server = header},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
