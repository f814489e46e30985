// ZMTP: ZeroMQ's sockets.
//
// ZeroMQ RFCs 13, 15, 23, 37. Both sides greet: ff, eight bytes (zeros and 0 or 1), 7f, version (1 or 3). Version 2: socket's type (0 to 11), flags and
// length of the identity. Version 3: minor version, mechanism ("NULL", "PLAIN", "CURVE", "GSSAPI"; 20), whether it serves (0, 1), 31 zeros; then
// commands: 4, length, name's length, "READY", properties.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::uint8_t version = 0;
  Bytes mechanism;
};

Fit read_side(Bytes bytes, bool from_start, Speech& said) {
  ByteReader reader{bytes};
  // Without the greeting a capture may still begin with the command that ends the handshake.
  if (!from_start && bytes.starts_with('\4') && bytes.substr(0, 8).ends_with("READY"))
    return Fit::proves;
  reader.accept("\xff");
  // The length of the identity that version 1 would send, plus one; some leave other bytes there.
  const std::uint64_t length = reader.u64();
  reader.accept("\x7f");
  if (!reader) return Fit::alien;
  if (reader.at_end()) return length <= 256 ? Fit::proves : Fit::weak;
  said.version = reader.u8();
  if (reader.at_end())
    return said.version <= 3 ? (length <= 256 ? Fit::proves : Fit::fits) : Fit::alien;
  if (said.version == 1) return reader.u8() <= 11 && length <= 256 ? Fit::proves : Fit::alien;
  const std::uint8_t minor = reader.u8();
  if (said.version != 3 || minor > 9) return Fit::alien;
  if (reader.remaining() < 20) return Fit::fits;
  const Bytes field = reader.take(20);
  said.mechanism = until_nul(field);
  const bool named = is_token(said.mechanism) && is_zero(field.substr(said.mechanism.size()));
  return named ? Fit::proves : Fit::alien;
}

Match recognize_zmtp(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_side(bytes, seen.client_from_start, client);
  });
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    return read_side(bytes, seen.server_from_start, server);
  });
  const bool answered = answers >= asks;
  const Speech& shown = answered ? server : client;
  return answer(weigh(seen, asks, answers), "{} greets with version {}{}{}",
                answered ? "server" : "client", shown.version == 1 ? 2 : shown.version,
                shown.mechanism.empty() ? "" : ", mechanism ", Printable{shown.mechanism});
}

constexpr Bytes third =
    "\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0"
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "version 3",
     .client = third,
     .server = "\xff\0\0\0\0\0\0\0\1\x7f\3"_b,
     .expect = Certainty::likely},
    {.about = "the server alone, waiting",
     .server = "\xff\0\0\0\0\0\0\0\1\x7f"_b,
     .first = Side::server},
    {.about = "version 2", .client = "\xff\0\0\0\0\0\0\0\1\x7f\1\5\0\0"_b},
    {.about = "a mechanism that is no text",
     .client = "\xff\0\0\0\0\0\0\0\1\x7f\3\0\1\2\3\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a negotiation of Telnet",
     .server = "\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23"_b,
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = third,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer zmtp;
constinit const Recognizer zmtp{
    .name = "zmtp",
    .title = "ZMTP (ZeroMQ)",
    .hello = {.about = "nothing: both sides greet at once"},
    .reference = "ZeroMQ RFC 23",
    .opens = {.client = ByteSet::of("\xff"), .server = ByteSet::of("\xff")},
    .judge = recognize_zmtp,
    .examples = examples,
};

}  // namespace oddport::recognizers
