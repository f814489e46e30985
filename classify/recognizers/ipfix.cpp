// IPFIX: records of traffic, the standard that grew out of NetFlow 9.
//
// RFC 7011, section 3. Version 10 (2), length of all (2), seconds since 1970 (4), number (4),
// domain (4), then sets: id (2: 2 templates, 3 of options, from 256 on data), length (2), content.
// Over TCP messages follow each other.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"

namespace oddport::recognizers {

namespace {

// Sets to the end; padding after the last is part of it.
bool are_sets(ByteReader reader) {
  unsigned sets = 0;
  while (reader && !reader.at_end()) {
    const std::uint16_t id = reader.u16();
    const std::uint16_t length = reader.u16();
    if (length < 4 || id < 2 || (id > 3 && id < 256)) return false;
    reader.skip(length - 4u);
    ++sets;
  }
  return reader && sets > 0;
}

// The length of the message, 0 where it is none.
std::size_t read_message(Bytes bytes) {
  ByteReader reader{bytes};
  reader.accept("\0\x0a"_b);
  const std::uint16_t length = reader.u16();
  const std::uint32_t seconds = reader.u32();
  reader.skip(8);
  if (!reader || length < 20 || seconds < 0x3c000000) return 0;
  const Bytes sets = reader.take(length - 16u);
  return reader && are_sets(ByteReader{sets}) ? length : 0;
}

// The capture may have cut it: then the head must agree with the length on the wire, and the first
// set with both.
bool is_datagram(const Message& message) {
  if (message.is_whole()) return read_message(message.bytes) == message.wire_length;
  ByteReader reader{message.bytes};
  reader.accept("\0\x0a"_b);
  const std::uint16_t length = reader.u16();
  const std::uint32_t seconds = reader.u32();
  reader.skip(8);
  const std::uint16_t id = reader.u16();
  const std::uint16_t set_length = reader.u16();
  const bool known = id == 2 || id == 3 || id >= 256;
  return reader && length == message.wire_length && seconds >= 0x3c000000 && known &&
         set_length >= 4 && set_length + 16u <= length;
}

Match recognize_stream(const Exchange& seen) {
  Bytes rest = seen.client;
  unsigned messages = 0;
  while (rest.size() >= 16) {
    const std::size_t length = read_message(rest);
    if (length == 0) break;
    rest.remove_prefix(length);
    ++messages;
  }
  const bool cut = rest.empty() || rest.starts_with("\0\x0a"_b) || rest == "\0"_b;
  if (messages == 0 || !cut) return {};
  if (!seen.server.empty())
    return likely("{} messages, but the collector speaks as well", messages);
  return confirmed("{} messages", messages);
}

Match recognize(const Exchange& seen) {
  if (seen.transport == Transport::tcp) return recognize_stream(seen);
  for (const Message& message : seen.messages)
    if (!is_remnant(seen, message) && !is_datagram(message)) return {};
  if (seen.messages.empty()) return {};
  return confirmed("{} messages", seen.messages.size());
}

constexpr Home homes[] = {{.port = 4739, .service = "ipfix"},
                          {.port = 4739, .transport = Transport::udp, .service = "ipfix"}};

constexpr Bytes message =
    "\0\x0a\0\x20\x65\x53\xf1\0\0\0\0\x01\0\0\0\0\0\x02\0\x10\x01\0\0\x02\0\x08\0\x04\0\x0c\0\x04"_b;

constexpr Example examples[] = {
    {.about = "templates over UDP", .client = message, .transport = Transport::udp},
    {.about = "templates over TCP", .client = message, .transport = Transport::tcp},
    {.about = "a length that is not the datagram's",
     .client = message.substr(0, 31),
     .expect = Certainty::none,
     .transport = Transport::udp},
    {.about = "sets with an id of NetFlow",
     .client =
         "\0\x0a\0\x20\x65\x53\xf1\0\0\0\0\x01\0\0\0\0\0\0\0\x10\x01\0\0\x02\0\x08\0\x04\0\x0c\0\x04"_b,
     .expect = Certainty::none,
     .transport = Transport::udp},
};

}  // namespace

extern const Recognizer ipfix;
constinit const Recognizer ipfix{
    .name = "ipfix",
    .title = "IPFIX",
    .transports = Transports::both,
    .homes = homes,
    .hello = {.about = "nothing: records are sent one way"},
    .reference = "RFC 7011, section 3",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\0"_b)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
