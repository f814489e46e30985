// IAX2: Asterisk exchanges pass calls to each other. RFC 5456, section 8.
//
//   full frame  1 and the sender's call (15 bits), retransmitted and the receiver's call (15 bits),
//               time (4), sent, received, type, subclass, data
//
// Type 6 is IAX's own control; its data are elements: number, length, content, which lead to the
// end. A new call (subclass 1) is for call 0 of the receiver and names version 2: 0b 02 0002.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint8_t own_control = 6;
constexpr std::uint8_t last_type = 12;
constexpr std::uint8_t last_subclass = 0x28;

constexpr auto names = std::to_array<std::string_view>({
    "nothing",
    "new call",
    "ping",
    "pong",
    "acknowledgement",
    "hang-up",
    "reject",
    "accept",
    "authentication request",
    "authentication reply",
    "invalid",
    "lag request",
    "lag reply",
    "registration",
    "registration challenge",
    "registration acknowledgement",
    "registration reject",
    "registration release",
});

struct Frame {
  bool sound = false;
  bool versioned = false;  // names version 2
  bool empty = true;       // no elements
  std::uint16_t from = 0;
  std::uint16_t to = 0;
  bool begins = false;  // both counters are zero
  std::uint8_t type = 0;
  std::uint8_t subclass = 0;
  Bytes user;
};

bool read_elements(ByteReader& reader, bool whole, Frame& frame) {
  while (!reader.at_end()) {
    const std::uint8_t number = reader.u8();
    const Bytes content = reader.take(reader.u8());
    if (!reader) return !whole;
    if (number == 0 || number > 0x40) return false;
    frame.empty = false;
    if (number == 0x0b) frame.versioned = content == "\0\x02"_b;
    if (number == 0x06 && is_printable(content)) frame.user = content;
  }
  return true;
}

Frame read_frame(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint16_t source = reader.u16();
  Frame frame{.from = static_cast<std::uint16_t>(source & 0x7fff), .user = {}};
  frame.to = reader.u16() & 0x7fff;
  reader.skip(4);
  frame.begins = reader.u16() == 0;
  frame.type = reader.u8();
  frame.subclass = reader.u8();
  if (!reader || source < 0x8000 || frame.from == 0) return {.user = {}};
  if (frame.type == 0 || frame.type > last_type) return {.user = {}};
  if (frame.type != own_control) {
    frame.sound = frame.to != 0;
    return frame;
  }
  if (frame.subclass == 0 || frame.subclass > last_subclass) return {.user = {}};
  frame.sound = read_elements(reader, message.is_whole(), frame);
  return frame;
}

bool opens(const Frame& frame) {
  return frame.type == own_control && frame.to == 0 && frame.begins;
}

Note describe(const Frame& frame, std::string_view rest) {
  const std::string_view name = frame.subclass < names.size() ? names[frame.subclass]
                                : frame.subclass == 0x1e      ? "poke"
                                                              : "control message";
  const std::string_view by = frame.user.empty() ? "" : " of ";
  return Note::of("a {}{}{}{}", frame.type == own_control ? name : "frame of a call", by,
                  Printable{frame.user, 32}, rest);
}

Match recognize(const Exchange& seen) {
  const Frame client = read_frame(seen.nth(Side::client, 0));
  const Frame server = read_frame(seen.nth(Side::server, 0));
  const bool odd =
      (!client.sound && !seen.client.empty()) || (!server.sound && !seen.server.empty());
  const Frame& shown = client.sound ? client : server;
  if (!shown.sound || odd) return {};
  // Nobody answers a control message with the same one.
  const bool repeated = client.type == own_control && server.type == own_control &&
                        client.subclass == server.subclass;
  const bool linked = client.sound && server.sound && !repeated &&
                      (server.to == client.from || client.to == server.from) &&
                      (client.type == own_control || server.type == own_control);
  Match match;
  match.says = describe(shown, linked ? ", answered to the same call" : "");
  if (linked || (opens(shown) && shown.versioned))
    match.certainty = Certainty::confirmed;
  else if (opens(shown) && (!shown.empty || shown.subclass == 0x1e))
    match.certainty = Certainty::likely;
  else
    match.certainty = shown.type == own_control && !shown.empty ? Certainty::hint : Certainty::none;
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 4569, .transport = Transport::udp, .service = "iax"},
});

constexpr Bytes poke = "\x80\x01\0\0\0\0\0\x03\0\0\x06\x1e"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a new call, and its acknowledgement",
     .client = "\x80\x02\0\0\0\0\0\x05\0\0\x06\x01\x0b\x02\0\x02\x01\x03"
               "100\x06\x03joe\x09\x04\0\0\0\x04"_b,
     .server = "\x80\x09\0\x02\0\0\0\x05\0\x01\x06\x04"_b},
    {.about = "the new call alone",
     .client = "\x80\x02\0\0\0\0\0\x05\0\0\x06\x01\x0b\x02\0\x02\x01\x03"
               "100"_b},
    {.about = "is anybody there",
     .client = poke,
     .server = "\x80\x05\0\x01\0\0\0\x03\0\x01\x06\x03"_b},
    {.about = "a registration alone",
     .client = "\x80\x02\0\0\0\0\0\x05\0\0\x06\x0d\x06\x03joe\x13\x02\0\x3c"_b,
     .expect = Certainty::likely},
    {.about = "an element beyond the end",
     .client = "\x80\x02\0\0\0\0\0\x05\0\0\x06\x01\x0b\x02\0\x02\x01\x04"
               "100"_b,
     .expect = Certainty::none},
    {.about = "an answer to another call",
     .client = poke,
     .server = "\x80\x05\0\x02\0\0\0\x03\0\x01\x06\x7f"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer iax2;
constinit const Recognizer iax2{
    .name = "iax2",
    .title = "IAX2",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = poke, .about = "whether an exchange is there"},
    .reference = "RFC 5456, section 8",
    .opens = {.client = ByteSet::range(0x80, 0xff), .server = ByteSet::range(0x80, 0xff)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
