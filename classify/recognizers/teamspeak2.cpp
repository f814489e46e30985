// TeamSpeak 2: voice of groups over UDP, of old.
//
// What Wireshark's dissector publishes of it. Little endian: class (2: BEF0 commands, BEF1 receipts, BEF2 and BEF3 voice, BEF4
// connection), kind (2), session (4), client (4), number (4); of BEF4 then the check sum (CRC-32 of the datagram with zeros in
// its place); of BEF0 resent (2), part (2), check sum. A login (BEF4, 3) goes on with the length and the name of the program.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t add_byte(std::uint32_t sum, std::uint8_t byte) {
  sum ^= byte;
  for (int bit = 0; bit < 8; ++bit) sum = (sum & 1) != 0 ? sum >> 1 ^ 0xedb88320 : sum >> 1;
  return sum;
}

std::uint32_t check_sum(Bytes bytes, std::size_t place) {
  std::uint32_t sum = 0xffffffff;
  for (std::size_t n = 0; n < bytes.size(); ++n)
    sum = add_byte(
        sum, n >= place && n < place + 4 ? std::uint8_t{0} : static_cast<std::uint8_t>(bytes[n]));
  return ~sum;
}

constexpr std::size_t longest = 2048;

Fit judge(const Message& message) {
  ByteReader reader{message.bytes};
  const std::uint16_t sort = reader.u16_le();
  const std::uint16_t kind = reader.u16_le();
  reader.skip(12);
  if (!reader || sort < 0xbef0 || sort > 0xbef4) return Fit::alien;
  if (sort != 0xbef0 && sort != 0xbef4) return kind <= 0x0100 ? Fit::weak : Fit::alien;
  const std::size_t place = sort == 0xbef0 ? 20 : 16;
  reader.skip(place - 16);
  const std::uint32_t sum = reader.u32_le();
  if (!reader || !message.is_whole() || message.bytes.size() > longest)
    return reader ? Fit::weak : Fit::alien;
  return sum == check_sum(message.bytes, place) ? Fit::proves : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::range(0xf0, 0xf4),
                            .server = ByteSet::range(0xf0, 0xf4)};

Match recognize_teamspeak2(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Match match;
  match.certainty = weigh(judge_datagrams(exchange, Side::client, judge),
                          judge_datagrams(exchange, Side::server, judge));
  if (match) match.says = Note::of("packets of TeamSpeak 2, check sums right");
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "ping and its answer",
     .client = "\xf4\xbe\x01\0V4\x12\0B\0\0\0\x07\0\0\0|\xe3\xa1\xbd"_b,
     .server = "\xf4\xbe\x02\0V4\x12\0B\0\0\0\x09\0\0\0\xbf\xaa[\xe4\x07\0\0\0"_b},
    {.about = "the beginning of a login",
     .client =
         "\xf4\xbe\x03\0\0\0\0\0\0\0\0\0\x01\0\0\0@\xb1\xa5H\x09TeamSpeak\0\0\0\0\0\0\0\0\0\0\0"
         "\0\0\0\0\0\0\0\0\0"_b},
    {.about = "a command",
     .client = "\xf0\xbe\x05\0V4\x12\0B\0\0\0\x01\0\0\0\0\0\0\0\x9b"
               "1`\xdbhello"_b},
    {.about = "voice alone",
     .client = "\xf2\xbe\0\0V4\x12\0B\0\0\0\x03\0\0\0voice"_b,
     .expect = Certainty::none},
    {.about = "a check sum that is wrong",
     .client = "\xf4\xbe\x01\0V4\x12\0B\0\0\0\x07\0\0\0|\xe2\xa1\xbd"_b,
     .expect = Certainty::none},
    {.about = "cut by its sender",
     .client = "\xf4\xbe\x01\0V4\x12\0B\0\0\0\x07\0\0\0|\xe3"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer teamspeak2;
constinit const Recognizer teamspeak2{
    .name = "teamspeak2",
    .title = "TeamSpeak 2",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .hello = {.about = "nothing: a question would be a login"},
    .reference = "Wireshark's dissector of TeamSpeak 2",
    .opens = opens,
    .judge = recognize_teamspeak2,
    .examples = examples,
};

}  // namespace oddport::recognizers
