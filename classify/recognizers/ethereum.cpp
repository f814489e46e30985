// Ethereum's discovery of nodes, version 4.
//
// devp2p, discv4. Datagram: hash (32), signature (65, the last byte 0 or 1), type (1 ping, 2 pong, 3 find node, 4 neighbors, 5
// and 6 about records), then one list in RLP: ping (version, from, to, expiry), pong (to, hash, expiry), find node (key of
// 64, expiry), neighbors (nodes, expiry). At most 1280 bytes.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr auto names = std::to_array<std::string_view>(
    {"", "ping", "pong", "find node", "neighbors", "record request", "record"});

struct Item {
  Bytes content;
  bool list = false;
};

// One item of RLP; the reader false where there is none.
Item take_item(ByteReader& reader) {
  const Bytes rest = reader.rest();
  const std::uint8_t head = reader.u8();
  if (head < 0x80) return {.content = rest.substr(0, 1), .list = false};
  const bool list = head >= 0xc0;
  const unsigned kind = head & 0x3f;
  std::size_t length = kind;
  if (kind > 55) {
    length = 0;
    for (unsigned n = kind - 55; n > 0; --n) length = length << 8 | reader.u8();
    if (length < 56) reader.fail();
  }
  return {.content = reader.take(length), .list = list};
}

// An address: IP (4 or 16, or none), UDP port, TCP port.
bool is_endpoint(const Item& item) {
  ByteReader reader{item.content};
  const Item ip = take_item(reader);
  const Item udp = take_item(reader);
  const Item tcp = take_item(reader);
  const std::size_t size = ip.content.size();
  return reader && item.list && (size == 4 || size == 16 || size == 0) && udp.content.size() <= 2 &&
         tcp.content.size() <= 2;
}

// Seconds since 1970, in this century's first half.
bool is_expiry(const Item& item) {
  return !item.list && item.content.size() == 4 && ByteReader{item.content}.u32() > 0x50000000;
}

bool fits(std::uint8_t type, ByteReader list) {
  const Item first = take_item(list);
  const Item second = take_item(list);
  switch (type) {
    case 1: {
      const Item third = take_item(list);
      return list && first.content.size() == 1 && is_endpoint(second) && is_endpoint(third) &&
             is_expiry(take_item(list));
    }
    case 2:
      return list && is_endpoint(first) && second.content.size() == 32 &&
             is_expiry(take_item(list));
    case 3:
      return list && first.content.size() == 64 && is_expiry(second);
    case 4:
      return list && first.list && first.content.size() % 5 < 5 && is_expiry(second);
    case 5:
      return is_expiry(first);
    default:
      return list && first.content.size() == 32 && second.list;
  }
}

Fit read_datagram(const Message& message, std::uint8_t& type) {
  ByteReader reader{message.bytes};
  reader.skip(32 + 64);
  const std::uint8_t recovery = reader.u8();
  const std::uint8_t kind = reader.u8();
  if (!reader || recovery > 1 || kind < 1 || kind > 6 || message.wire_length > 1280)
    return Fit::alien;
  // Later versions may append to the list, and to the datagram.
  const Item list = take_item(reader);
  if (!reader || !list.list || !fits(kind, ByteReader{list.content})) return Fit::alien;
  if (type == 0) type = kind;
  return kind == 5 ? Fit::fits : Fit::proves;
}

Match recognize_ethereum(const Exchange& seen) {
  std::uint8_t type = 0;
  const auto read = [&](const Message& message) { return read_datagram(message, type); };
  const Fit one = judge_most_datagrams(seen, Side::client, read);
  const Fit two = judge_most_datagrams(seen, Side::server, read);
  return answer(weigh(seen, one, two), "a signed {} of discovery version 4", names[type]);
}

constexpr Bytes ping =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"
    "ef\1\1"
    "\xda\4\xc9\x84\x7f\0\0\1\x82\x76\x5f\0\xc9\x84\x7f\0\0\2\x82\x76\x5f\0\x84\x65\x5a\xde\x29"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a ping", .client = ping},
    {.about = "a node is looked for",
     .client =
         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef012345678"
         "9abcdef"
         "\0\3\xf8\x47\xb8\x40"
         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\x84\x65\x5a\xde\x29"_b},
    {.about = "a type that never was",
     .client =
         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef012345678"
         "9abcdef"
         "\0\7\xf8\x47\xb8\x40"
         "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\x84\x65\x5a\xde\x29"_b,
     .expect = Certainty::none},
    {.about = "a list that is cut short",
     .client = ping.substr(0, ping.size() - 3),
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ethereum;
constinit const Recognizer ethereum{
    .name = "ethereum",
    .title = "Ethereum discovery",
    .transports = Transports::udp,
    .hello = {.about = "nothing: every datagram must be signed"},
    .reference = "devp2p, discv4",
    .judge = recognize_ethereum,
    .examples = examples,
};

}  // namespace oddport::recognizers
