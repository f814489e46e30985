// The clients of a KNX gateway on the same network: eibd and knxd. "BCU SDK", chapter on the EIBD protocol.
//
// Frame of both sides: length (2), type (2), data. A client first opens what it wants to hear or to say; the server's first frame repeats the type, and
// nothing else.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Opening {
  std::uint16_t type;
  std::uint16_t length;  // of type and data
  std::string_view about;
};

constexpr auto openings = std::to_array<Opening>({
    {0x10, 2, "the bus monitor"},
    {0x11, 2, "the bus monitor in text"},
    {0x12, 2, "the virtual bus monitor"},
    {0x13, 2, "the virtual bus monitor in text"},
    {0x20, 5, "a connection to a device"},
    {0x21, 5, "messages to a device"},
    {0x22, 5, "a group"},
    {0x23, 5, "broadcasts"},
    {0x24, 5, "raw messages"},
    {0x26, 5, "all groups"},
});

struct Frame {
  std::uint16_t length = 0;
  std::uint16_t type = 0;
};

Frame read_first(Bytes said) {
  ByteReader reader{said};
  Frame frame;
  frame.length = reader.u16();
  frame.type = reader.u16();
  reader.skip(frame.length - std::min<std::size_t>(frame.length, 2));
  return reader ? frame : Frame{};
}

const Opening* find_opening(const Frame& frame) {
  const auto found = std::ranges::find_if(openings, [&](const Opening& opening) {
    return opening.type == frame.type && opening.length == frame.length;
  });
  return found == openings.end() ? nullptr : &*found;
}

Match recognize_eibd(const Exchange& exchange) {
  const Frame asked = read_first(exchange.client);
  const Opening* opening = find_opening(asked);
  if (opening == nullptr) return {};
  if (exchange.server.empty())
    return exchange.client.size() == opening->length + 2u ? hint("client opens {}", opening->about)
                                                          : Match{};
  const Frame answered = read_first(exchange.server);
  if (answered.length != 2 || answered.type != asked.type) return {};
  // Two bytes each way that agree may be chance, or an echo; arguments are not.
  return opening->length > 2 ? confirmed("client opens {}, server agrees", opening->about)
                             : hint("client opens {}, and its bytes come back", opening->about);
}

constexpr Bytes group = "\0\5\0\x22\x0a\3\xff"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a group to write to", .client = group, .server = "\0\2\0\x22"_b},
    {.about = "all groups, and what is said there",
     .client = "\0\5\0\x26\0\0\0"_b,
     .server = "\0\2\0\x26\0\x08\0\x27\x11\x0a\x0a\3\0\x81"_b},
    {.about = "a client alone", .client = group, .expect = Certainty::none},
    {.about = "another type in the answer",
     .client = group,
     .server = "\0\2\0\x23"_b,
     .expect = Certainty::none},
    {.about = "a length that does not belong to the type",
     .client = "\0\4\0\x22\x0a\3"_b,
     .server = "\0\2\0\x22"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer eibd;
constinit const Recognizer eibd{
    .name = "eibd",
    .title = "eibd/knxd",
    .era = Era::niche,
    .hello = {.about = "nothing: what is opened may be written to"},
    .reference = "BCU SDK, EIBD protocol",
    .opens = {.client = ByteSet::of("\0"_b), .server = {}},
    .judge = recognize_eibd,
    .examples = examples,
};

}  // namespace oddport::recognizers
