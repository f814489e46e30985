// TIPC: processes of a cluster talk by name; its packets over UDP, or one after the other over TCP.
//
// docs.tipc.io, "TIPC Protocol Description", and net/tipc/msg.h of Linux. First word: version 2 (3
// bits), user (4), size of the header in words (4), flags (4), size of all (17). Second word: kind
// (3 bits), error (4), and more. The users: 0 to 3 data, 5 broadcast, 6 bundle, 7 link state, 8
// connections, 10 tunnel, 11 name table, 12 fragments, 13 discovery. The fourth word is the node
// that sent it.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct User {
  std::string_view name;
  std::uint8_t least_words;
  std::uint8_t most_words;
  std::uint8_t kinds;
};

constexpr auto users = std::to_array<User>({
    {"data", 6, 11, 8},
    {"data", 6, 11, 8},
    {"data", 6, 11, 8},
    {"data", 6, 11, 8},
    {},
    {"broadcast protocol", 10, 10, 2},
    {"bundle", 10, 10, 1},
    {"link protocol", 10, 10, 3},
    {"connection manager", 8, 10, 3},
    {"group protocol", 10, 10, 8},
    {"tunnel protocol", 10, 10, 3},
    {"name table", 10, 10, 2},
    {"fragment", 10, 10, 3},
    {"discovery", 10, 15, 4},
    {},
    {},
});

constexpr std::size_t most_size = 66'100;

struct Survey {
  unsigned messages = 0;
  unsigned internal = 0;  // of other users than data
  std::string_view first;
};

// A packet of IPv4 has its own version, the size of its header and its length where these are: told
// by its checksum.
bool is_ipv4(Bytes bytes) {
  if (!bytes.starts_with('\x45')) return false;
  ByteReader reader{bytes};
  std::uint32_t sum = 0;
  for (int n = 0; n < 10; ++n) sum += reader.u16();
  return reader && (sum & 0xffff) + (sum >> 16) == 0xffff;
}

// The head of a message; returns its whole size, 0 where it is none.
std::size_t read_head(Bytes bytes, Survey& survey) {
  ByteReader reader{bytes};
  const std::uint32_t first = reader.u32();
  const std::uint32_t second = reader.u32();
  reader.skip(4);
  const std::uint32_t node = reader.u32();
  const User& user = users[first >> 25 & 15];
  const std::uint32_t words = first >> 21 & 15;
  const std::size_t size = first & 0x1ffff;
  if (!reader || first >> 29 != 2 || user.name.empty()) return 0;
  if (words < user.least_words || words > user.most_words) return 0;
  if (size < words * 4 || size > most_size || second >> 29 >= user.kinds || node == 0) return 0;
  if ((second >> 25 & 15) > 8 || is_ipv4(bytes)) return 0;
  if (survey.messages++ == 0) survey.first = user.name;
  if ((first >> 25 & 15) > 3) ++survey.internal;
  return size;
}

bool read_stream(Bytes stream, Survey& survey) {
  ByteReader reader{stream};
  for (int n = 0; n < 64 && reader.remaining() >= 24; ++n) {
    Survey with = survey;
    const std::size_t size = read_head(reader.rest(), with);
    if (size == 0) return false;
    // What is cut off does not prove that the message ends where it should.
    if (size > reader.remaining()) return true;
    survey = with;
    reader.skip(size);
  }
  return true;
}

bool read_datagrams(const Exchange& seen, Survey& survey) {
  for (const Message& message : seen.messages)
    if (!is_remnant(seen, message) && (read_head(message.bytes, survey) != message.wire_length))
      return false;
  return true;
}

Match recognize(const Exchange& seen) {
  Survey survey;
  const bool fits = seen.transport == Transport::udp
                        ? read_datagrams(seen, survey)
                        : read_stream(seen.client, survey) && read_stream(seen.server, survey);
  if (!fits || survey.messages == 0) return {};
  // Each message has some 25 bits that agree with themselves.
  if (survey.messages >= 3 && survey.internal > 0)
    return confirmed("{} messages, the first of the {}", survey.messages, survey.first);
  if (survey.messages >= 2)
    return likely("{} messages, the first of the {}", survey.messages, survey.first);
  if (survey.internal > 0) return likely("a message of the {}", survey.first);
  return hint("may be a TIPC message of the {}", survey.first);
}

constexpr Home homes[] = {{.port = 6118, .transport = Transport::udp, .service = "tipc"}};

// Link states of 40 bytes.
constexpr Bytes three_states =
    "\x4f\x40\0\x28\0\0\0\0\0\x05\0\x01\x01\0\x10\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0"
    "\x4f\x40\0\x28\0\0\0\0\0\x05\0\x02\x01\0\x10\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0"
    "\x4f\x40\0\x28\0\0\0\0\0\x05\0\x03\x01\0\x10\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
constexpr Bytes two_states = three_states.substr(0, 80);

constexpr Example examples[] = {
    {.about = "link states over TCP", .client = three_states, .transport = Transport::tcp},
    {.about = "and of both sides",
     .client = two_states,
     .server = two_states,
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "two datagrams",
     .client = three_states.substr(0, 40),
     .server = three_states.substr(40, 40),
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "a packet of IPv4",
     .client =
         "\x45\0\0\x1c\0\x01\0\0\x40\x11\x66\xcd\x0a\0\0\x01\x0a\0\0\x02\x12\x34\0\x35\0\x08\0\0"_b,
     .server =
         "\x45\0\0\x1c\0\x01\0\0\x40\x11\x66\xcd\x0a\0\0\x02\x0a\0\0\x01\x12\x34\0\x35\0\x08\0\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "a size that is not the datagram's",
     .client = two_states,
     .server = two_states,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "text",
     .client = "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n",
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

}  // namespace

extern const Recognizer tipc;
constinit const Recognizer tipc{
    .name = "tipc",
    .title = "TIPC",
    .transports = Transports::both,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a cluster takes whoever speaks for a new node"},
    .reference = "TIPC Protocol Description; Linux's net/tipc/msg.h",
    .opens = {.client = ByteSet::range(0x40, 0x5b), .server = ByteSet::range(0x40, 0x5b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
