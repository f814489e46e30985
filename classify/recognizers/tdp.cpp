// Cisco's TDP, from which LDP came: draft-doolan-tdp-spec-01, section 4, and recordings for the hello.
//
// Version 1 (2), length of what follows (2), id of the router and its tag space (6), then 2 bytes,
// zero over TCP and a counter in a hello, then entries: type (2), length (2), value. Entries over TCP:
// 0100 open, 0200 bind, 0300 request, 0400 withdrawal, 0500 keepalive, 0600 notification, 0700
// release; of a hello: 0f03 an address, 0f01, 0f02.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  std::size_t units = 0;
  std::size_t whole = 0;  // units of which all was seen
  std::size_t entries = 0;
  std::uint16_t type = 0;
  std::uint32_t router = 0;
  bool odd = false;
};

std::string_view name_of(std::uint16_t type) {
  constexpr auto names = std::to_array<std::string_view>(
      {"open", "bind", "request", "withdrawal", "keepalive", "notification", "release"});
  const unsigned number = type >> 8;
  if ((type & 0xff) == 0 && number >= 1 && number <= names.size()) return names[number - 1];
  return type >= 0x0f01 && type <= 0x0f03 ? "hello" : std::string_view{};
}

// Entries fill the unit, all of a hello or none.
bool read_entries(ByteReader reader, bool cut, Transport transport, Talk& talk) {
  while (!reader.at_end()) {
    const std::uint16_t type = reader.u16();
    const std::size_t length = reader.u16();
    reader.skip(length);
    if (!reader) return cut;
    if (transport == Transport::udp && (type == 0x0f03 ? length != 4 : length % 4 != 0))
      return false;
    // Only a keepalive is empty; what deals with bindings names a family and a list.
    if (transport == Transport::tcp && (type == 0x0500 ? length != 0 : length < 4)) return false;
    const std::string_view name = name_of(type);
    if (name.empty() || (name == "hello") != (transport == Transport::udp)) return false;
    if (talk.entries++ == 0) talk.type = type;
  }
  return true;
}

bool read_unit(ByteReader& reader, Transport transport, Talk& talk) {
  reader.accept("\0\x01"_b);
  const std::size_t length = reader.u16();
  if (!reader || length < 12 || length > 4096) return false;
  const bool cut = reader.remaining() < length;
  ByteReader body = reader.sub(std::min(length, reader.remaining()));
  const std::uint32_t router = body.u32();
  body.skip(2);
  const std::uint16_t zero = body.u16();
  if (!body || router < 0x1000000 || (transport == Transport::tcp && zero != 0)) return false;
  const std::size_t before = talk.entries;
  if (!read_entries(body, cut, transport, talk) || talk.entries == before) return false;
  if (!cut) ++talk.whole;
  if (talk.units++ == 0) talk.router = router;
  return true;
}

Talk listen(Bytes said) {
  Talk talk;
  talk.odd = !read_messages(
      said, 16, [&](ByteReader& reader) { return read_unit(reader, Transport::tcp, talk); });
  return talk;
}

Match answer(Certainty certainty, const Talk& talk) {
  Match match;
  match.certainty = certainty;
  match.says = Note::of("{} units, the first a {} of router {}.{}.{}.{}", talk.units,
                        name_of(talk.type), talk.router >> 24, talk.router >> 16 & 255,
                        talk.router >> 8 & 255, talk.router & 255);
  return match;
}

Match recognize(const Exchange& seen) {
  if (seen.transport == Transport::udp) {
    Talk talk;
    const DatagramTally count = tally(seen, [&talk](const Message& message) {
      ByteReader reader{message.bytes};
      return read_unit(reader, Transport::udp, talk) && reader.at_end();
    });
    return count.good == 0 ? Match{} : answer(weigh_tally(count, 1), talk);
  }
  const Talk client = listen(seen.client);
  const Talk server = listen(seen.server);
  if (client.units + server.units == 0 || client.odd || server.odd) return {};
  return answer(client.whole + server.whole > 0 ? Certainty::confirmed : Certainty::hint,
                client.units > 0 ? client : server);
}

constexpr auto homes = std::to_array<Home>({
    {.port = 711, .service = "cisco-tdp"},
    {.port = 711, .transport = Transport::udp, .service = "cisco-tdp"},
});

constexpr Bytes keepalive = "\0\x01\0\x0c\x0a\x01\0\x01\0\0\0\0\x05\0\0\0"_b;
constexpr Bytes hello = "\0\x01\0\x10\x0a\x01\0\x01\0\0\x01\x0c\x0f\x03\0\x04\x0a\x01\0\x01"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a hello", .client = hello, .transport = Transport::udp},
    {.about = "a hello to a peer far off",
     .client = "\0\x01\0\x18\x0a\x21\0\x01\0\0\x01\x31\x0f\x03\0\x04\x0a\x21\0\x01\x0f\x01\0\0\x0f"
               "\x02\0\0"_b,
     .transport = Transport::udp},
    {.about = "a keepalive of one side", .server = keepalive, .transport = Transport::tcp},
    {.about = "keepalives",
     .client = keepalive,
     .server = "\0\x01\0\x0c\x0a\x20\0\x01\0\0\0\0\x05\0\0\0"_b,
     .transport = Transport::tcp},
    {.about = "a hello does not travel over TCP",
     .client = hello,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "LDP: a message id behind the length",
     .client = "\0\x01\0\x0e\x04\x04\x04\x04\0\0\x02\x01\0\x04\0\0\x03\x6f"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "an entry longer than its unit",
     .client = "\0\x01\0\x10\x0a\x01\0\x01\0\0\x01\x0c\x0f\x03\0\x05\x0a\x01\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
});

}  // namespace

extern const Recognizer tdp;
constinit const Recognizer tdp{
    .name = "tdp",
    .title = "Cisco TDP",
    .transports = Transports::both,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: a router speaks first only to a neighbor it has heard"},
    .reference = "draft-doolan-tdp-spec-01, section 4",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
