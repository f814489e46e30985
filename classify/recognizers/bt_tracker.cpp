// BitTorrent's tracker protocol over UDP: who else has this torrent?
//
// BEP 15. Connect: 0000041727101980, action 0 (4), transaction (4); answer: action, transaction, connection (8).
// Announce (98 bytes and more): connection, action 1, transaction, hash (20), peer (20), three amounts (8 each), event (4),
// address, key, count (4 each), port; answer: 1, transaction, interval, leechers, seeders, peers (6 or 18 bytes each). Scrape:
// action 2 and hashes; answer of 12 bytes for each. Action 3 is an error's text.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto actions =
    std::to_array<std::string_view>({"connect", "announce", "scrape", "error"});

struct Speech {
  std::uint32_t action = 0;
  std::uint32_t transaction = 0;
  bool asks = false;
};

bool is_announce(ByteReader reader) {
  reader.skip(20);
  const Bytes peer = reader.take(20);
  reader.skip(24);
  const std::uint32_t event = reader.u32();
  reader.skip(8);
  const std::uint32_t wanted = reader.u32();
  reader.skip(2);
  // A peer names itself after its program: "-AZ2060-...".
  const bool named = is_printable(peer.substr(0, 4));
  return reader && named && event <= 3 && (wanted <= 4096 || wanted >= 0xfffff000);
}

Fit read_request(const Message& message, Speech& said) {
  ByteReader reader{message.bytes};
  const std::uint64_t connection = reader.u64();
  said = {.action = reader.u32(), .transaction = reader.u32(), .asks = true};
  if (!reader) return Fit::alien;
  if (connection == 0x41727101980) return said.action == 0 ? Fit::proves : Fit::alien;
  if (said.action == 1) return is_announce(reader) ? Fit::proves : Fit::alien;
  const std::size_t hashes = message.wire_length - 16;
  return said.action == 2 && hashes > 0 && hashes <= 1480 && hashes % 20 == 0 ? Fit::weak
                                                                              : Fit::alien;
}

// An answer has little of its own; its transaction must be one that was asked for.
Fit read_answer(const Message& message, Speech& said) {
  ByteReader reader{message.bytes};
  said = {.action = reader.u32(), .transaction = reader.u32(), .asks = false};
  const std::size_t length = message.wire_length;
  if (!reader) return Fit::alien;
  switch (said.action) {
    case 0:
      return length == 16 && said.transaction != 0 ? Fit::open : Fit::alien;
    case 1: {
      // Drawn by chance, which small numbers are not.
      if (said.transaction <= 0xffff) return Fit::alien;
      const std::uint32_t interval = reader.u32();
      const bool peers = length >= 20 && ((length - 20) % 6 == 0 || (length - 20) % 18 == 0);
      const bool few = reader.u32() < 1'000'000 && reader.u32() < 1'000'000;
      if (!reader || !peers || !few || interval < 30 || interval >= 100'000) return Fit::alien;
      return length > 20 ? Fit::fits : Fit::weak;
    }
    case 2:
      return length > 8 && (length - 8) % 12 == 0 ? Fit::weak : Fit::alien;
    case 3:
      return length > 10 && is_text(until_nul(reader.rest())) ? Fit::open : Fit::alien;
    default:
      return Fit::alien;
  }
}

Fit read_datagram(const Message& message, Speech& said) {
  Speech request;
  const Fit asks = read_request(message, request);
  if (asks > Fit::open) {
    said = request;
    return asks;
  }
  return read_answer(message, said);
}

Match recognize_bt_tracker(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit one = judge_most_datagrams(
      seen, Side::client, [&](const Message& message) { return read_datagram(message, client); });
  const Fit two = judge_most_datagrams(
      seen, Side::server, [&](const Message& message) { return read_datagram(message, server); });
  const Speech& shown = client.asks || one >= two ? client : server;
  return answer(weigh(seen, one, two), "{} {}",
                shown.asks ? "a client asks to" : "the tracker answers to",
                actions[std::min<std::size_t>(shown.action, 3)]);
}

constexpr Bytes connection_request = "\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0\x84\xb7\xa6\x15"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "connection",
     .client = connection_request,
     .server = "\0\0\0\0\x84\xb7\xa6\x15\xa4\x67\x1f\x47\xb8\xcc\xee\x45"_b},
    {.about = "the question alone", .client = connection_request},
    {.about = "an announcement",
     .client = "\xa4\x67\x1f\x47\xb8\xcc\xee\x45\0\0\0\1\x6c\x60\x77\xbdhash-of-the-torrent!"
               "-AZ2060-123456789012\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2"
               "\0\0\0\0\x25\xe3\x2d\6\0\0\0\x32\x1b\x3e"_b,
     .server = "\0\0\0\1\x6c\x60\x77\xbd\0\0\7\x0b\0\0\0\1\0\0\0\0\xc6\x12\x0a\1\x1b\x3e"_b},
    {.about = "an answer alone",
     .client = "\0\0\0\0\x84\xb7\xa6\x15\xa4\x67\x1f\x47\xb8\xcc\xee\x45"_b,
     .expect = Certainty::none},
    {.about = "the magic with another action",
     .client = "\0\0\x04\x17\x27\x10\x19\x80\0\0\0\1\x84\xb7\xa6\x15"_b,
     .expect = Certainty::none},
    {.about = "an event that never was",
     .client = "\xa4\x67\x1f\x47\xb8\xcc\xee\x45\0\0\0\1\x6c\x60\x77\xbdhash-of-the-torrent!"
               "-AZ2060-123456789012\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\7"
               "\0\0\0\0\x25\xe3\x2d\6\0\0\0\x32\x1b\x3e"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer bt_tracker;
constinit const Recognizer bt_tracker{
    .name = "bt-tracker",
    .title = "BitTorrent tracker (UDP)",
    .transports = Transports::udp,
    .hello = {.bytes = connection_request, .about = "a connection's number"},
    .reference = "BEP 15",
    .opens = {.client = ByteSet::all(), .server = ByteSet::of("\0"_b)},
    .judge = recognize_bt_tracker,
    .examples = examples,
};

}  // namespace oddport::recognizers
