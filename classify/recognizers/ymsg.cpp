// YMSG: Yahoo's messenger.
//
// As public clients of it write it (libyahoo2's documentation). "YMSG", version (2; some put it
// into the first byte), vendor (2), length of the data (2), service (2), status (4), session (4);
// then keys and values, decimal and text, each ended by c0 80.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes separator = "\xc0\x80";

// Pairs that end where the data do; a last one may be cut off.
bool are_pairs(Bytes data, bool cut) {
  while (!data.empty()) {
    const std::size_t end = data.find(separator);
    if (end == Bytes::npos) return cut;
    if (!is_decimal(data.substr(0, end)) || end > 5) return false;
    data.remove_prefix(end + 2);
    const std::size_t next = data.find(separator);
    if (next == Bytes::npos) return cut;
    data.remove_prefix(next + 2);
  }
  return true;
}

enum class Speech : std::uint8_t { silent, alien, bare, pairs };

Speech judge(Bytes said) {
  if (said.empty()) return Speech::silent;
  ByteReader reader{said};
  reader.accept("YMSG");
  const std::uint16_t version = reader.u16();
  reader.skip(2);
  const std::uint16_t length = reader.u16();
  const std::uint16_t service = reader.u16();
  reader.skip(8);
  const bool known = (version > 0 && version <= 0x80) || (version & 0xff) == 0;
  if (!reader || !known || service == 0 || service > 0x400) return Speech::alien;
  const Bytes data = reader.rest().substr(0, length);
  if (!are_pairs(data, data.size() < length)) return Speech::alien;
  return data.empty() ? Speech::bare : Speech::pairs;
}

Match recognize(const Exchange& seen) {
  const Speech client = judge(seen.client);
  const Speech server = judge(seen.server);
  const Speech best = std::max(client, server);
  if (best < Speech::bare) return {};
  const std::string_view who = best == client ? "client" : "server";
  if (client == Speech::alien || server == Speech::alien)
    return likely("{} speaks YMSG, the other side does not", who);
  return confirmed("{} speaks YMSG", who);
}

constexpr Example examples[] = {
    {.about = "a ping",
     .client = "YMSG\0\x09\0\0\0\0\0\x4c\0\0\0\0\0\0\0\0"_b,
     .server = "YMSG\0\x09\0\0\0\0\0\x4c\0\0\0\x01\0\0\0\0"_b},
    {.about = "a login",
     .client = "YMSG\0\x0a\0\0\0\x09\0\x57\0\0\0\0\0\0\0\0\x31\xc0\x80jdoe\xc0\x80"_b},
    {.about = "data without a separator",
     .client = "YMSG\0\x0a\0\0\0\x09\0\x57\0\0\0\0\0\0\0\0\x31\xc0\x81jdoe\xc0\x80"_b,
     .expect = Certainty::none},
    {.about = "the word alone",
     .client = "YMSG hello, anybody there?\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer ymsg;
constinit const Recognizer ymsg{
    .name = "ymsg",
    .title = "Yahoo Messenger",
    .era = Era::obsolete,
    .hello = {.bytes = "YMSG\0\x09\0\0\0\0\0\x4c\0\0\0\0\0\0\0\0"_b, .about = "a ping"},
    .reference = "libyahoo2's description of the protocol",
    .opens = {.client = ByteSet::of("Y"), .server = ByteSet::of("Y")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
