// Diameter over TCP: RFC 6733, sections 3 and 4.
//
// Version 1 (1), length of the whole (3), flags (1), command (3), application, hop-by-hop and
// end-to-end id (4 each), values: code (4), flags (1), length of the whole (3), [vendor (4)], value
// filled up to 4 bytes. Capabilities, command 257, come first.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::uint32_t origin_host = 264;
constexpr std::uint32_t origin_realm = 296;

struct Talk {
  std::size_t messages = 0;
  std::size_t values = 0;
  bool request = false;
  std::uint32_t command = 0;
  std::uint32_t id = 0;
  Bytes origin;
  bool odd = false;
};

bool read_values(ByteReader reader, bool cut, Talk& talk) {
  for (; !reader.at_end(); ++talk.values) {
    const std::uint32_t code = reader.u32();
    const std::uint8_t flags = reader.u8();
    const std::size_t length = reader.u24();
    const std::size_t head = (flags & 0x80) != 0 ? 12 : 8;
    if (!reader) return cut;
    if (code == 0 || (flags & 0x1f) != 0 || length < head) return false;
    if (head == 12) reader.skip(4);
    const Bytes value = reader.take(length - head);
    reader.skip((4 - length % 4) % 4);
    if (!reader) return cut;
    if ((code == origin_host || code == origin_realm) && (!is_token(value) || head != 8))
      return false;
    if (code == origin_host && talk.origin.empty()) talk.origin = value;
  }
  return true;
}

bool read_message(ByteReader& reader, Talk& talk) {
  reader.accept("\x01");
  const std::size_t length = reader.u24();
  const std::uint8_t flags = reader.u8();
  const std::uint32_t command = reader.u24();
  const std::uint32_t application = reader.u32();
  const std::uint32_t id = reader.u32();
  reader.skip(4);
  if (!reader || length < 28 || length % 4 != 0 || length > 0x40000) return false;
  if ((flags & 15) != 0 || command < 257 || (flags & 0xa0) == 0xa0) return false;
  if (application > 0x1000300 && application != 0xffffffff) return false;
  const bool cut = reader.remaining() < length - 20;
  if (!read_values(reader.sub(std::min(length - 20, reader.remaining())), cut, talk)) return false;
  if (talk.messages++ == 0) {
    talk.request = (flags & 0x80) != 0;
    talk.command = command;
    talk.id = id;
  }
  return true;
}

Talk listen(Bytes said) {
  Talk talk;
  talk.odd =
      !read_messages(said, 20, [&](ByteReader& reader) { return read_message(reader, talk); });
  return talk;
}

Match recognize(const Exchange& seen) {
  const Talk client = listen(seen.client);
  const Talk server = listen(seen.server);
  if (client.messages + server.messages == 0 || client.odd || server.odd) return {};
  const Talk& shown = client.messages > 0 ? client : server;
  const bool pair = client.messages > 0 && server.messages > 0 && client.id == server.id &&
                    client.command == server.command && client.request != server.request;
  if (client.values + server.values == 0) return {};
  if (client.messages > 0 && seen.client == seen.server) return hint("an echo");
  Match match;
  const bool named = !client.origin.empty() || !server.origin.empty();
  match.certainty = named || (pair && client.values + server.values > 0) ? Certainty::confirmed
                    : shown.values >= 2                                  ? Certainty::likely
                                                                         : Certainty::hint;
  match.says = Note::of("{} sends {} {} as {}", client.messages > 0 ? "client" : "server",
                        shown.request ? "request" : "answer", shown.command,
                        Printable{client.origin.empty() ? server.origin : client.origin});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 3868, .service = "diameter"}});

constexpr Bytes capabilities =
    "\x01\0\0\x38\x80\0\x01\x01\0\0\0\0\x12\x34\x56\x78\0\0\0\x01"
    "\0\0\x01\x08\x40\0\0\x12"
    "aaa.a.test\0\0\0\0\x01\x28\x40\0\0\x0e"
    "a.test\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "capabilities exchanged",
     .client = capabilities,
     .server = "\x01\0\0\x34\0\0\x01\x01\0\0\0\0\x12\x34\x56\x78\0\0\0\x01"
               "\0\0\x01\x0c\x40\0\0\x0c\0\0\x07\xd1\0\0\x01\x08\x40\0\0\x12"
               "bbb.b.test\0\0"_b},
    {.about = "the client alone", .client = capabilities},
    {.about = "an echo", .client = capabilities, .server = capabilities, .expect = Certainty::none},
    {.about = "a value longer than the message",
     .client = "\x01\0\0\x28\x80\0\x01\x01\0\0\0\0\x12\x34\x56\x78\0\0\0\x01"
               "\0\0\x01\x08\x40\0\0\x18"
               "aaa.a.test\0\0"_b,
     .expect = Certainty::none},
    {.about = "no values",
     .client =
         "\x01\0\0\x1c\x80\0\x01\x18\0\0\0\0\x12\x34\x56\x78\0\0\0\x01\0\0\x01\x08\x40\0\0\x08"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer diameter;
constinit const Recognizer diameter{
    .name = "diameter",
    .title = "Diameter",
    .homes = homes,
    .hello = {.about = "nothing: capabilities would make a peer"},
    .reference = "RFC 6733, sections 3 and 4",
    .opens = {.client = ByteSet::of("\x01"), .server = ByteSet::of("\x01")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
