// Syncthing's discovery of devices in the same network.
//
// Local Discovery Protocol v4: magic 2ea7d90b, then the protobuf message Announce: device (field 1, 32 bytes), addresses (field 2,
// text), instance (field 3). Version 3 and before began with 9d79bc3x or 7d79bc40 and XDR.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

bool is_announcement(ByteReader reader, Bytes& address) {
  reader.accept("\x0a\x20");
  reader.skip(32);
  while (reader.accept_if("\x12")) {
    address = reader.take(reader.u8());
    if (!reader || address.find("://") == Bytes::npos || !is_token(address)) return false;
  }
  return reader && (reader.at_end() || reader.rest().starts_with('\x18'));
}

Fit read_datagram(const Message& message, Bytes& address) {
  ByteReader reader{message.bytes};
  if (reader.accept_if("\x2e\xa7\xd9\x0b"))
    return is_announcement(reader, address) || !message.is_whole() ? Fit::proves : Fit::alien;
  // Before protobuf: the device's length (32) and id.
  reader.accept("\x7d\x79\xbc\x40");
  const std::uint32_t length = reader.u32();
  return reader && length == 32 && reader.remaining() > 32 ? Fit::proves : Fit::alien;
}

Match recognize_syncthing(const Exchange& seen) {
  Bytes address;
  const auto read = [&](const Message& message) { return read_datagram(message, address); };
  const Fit one = judge_most_datagrams(seen, Side::client, read);
  const Fit two = judge_most_datagrams(seen, Side::server, read);
  return answer(weigh(seen, one, two), "a device announces {}",
                Printable{address.empty() ? "itself"_b : address});
}

constexpr Bytes announcement =
    "\x2e\xa7\xd9\x0b\x0a\x20"
    "0123456789abcdef0123456789abcdef\x12\x13tcp://0.0.0.0:22000\x18\x85\x01"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "an announcement", .client = announcement},
    {.about = "without addresses",
     .client = "\x2e\xa7\xd9\x0b\x0a\x20"
               "0123456789abcdef0123456789abcdef\x18\x07"_b},
    {.about = "the magic alone", .client = "\x2e\xa7\xd9\x0b"_b, .expect = Certainty::none},
    {.about = "an id of another length",
     .client = "\x2e\xa7\xd9\x0b\x0a\x1f"
               "0123456789abcdef0123456789abcdef\x12\x13tcp://0.0.0.0:22000"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer syncthing;
constinit const Recognizer syncthing{
    .name = "syncthing",
    .title = "Syncthing discovery",
    .transports = Transports::udp,
    .hello = {.about = "nothing: devices announce themselves"},
    .reference = "Syncthing, Local Discovery Protocol v4",
    .opens = {.client = ByteSet::of("\x2e\x7d"), .server = ByteSet::of("\x2e\x7d")},
    .judge = recognize_syncthing,
    .examples = examples,
};

}  // namespace oddport::recognizers
