// EtherCAT over UDP: drives and sensors at the pace of a machine.
//
// IEC 61158-4-12; ETG.1000.4, section 5. Frame, little endian: length of the datagrams (11 bits), zero, 1 (4 bits). Datagram:
// command (0 to 14), index, address (4), length (11 bits), three zeros, circulating, more to follow (a bit each), interrupt
// (2), data, working counter (2).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  unsigned datagrams = 0;
  std::uint8_t first = 0;
  bool begun = false;
};

Fit judge(const Message& message, Talk& talk) {
  ByteReader reader{message.bytes};
  const std::uint16_t head = reader.u16_le();
  const std::size_t length = head & 0x7ff;
  if (!reader || head >> 11 != 2 || length < 13 || reader.remaining() < length) return Fit::alien;
  ByteReader frame = reader.sub(length);
  // What pads the frame behind it is zero.
  for (const char c : reader.rest())
    if (c != '\0') return Fit::alien;
  unsigned count = 0;
  bool more = true;
  while (more && !frame.at_end()) {
    const std::uint8_t command = frame.u8();
    frame.skip(5);
    const std::uint16_t size = frame.u16_le();
    frame.skip(2);
    frame.skip(size & 0x7ff);
    frame.skip(2);
    if (!frame || command > 14 || (size & 0x3800) != 0) return Fit::alien;
    if (!talk.begun) talk.first = command;
    talk.begun = true;
    more = size >> 15 != 0;
    ++count;
  }
  if (more || !frame.at_end()) return Fit::alien;
  talk.datagrams += count;
  return count >= 2 ? Fit::proves : Fit::fits;
}

Match recognize_ethercat(const Exchange& exchange) {
  Talk talk;
  const auto hear = [&talk](const Message& message) { return judge(message, talk); };
  Match match;
  match.certainty = weigh(judge_datagrams(exchange, Side::client, hear),
                          judge_datagrams(exchange, Side::server, hear));
  if (match)
    match.says =
        Note::of("{} datagrams of EtherCAT, the first with command {}", talk.datagrams, talk.first);
  return match;
}

constexpr auto homes =
    std::to_array<Home>({{.port = 34980, .transport = Transport::udp, .service = "ethercat"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "two datagrams",
     .client = "\x1d\x10\x07\0\0\x00"
               "0\x01\x02\x80\0\0\0\0\0\0\x08\x01\0\0\x01\0\x03\0\0\0\x01\x02\x03\0\0"_b},
    {.about = "a read and its return",
     .client = "\x0e\x10\x07\x01\0\x00"
               "0\x01\x02\0\0\0\0\0\0\0"_b,
     .server = "\x0e\x10\x07\x01\0\x00"
               "0\x01\x02\0\0\0\x08\0\x01\0"_b},
    {.about = "one datagram alone",
     .client = "\x0e\x10\x07\x01\0\x00"
               "0\x01\x02\0\0\0\0\0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "more is said to follow",
     .client = "\x0e\x10\x07\x01\0\x00"
               "0\x01\x02\x80\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "network variables, another type",
     .client = "\x0e@\x07\x01\0\x00"
               "0\x01\x02\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a length that leads outside",
     .client = "\x0f\x10\x07\x01\0\x00"
               "0\x01\x02\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

// Eleven bits of length, one that is zero, and the type of what follows.
constexpr auto first_bytes = Opening{ByteSet::all()}.with(1, ByteSet::range(0x10, 0x17));

}  // namespace

extern const Recognizer ethercat;
constinit const Recognizer ethercat{
    .name = "ethercat",
    .title = "EtherCAT",
    .transports = Transports::udp,
    .homes = homes,
    .hello = {.about = "nothing: control equipment is asked on explicit request only"},
    .reference = "IEC 61158-4-12, section 5",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize_ethercat,
    .examples = examples,
};

}  // namespace oddport::recognizers
