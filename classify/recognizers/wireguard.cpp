// WireGuard: a VPN over UDP.
//
// "WireGuard: Next Generation Kernel Network Tunnel", section 5.4. Type in one byte, three zeros, then little endian:
//   1 initiation  148 bytes: sender's index, keys and seals; the last 16 bytes zero unless a cookie was given
//   2 response     92 bytes: sender's index, receiver's index; the same end
//   3 cookie       64 bytes: receiver's index, nonce, cookie
//   4 data        16 n bytes: receiver's index, counter of 8, sealed packet (at least its seal of 16)
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Datagram {
  std::uint8_t type = 0;  // 0: not of WireGuard
  std::uint32_t sender = 0;
  std::uint32_t receiver = 0;
  std::uint64_t counter = 0;
  bool bare_end = false;  // no cookie: 16 zeros
};

bool has_size(std::uint8_t type, std::size_t size) {
  switch (type) {
    case 1:
      return size == 148;
    case 2:
      return size == 92;
    case 3:
      return size == 64;
    case 4:
      return size >= 32 && size % 16 == 0;
    default:
      return false;
  }
}

// No peer sends 2^48 packets before the keys change.
constexpr std::uint64_t most_packets = std::uint64_t{1} << 48;

Datagram read_datagram(const Message& message) {
  ByteReader reader{message.bytes};
  Datagram read;
  read.type = reader.u8();
  reader.accept("\0\0\0"_b);
  if (read.type == 1 || read.type == 2) read.sender = reader.u32_le();
  if (read.type != 1) read.receiver = reader.u32_le();
  if (read.type == 4) read.counter = reader.u64_le();
  const bool sealed = message.is_whole() ? looks_random(reader.rest())
                                         : reader.remaining() < 16 || looks_random(reader.rest());
  if (!sealed) return {};
  if (!reader || !has_size(read.type, message.wire_length) || read.counter > most_packets)
    return {};
  read.bare_end = message.is_whole() && message.bytes.size() >= 16 &&
                  is_zero(message.bytes.substr(message.bytes.size() - 16));
  const bool indexed = (read.type == 3 || read.type == 4 || read.sender != 0) &&
                       (read.type == 1 || read.receiver != 0);
  return indexed ? read : Datagram{};
}

// What one side sent.
struct Peer {
  Fit fit = Fit::open;
  std::uint32_t index = 0;  // its own, as told in the first handshake
  Datagram last;            // its last packet of data
  unsigned data = 0;        // packets of data to one receiver with rising counters

  void take_data(const Datagram& read) {
    if (data > 0 && read.receiver == last.receiver && read.counter > last.counter)
      ++data;
    else
      data = 1;
    last = read;
    fit = std::max(fit, data > 1 ? Fit::proves : Fit::fits);
  }
};

struct Tunnel {
  std::array<Peer, 2> peers;
  std::uint8_t first = 0;  // type of the first datagram
  bool answered = false;   // an index told by one side was used by the other

  Peer& of(Side side) { return peers[side == Side::client ? 0 : 1]; }

  void take(const Message& message) {
    const Datagram read = read_datagram(message);
    Peer& peer = of(message.from);
    if (first == 0) first = read.type;
    if (read.type == 0) {
      peer.fit = Fit::alien;
      return;
    }
    const std::uint32_t index = of(other(message.from)).index;
    answered = answered || (read.type != 1 && index != 0 && read.receiver == index);
    if (read.sender != 0) peer.index = read.sender;
    if (peer.fit == Fit::alien) return;
    if (read.type == 4) return peer.take_data(read);
    const bool sure = read.bare_end && read.type != 3;
    peer.fit = std::max(peer.fit, sure ? Fit::proves : Fit::fits);
  }
};

constexpr std::string_view what_is(std::uint8_t type) {
  switch (type) {
    case 1:
      return "a handshake initiation";
    case 2:
      return "a handshake response";
    case 3:
      return "a cookie";
    default:
      return "a packet of data";
  }
}

constexpr Openings opens = {.client = ByteSet::range(1, 4), .server = ByteSet::range(1, 4)};

Match recognize_wireguard(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Tunnel tunnel;
  for (const Message& message : exchange.messages)
    if (!message.bytes.empty()) tunnel.take(message);
  if (tunnel.first == 0) return {};
  Match match;
  match.certainty = weigh(tunnel.peers[0].fit, tunnel.peers[1].fit);
  const bool all_fit = tunnel.peers[0].fit != Fit::alien && tunnel.peers[1].fit != Fit::alien;
  if (match && tunnel.answered && all_fit) match.certainty = Certainty::confirmed;
  if (match)
    match.says = Note::of("first datagram is {} of WireGuard{}", what_is(tunnel.first),
                          tunnel.answered ? ", and an answer is to its index" : "");
  return match;
}

constexpr Bytes initiation =
    "\x01\0\0\0\xe1\xda\xacL\xa0"
    "D3p\xbe\0iq\xc3\xbc\xcaj\x13\x1f\xb7\x05:\xd3\xd7?\xf2\xdd\xe1\xdfU\xb9\x1d\xb7m\xec\x89"
    "M\x03\xd9\xa7{\xaa\xa3W\xbcYpq8\x1c\xd1&\xd6Y\xa4\x89\xa7"
    "2B\x8ey\xdeQ{[E\xc1\x18\xc4^{\x91\xb3{\xec\xef\xd9\xa0\x89\x87\x99\xfdo\x84\xf1x\xdd\x03"
    "\xf1\xcf\xe6`\xdb\x9fL\xc3\xab\x1f/\x91\xe3\x99\xd6\xf8\xd0\xf5%\x95\xec\x1c\xe0.\xbb"
    "\xdd;\x1e\xe7\x14\x8f\xebi\xf9{\xb5]T\x11\x1c\xc2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
constexpr Bytes response =
    "\x02\0\0\0\xe8$[\xb8\xe1\xda\xacL\x8b\xcd\xa5(D\x8b\x1cw\xf4\x94\xac\xe1\xaa[\xc1\x92"
    "\xcf\xd2\x01\xca@m\x09\x8d\xa4\xcd\xa7"
    "5\xec\x98\x13\x07"
    "5\xd0QK\xcc\xc1\xee\xc5\x1e\xb4\xd5"
    "c\x08\x9e\xe8\xbf\x1a\x90\x9e`\xd8\xd9\x82`\xce;>\x11\x15\x16\xcb\xe8\0\0\0\0\0\0\0\0"
    "\0\0\0\0\0\0\0\0"_b;
constexpr Bytes data =
    "\x04\0\0\0\xe8$[\xb8\0\0\0\0\0\0\0\0]\xf9T^\x0c\xe1->\xdb\x99l\xee\xb8\x1f\xcd\x9dG\x12"
    "\x93\xf7\x0f\x9chx\x96\xb6\xf2\xe5"
    "2\xb5Oc\xd9\xbdP\x08\x02\x86\x8d\x03K\xf2\x05\x85\x8f\x1f\xf8\xb6,\xd1o\xfe\x96\xbfG7"
    "\xa9\xda(\xa9*p+5,\xcc\xea\0h\xb1,(%\xb0\x17]6\xb4\xfc/\x1b\xa5\xf3W\x04\xb9"
    "B\x90\x7f\xdc"
    "8z\x87\xd3\xa9\xf0\x85\xc2\xcf\xf8\xdc\xe9"
    "EE\xbc\x95\xa4\x04\xec!{\x18"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a handshake", .client = initiation, .server = response},
    {.about = "an initiation without an answer", .client = initiation},
    {.about = "the capture began with the response", .server = response, .first = Side::server},
    {.about = "a packet of data alone", .client = data, .expect = Certainty::likely},
    {.about = "a cookie instead of a response",
     .client = initiation,
     .server =
         "\x03\0\0\0\xe1\xda\xac\x4c nonce of 24 bytes here..cookie of 16 and its seal of 16"_b},
    {.about = "an initiation one byte short",
     .client = initiation.substr(0, 147),
     .expect = Certainty::none},
    {.about = "reserved bytes in use",
     .client = "\x04\0\x01\0\xe8$[\xb8\0\0\0\0\0\0\0\0 0123456789abcde"_b,
     .expect = Certainty::none},
    {.about = "data of an impossible counter",
     .client = "\x04\0\0\0\xe8$[\xb8\0\0\0\0\0\0\0\x01 0123456789abcde"_b,
     .expect = Certainty::none},
    {.about = "the answer is of something else",
     .client = data,
     .server = "\x04\x01\0\0"_b,
     .expect = Certainty::none},
});
static_assert(initiation.size() == 148 && response.size() == 92);

}  // namespace

extern const Recognizer wireguard;
constinit const Recognizer wireguard{
    .name = "wireguard",
    .title = "WireGuard",
    .transports = Transports::udp,
    .hello = {.about = "nothing: a peer answers only those whose key it knows"},
    .reference = "WireGuard: Next Generation Kernel Network Tunnel, section 5.4",
    .opens = opens,
    .judge = recognize_wireguard,
    .examples = examples,
};

}  // namespace oddport::recognizers
