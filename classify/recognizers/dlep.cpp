// DLEP: a router and its radio modem tell each other what the link can carry.
//
// RFC 8175, sections 10 to 13. Over UDP (discovery): "DLEP", type 1 or 2 (2), length (2). Over TCP
// (session): type 1 to 16 (2), length (2). Both go on with data items: type (2), length (2), value;
// most have a fixed size.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

constexpr auto message_names = std::to_array<std::string_view>(
    {"", "session initialization", "session initialization response", "session update",
     "session update response", "session termination", "session termination response",
     "destination up", "destination up response", "destination announce",
     "destination announce response", "destination down", "destination down response",
     "destination update", "link characteristics request", "link characteristics response",
     "heartbeat"});

struct Size {
  std::uint8_t least;
  std::uint8_t most;
};

// Sizes of the values of the data items 1 to 20 of RFC 8175, section 13.
constexpr auto item_sizes = std::to_array<Size>({
    {1, 255}, {5, 7}, {17, 19}, {1, 255}, {4, 4}, {2, 254}, {6, 8}, {5, 5}, {17, 17}, {6, 6},
    {18, 18}, {8, 8}, {8, 8},   {8, 8},   {8, 8}, {8, 8},   {1, 1}, {1, 1}, {1, 1},   {2, 2},
});

// Extensions have the numbers up to 63, private ones those from 65408 on: RFC 8175, section 15.7.
bool is_item(std::uint16_t type, std::uint16_t length) {
  if (type == 0) return false;
  if (type > item_sizes.size()) return type < 64 || type >= 65408;
  const Size size = item_sizes[type - 1u];
  return length >= size.least && (length <= size.most || size.most == 255);
}

struct Survey {
  unsigned messages = 0;
  unsigned items = 0;
  std::string_view first;
  bool fits = true;
};

// The items end exactly where the message does.
bool read_items(ByteReader reader, Survey& survey) {
  while (reader && !reader.at_end()) {
    const std::uint16_t type = reader.u16();
    const std::uint16_t length = reader.u16();
    reader.skip(length);
    if (!reader || !is_item(type, length)) return false;
    ++survey.items;
  }
  return static_cast<bool>(reader);
}

bool read_message(ByteReader& reader, Survey& survey) {
  const std::uint16_t type = reader.u16();
  const std::uint16_t length = reader.u16();
  if (!reader || type < 1 || type > 16) return false;
  if (reader.remaining() < length) {
    reader.skip(reader.remaining());
    return survey.messages > 0;
  }
  // A heartbeat has no items, and of the others only the end of the session may have none.
  if (type == 16 ? length != 0 : (length == 0 && type != 6)) return false;
  if (survey.messages++ == 0) survey.first = message_names[type];
  return read_items(reader.sub(length), survey);
}

Survey read_stream(Bytes stream) {
  Survey survey;
  ByteReader reader{stream};
  for (int n = 0; n < 64 && reader.remaining() >= 4 && survey.fits; ++n)
    survey.fits = read_message(reader, survey);
  return survey;
}

Match recognize_session(const Exchange& seen) {
  const Survey client = read_stream(seen.client);
  const Survey server = read_stream(seen.server);
  const unsigned messages = client.messages + server.messages;
  if (!client.fits || !server.fits || messages == 0) return {};
  const Survey& shown = client.messages > 0 ? client : server;
  if (client.items + server.items > 0)
    return confirmed("{} messages, the first a {}", messages, shown.first);
  if (messages >= 2) return likely("{} messages, the first a {}", messages, shown.first);
  return hint("a {} as in DLEP", shown.first);
}

bool is_signal(const Message& message, std::uint16_t& type) {
  ByteReader reader{message.bytes};
  reader.accept("DLEP");
  type = reader.u16();
  const std::uint16_t length = reader.u16();
  if (!reader || (type != 1 && type != 2) || message.wire_length != length + 8u) return false;
  Survey ignored;
  return !message.is_whole() || read_items(reader, ignored);
}

Match recognize(const Exchange& seen) {
  if (seen.transport == Transport::tcp) return recognize_session(seen);
  std::uint16_t first = 0;
  for (const Message& message : seen.messages) {
    if (is_remnant(seen, message)) continue;
    std::uint16_t type = 0;
    if (!is_signal(message, type)) return {};
    if (first == 0) first = type;
  }
  if (first == 0) return {};
  return confirmed("{} signal", first == 1 ? "peer discovery" : "peer offer");
}

constexpr Home homes[] = {{.port = 854, .service = "dlep"},
                          {.port = 854, .transport = Transport::udp, .service = "dlep"}};

constexpr Bytes initialization =
    "\0\x01\0\x15\0\x05\0\x04\0\0\xea\x60\0\x04\0\x05\0test\0\x06\0\0"_b;

constexpr Example examples[] = {
    {.about = "peer discovery",
     .client = "DLEP\0\x01\0\x14\0\x04\0\x10\0emulated-router"_b,
     .transport = Transport::udp},
    {.about = "peer offer, seen alone",
     .client = "DLEP\0\x02\0\x1e\0\x04\0\x0f\0emulated-modem\0\x02\0\x07\0\x0a\0\0\x02\x03\x56"_b,
     .transport = Transport::udp},
    {.about = "session update and its answer",
     .client = "\0\x03\0\x13\0\x08\0\x05\x01\x01\x02\x03\x04\0\x0a\0\x06\x01\x08\x08\x08\0\x18"_b,
     .server = "\0\x04\0\x05\0\x01\0\x01\0"_b,
     .transport = Transport::tcp},
    {.about = "session initialization",
     .client =
         "\0\x01\0\x20\0\x05\0\x04\0\0\xea\x60\0\x04\0\x0a\0a-router!\0\x06\0\x06\0\x01\0\x02\xff\xf4"_b,
     .transport = Transport::tcp},
    {.about = "heartbeats",
     .client = "\0\x10\0\0\0\x10\0\0"_b,
     .server = "\0\x10\0\0"_b,
     .expect = Certainty::likely,
     .transport = Transport::tcp},
    {.about = "an item without a value",
     .client = initialization,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "the word alone",
     .client = "DLEP\0\x01\0\x01\0"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "DNS over TCP",
     .client = "\0\x1d\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x03www\x07"
               "example\0\0\x01\0\x01"_b,
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

}  // namespace

extern const Recognizer dlep;
constinit const Recognizer dlep{
    .name = "dlep",
    .title = "DLEP (Dynamic Link Exchange Protocol)",
    .transports = Transports::both,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: a modem answers its own link only"},
    .reference = "RFC 8175, sections 10 to 13",
    .opens = {.client = ByteSet::of("\0D"_b), .server = ByteSet::of("\0D"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
