// RTMP: Flash's way of streaming, which cameras and studios still send by. Adobe, "Real-Time
// Messaging Protocol", sections 5.2 to 5.4 and 7.2.1.
//
//   both    03, then 1536 bytes: time (4), zero (4), noise; then 1536 bytes: the other's time (4),
//           time (4), the other's noise
//   client  chunk: 03, time (3), length (3), 14 command, stream (4) 0, "connect" in AMF, ...
//
// Players that count the noise's checksums put their version in place of the zero, and do not
// return the noise.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t block = 1536;
constexpr std::size_t behind_handshake = 1 + 2 * block;

constexpr bool is_version(Bytes said) {
  return said.starts_with('\x03') || said.starts_with('\x06');
}

// A message of command in a first chunk: the type, the stream 0, and a name of AMF 0.
bool connects(Bytes client) {
  ByteReader reader{client};
  reader.skip(behind_handshake);
  const bool chunk = (reader.u8() & 0xc0) == 0;
  reader.skip(3);
  const std::uint32_t length = reader.u24();
  const std::uint8_t type = reader.u8();
  reader.skip(4);
  if (type == 0x11) reader.skip(1);
  reader.accept(
      "\x02\0\x07"
      "connect"_b);
  return reader && chunk && length < 65536 && (type == 0x14 || type == 0x11);
}

// The application that is asked for: a property "app" of the object behind.
Bytes wanted_application(Bytes client) {
  constexpr Bytes property =
      "\0\x03"
      "app\x02"_b;
  const std::size_t at = client.find(property, std::min(behind_handshake, client.size()));
  if (at == Bytes::npos) return {};
  ByteReader reader{client.substr(at + property.size())};
  const Bytes name = reader.take(reader.u16());
  return is_printable(name) ? name : Bytes{};
}

// How many bytes of noise of one side's first block come back in the other's second, up to what was
// captured. 0 where they differ.
std::size_t returned_noise(Bytes first, Bytes second) {
  constexpr std::size_t noise = 9;
  if (first.size() < noise || second.size() < block + noise) return 0;
  const Bytes returned = second.substr(block + noise, block - 8);
  const Bytes given = first.substr(noise, returned.size());
  return given == returned.substr(0, given.size()) ? std::min(given.size(), returned.size()) : 0;
}

bool is_noise(Bytes block_noise) {
  const Bytes sample = block_noise.substr(0, 256);
  return sample.size() == 256 && !is_zero(sample) && !is_text(sample);
}

// Version, time and zero, then exactly one block.
bool opens_exactly(const Exchange& seen) {
  const Message first = seen.nth(Side::client, 0);
  ByteReader reader{first.bytes};
  reader.accept("\x03");
  reader.skip(4);
  reader.accept("\0\0\0\0"_b);
  return reader && first.wire_length == 1 + block && is_noise(reader.rest());
}

Match recognize(const Exchange& seen) {
  if (!is_version(seen.client) || !seen.client_from_start || seen.server_speaks_first()) return {};
  const bool answered = is_version(seen.server) || seen.server.empty() || !seen.server_from_start;
  if (!answered) return {};
  if (connects(seen.client)) {
    const Bytes application = wanted_application(seen.client);
    if (application.empty()) return confirmed("client shakes hands and connects");
    return confirmed("client shakes hands and connects to {}", Printable{application, 48});
  }
  if (returned_noise(seen.client, seen.server) >= 64 ||
      returned_noise(seen.server, seen.client) >= 64)
    return confirmed("both sides shake hands, each returns the other's noise");
  if (opens_exactly(seen)) return likely("client opens with a block of 1536 bytes");
  return {};
}

constexpr auto homes = std::to_array<Home>({{.port = 1935, .service = "macromedia-fcs"}});

// Longer than an example should be: blocks of noise are made, not written.
template <std::size_t size>
struct Blocks {
  std::array<char, size> bytes{};
  constexpr Bytes all() const { return {bytes.data(), bytes.size()}; }
};

// 03, and as many blocks of the same noise as fit; what `tail` says in the end.
template <std::size_t size>
constexpr Blocks<size> make_blocks(Bytes tail) {
  Blocks<size> made;
  made.bytes[0] = '\x03';
  for (std::size_t n = 1; n < size; ++n) {
    const std::size_t at = (n - 1) % block;
    made.bytes[n] = at < 8 ? '\0' : static_cast<char>((at * 167 + at / 256 * 13 + 1) & 0xff);
  }
  for (std::size_t n = 0; n < tail.size(); ++n) made.bytes[size - tail.size() + n] = tail[n];
  return made;
}

constexpr Bytes connect =
    "\x03\0\0\0\0\0\x30\x14\0\0\0\0\x02\0\x07"
    "connect\0\x3f\xf0\0\0\0\0\0\0\x03\0\x03"
    "app\x02\0\x04live\0\0\x09"_b;
constexpr auto client_blocks = make_blocks<behind_handshake + connect.size()>(connect);
constexpr auto server_blocks = make_blocks<behind_handshake>({});
constexpr auto first_block = make_blocks<1 + block>({});

constexpr auto examples = std::to_array<Example>({
    {.about = "a client connects",
     .client = client_blocks.all(),
     .server = server_blocks.all(),
     .expect = Certainty::likely},
    {.about = "the first block and both of the server's",
     .client = first_block.all(),
     .server = server_blocks.all()},
    {.about = "the first block alone", .client = first_block.all(), .expect = Certainty::likely},
    {.about = "a block less one byte",
     .client = first_block.all().substr(0, block),
     .expect = Certainty::none},
    {.about = "a version and no handshake",
     .client = "\x03\0\0\0\0\0\0\0\0"_b,
     .server = "\x03\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer rtmp;
constinit const Recognizer rtmp{
    .name = "rtmp",
    .title = "RTMP",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: the block that must come first is too long for a question"},
    .reference = "Adobe RTMP 1.0, section 5.2",
    .opens = {.client = ByteSet::of("\x03\x06"), .server = {}},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
