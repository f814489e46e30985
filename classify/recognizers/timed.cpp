// timed: the hosts of a network agree on the time and elect a master (TSP).
//
// 4.3BSD timed(8), protocols/timed.h. Type 1 to 24, version 1, sequence, a time (seconds,
// microseconds) or a hop count, then the sender's host name in a field of 64 or 256 bytes; what
// follows its NUL is left-over memory.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t header_size = 12;

constexpr std::string_view types[] = {"",
                                      "adjust time",
                                      "acknowledgment",
                                      "master request",
                                      "master acknowledgment",
                                      "set time",
                                      "master up",
                                      "slave up",
                                      "election",
                                      "accept",
                                      "refuse",
                                      "conflict",
                                      "resolve",
                                      "quit",
                                      "date",
                                      "date request",
                                      "date acknowledgment",
                                      "trace on",
                                      "trace off",
                                      "master's site",
                                      "master's site request",
                                      "test",
                                      "set date",
                                      "set date request",
                                      "loop"};

struct Packet {
  std::uint8_t type = 0;
  Bytes host;
};

constexpr bool is_host_character(unsigned char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
}

// Types that carry a time: its microseconds have a range. A loop packet carries a hop count
// instead.
bool is_sound_value(std::uint8_t type, ByteReader value) {
  if (type == 24) return value.u8() <= 10;
  value.skip(4);
  const auto microseconds = static_cast<std::int32_t>(value.u32());
  const bool timed = type == 1 || type == 5 || type == 22 || type == 23;
  return !timed || (microseconds > -1'000'000 && microseconds < 1'000'000);
}

bool read_packet(const Message& message, Packet& packet) {
  if (message.wire_length != header_size + 64 && message.wire_length != header_size + 256)
    return false;
  ByteReader reader{message.bytes};
  packet.type = reader.u8();
  reader.accept("\x01");
  reader.skip(2);
  const ByteReader value = reader.sub(8);
  packet.host = reader.take_while(is_host_character);
  reader.accept("\0"_b);
  return reader && packet.type >= 1 && packet.type <= 24 && !packet.host.empty() &&
         is_sound_value(packet.type, value);
}

Match recognize_timed(const Exchange& exchange) {
  Packet shown;
  std::size_t letters = 0;
  for (const Message& message : exchange.messages) {
    Packet packet;
    if (!read_packet(message, packet)) return {};
    letters += packet.host.size();
    if (shown.host.empty()) shown = packet;
  }
  if (letters == 0) return {};
  if (exchange.client == exchange.server)
    return hint("{} from host {}, sent back unchanged", types[shown.type], Printable{shown.host});
  // Version, type and length are little; each letter of a host name and its NUL adds to them.
  if (letters < 5) return likely("{} from host {}", types[shown.type], Printable{shown.host});
  return confirmed("{} from host {}", types[shown.type], Printable{shown.host});
}

constexpr Home homes[] = {{.port = 525, .transport = Transport::udp, .service = "timed"}};

constexpr Bytes question =
    "\x13\x01\0\x01\0\0\0\0\0\0\0\0oddport"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
static_assert(question.size() == 76);

constexpr Bytes answer =
    "\x02\x01\0\x01\0\0\0\0\0\0\0\0gate.example.org"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr Example examples[] = {
    {.about = "the master's site asked and told", .client = question, .server = answer},
    {.about = "acknowledgment alone", .client = answer},
    {.about = "clock adjustment from a host of one letter",
     .client = "\x01\x01\0\x07\0\0\0\x02\0\0\xc3\x50g\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "echo of the question",
     .client = question,
     .server = question,
     .expect = Certainty::none},
    {.about = "a million microseconds in the fraction",
     .client = "\x05\x01\0\x07\0\0\0\x02\0\x0f\x42\x40gate.example.org"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "type 25",
     .client = "\x19\x01\0\x07\0\0\0\0\0\0\0\0gate.example.org"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "one byte short",
     .client = "\x02\x01\0\x07\0\0\0\0\0\0\0\0gate.example.org"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "old talk has the same length",
     .client = "\x01root\0\0\0\0\0lab\0\0\0\0\0\0\0\0\0\0\x01\0\0\x03\xe8"
               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x02\x0f\xa0\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"
               "\0\x02\xab\x17\xc6\x12\x0a\x01\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer timed;
constinit const Recognizer timed{
    .name = "timed",
    .title = "timed",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = question, .about = "which host is the master (read only)"},
    .reference = "4.3BSD timed(8)",
    .opens = {.client = ByteSet::range(0, 31), .server = ByteSet::range(0, 31)},
    .judge = recognize_timed,
    .examples = examples,
};

}  // namespace oddport::recognizers
