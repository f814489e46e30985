// A telephone as the second screen of a PlayStation 4: the connection after discovery.
//
// ps4-waker's packets.js. Integers are little-endian. The client says hello in 28 bytes: length 28
// (4), "pcco", version 20000 (4), zeros; the console answers in 36: length, "pcco", version,
// status, 16 bytes of a seed. A handshake of 280 (length, 20, key of 256, seed of 16) follows; all
// else is encrypted.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

bool is_hello(Bytes said, std::uint32_t least, std::uint32_t most) {
  ByteReader reader{said};
  const std::uint32_t length = reader.u32_le();
  reader.accept("pcco");
  const std::uint32_t version = reader.u32_le();
  reader.skip(length > 12 && length < 64 ? length - 12 : 0);
  return reader && length >= least && length <= most && version == 0x20000;
}

bool is_handshake(Bytes said) {
  ByteReader reader{said};
  reader.skip(28);
  return reader && (reader.at_end() || (reader.u32_le() == 280 && reader.u32_le() == 0x20));
}

Match recognize(const Exchange& seen) {
  const bool client = is_hello(seen.client, 28, 28) && is_zero(seen.client.substr(12, 16)) &&
                      is_handshake(seen.client);
  const bool server = is_hello(seen.server, 28, 40);
  if (client && server) return confirmed("both sides say hello");
  if (client && seen.server.empty()) return confirmed("client says hello");
  if (client) return likely("client says hello, the answer does not fit");
  if (server && seen.client.empty()) return confirmed("server says hello");
  return {};
}

constexpr Bytes hello = "\x1c\0\0\0pcco\0\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr Example examples[] = {
    {.about = "both sides say hello",
     .client = hello,
     .server = "\x24\0\0\0pcco\0\0\x02\0\0\0\0\0\0\0\0\0a seed of 16 bts"_b},
    {.about = "the client alone", .client = hello},
    {.about = "another version",
     .client = "\x1c\0\0\0pcco\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the letters without a length",
     .client = "pcco\0\0\x02\0\0\0\0\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer ps4_remote;
constinit const Recognizer ps4_remote{
    .name = "ps4-remote",
    .title = "PlayStation second screen",
    .hello = {.about = "nothing: the console shows whoever connects"},
    .reference = "ps4-waker's packets.js",
    .opens = {.client = ByteSet::of("\x1c"), .server = ByteSet::range(0x1c, 0x28)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
