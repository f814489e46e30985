// BitTorrent between peers, over TCP.
//
// BEP 3, "peer protocol". Handshake of both sides: 19, "BitTorrent protocol", reserved (8), hash of the torrent (20),
// peer (20). Then messages: length (4), id, body: 0 to 3 bare, 4 have, 5 bitfield, 6 request, 7 piece, 8 cancel, 9 port;
// BEP 6 and 10: 13 to 17, 20 extended, whose body is bencoded. Encrypted sessions show nothing; but where only their beginning is (Message
// Stream Encryption: a key of 96 bytes and up to 512 of padding each way, then what was agreed on), the handshake follows in plain.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes greeting =
    "\x13"
    "BitTorrent protocol";
constexpr std::uint32_t block = 0x4000;  // what everybody asks for at a time

struct Speech {
  bool greets = false;
  Bytes peer;  // "-TR3000-": the client's software, by custom
};

// What was checked of a message within a session, in bits; none where it is none.
std::optional<unsigned> bits_of_message(std::uint8_t id, std::uint32_t length, ByteReader body) {
  switch (id) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 14:
    case 15:
      return length == 1 ? std::optional{6u} : std::nullopt;
    case 4:
    case 13:
    case 17:
      return length == 5 && body.u16() == 0 ? std::optional{14u} : std::nullopt;
    case 5:
      return length > 1 && length < 0x20000 ? std::optional{2u} : std::nullopt;
    case 6:
    case 8:
    case 16: {
      body.skip(4);
      const bool aligned = body.u32() % block == 0;
      return length == 13 && aligned && body.u32() <= 2 * block ? std::optional{34u} : std::nullopt;
    }
    case 7: {
      body.skip(4);
      const bool aligned = body.u32() % block == 0;
      if (length <= 9 || length > 2 * block + 9 || !aligned || !body) return std::nullopt;
      return length == block + 9 ? 26u : 8u;
    }
    case 9:
      return length == 3 ? std::optional{16u} : std::nullopt;
    case 20:
      body.skip(1);
      return body.accept("d") && length > 4 && length < 0x20000 ? std::optional{20u} : std::nullopt;
    default:
      return std::nullopt;
  }
}

// A capture may have begun within a session, at the beginning of a message.
Fit read_messages(ByteReader reader) {
  unsigned bits = 0;
  unsigned seen_ids = 0;
  while (!reader.at_end()) {
    if (reader.remaining() < 18 && bits > 0) break;  // may be cut
    const std::uint32_t length = reader.u32();
    if (reader && length == 0) continue;
    const std::uint8_t id = ByteReader{reader.rest()}.u8();
    const bool whole = length <= reader.remaining();
    ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
    body.skip(1);
    const std::optional<unsigned> more = bits_of_message(id, length, body);
    if (!more || (!whole && id != 7 && id != 5 && id != 20)) return Fit::alien;
    if ((seen_ids >> id & 1) == 0) bits += *more;
    seen_ids |= 1u << id;
  }
  return fit_of_bits(bits);
}

Fit read_side(Bytes bytes, bool from_start, Speech& said) {
  ByteReader reader{bytes};
  if (!reader.accept_if(greeting)) {
    if (bytes.size() < greeting.size() && greeting.starts_with(bytes) && bytes.size() > 8)
      return Fit::proves;
    return from_start ? Fit::alien : read_messages(reader);
  }
  said.greets = true;
  reader.skip(8 + 20);
  said.peer = reader.take(8);
  if (!is_token(said.peer)) said.peer = {};
  return Fit::proves;
}

// Two keys with their padding went over, and both handshakes follow somewhere.
bool greets_behind_keys(const Exchange& seen) {
  constexpr std::size_t key = 96;
  constexpr std::size_t furthest = 2 * (key + 512 + 512);
  for (const Side side : {Side::client, Side::server}) {
    const std::size_t first = seen.nth(side, 0).wire_length;
    if (first < key || first > key + 512) return false;
  }
  const std::size_t asks = seen.client.substr(0, furthest).find(greeting, key);
  const std::size_t answers = seen.server.substr(0, furthest).find(greeting, key);
  return asks != Bytes::npos && answers != Bytes::npos;
}

Match recognize_bittorrent(const Exchange& seen) {
  if (!is_echo(seen) && greets_behind_keys(seen))
    return confirmed("both sides exchange keys, then greet in plain");
  Speech client;
  Speech server;
  const Fit asks = judge_stream(seen, Side::client, [&](Bytes bytes) {
    return read_side(bytes, seen.client_from_start, client);
  });
  const Fit answers = judge_stream(seen, Side::server, [&](Bytes bytes) {
    return read_side(bytes, seen.server_from_start, server);
  });
  const Certainty certainty = weigh(seen, asks, answers);
  if (!client.greets && !server.greets) return answer(certainty, "messages as peers exchange them");
  const Bytes peer = client.peer.empty() ? server.peer : client.peer;
  return answer(certainty, "{}{}{}",
                client.greets && server.greets ? "both sides greet"
                : client.greets                ? "client greets"
                                               : "server greets",
                peer.empty() ? "" : ", peer ", Printable{peer});
}

constexpr Bytes handshake =
    "\x13"
    "BitTorrent protocol\0\0\0\0\0\x10\0\5hash-of-the-torrent!-TR3000-123456789012"_b;

// Keys of 96 bytes that differ, and the handshake behind them.
template <unsigned step>
constexpr auto behind_a_key = [] {
  std::array<char, 96 + 68> bytes{};
  for (std::size_t n = 0; n < 96; ++n) bytes[n] = static_cast<char>((n + 1) * step % 251);
  for (std::size_t n = 0; n < handshake.size(); ++n) bytes[96 + n] = handshake[n];
  return bytes;
}();
constexpr Bytes one_key{behind_a_key<89>.data(), behind_a_key<89>.size()};
constexpr Bytes other_key{behind_a_key<97>.data(), behind_a_key<97>.size()};

constexpr auto examples = std::to_array<Example>({
    {.about = "both sides greet",
     .client = handshake,
     .server = "\x13"
               "BitTorrent protocol\0\0\0\0\0\x10\0\5hash-of-the-torrent!-qB4390-987654321098"_b},
    {.about = "keys are exchanged, and what follows is plain",
     .client = one_key,
     .server = other_key},
    {.about = "an echo", .client = handshake, .server = handshake, .expect = Certainty::likely},
    {.about = "one side alone", .client = handshake},
    {.about = "another protocol answers",
     .client = handshake,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the name in a text", .client = "BitTorrent protocol", .expect = Certainty::none},
    {.about = "another length",
     .client = "\x14"
               "BitTorrent protocol!",
     .expect = Certainty::none},
    {.about = "a request before any greeting",
     .client = "\0\0\0\x0d\6\0\0\0\1\0\0\x40\0\0\0\x40\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer bittorrent;
constinit const Recognizer bittorrent{
    .name = "bittorrent",
    .title = "BitTorrent",
    .hello = {.about = "nothing: a peer answers only to a torrent that it has"},
    .reference = "BEP 3, peer protocol",
    .opens = {.client = ByteSet::all(), .server = ByteSet::of("\0\x13"_b)},
    .judge = recognize_bittorrent,
    .examples = examples,
};

}  // namespace oddport::recognizers
