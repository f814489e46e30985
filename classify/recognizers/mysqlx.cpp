// The X Protocol of MySQL: what its document store and newer shells speak.
//
// MySQL X Protocol. Message: length of what follows (4, low byte first), type, protobuf. Newer servers greet with
// a notice "hello"; the client asks for capabilities (1), sets them (2) or authenticates (4), the server answers
// with capabilities (2), whose names are text, or with an error (1).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"

namespace oddport::recognizers {

namespace {

struct Frame {
  std::uint8_t type = 0;
  Bytes body;
};

bool take_message(ByteReader& reader, Frame& message) {
  const std::uint32_t length = reader.u32_le();
  message.type = reader.u8();
  if (!reader || length == 0 || length > 0x4000000) return false;
  message.body = reader.take(std::min<std::size_t>(length - 1, reader.remaining()));
  return true;
}

bool holds(Bytes body, Bytes text) { return body.substr(0, 600).find(text) != Bytes::npos; }

Fit read_client(Bytes bytes) {
  ByteReader reader{bytes};
  Frame message;
  if (!take_message(reader, message)) return Fit::alien;
  // Nothing is asked but the capabilities: 01 00 00 00 01. More may follow at once.
  if (message.type == 1) {
    Frame next;
    const bool alone =
        reader.at_end() || (take_message(reader, next) && next.type > 1 && next.type < 8);
    return alone && bytes.starts_with("\1\0\0\0\1"_b) ? Fit::weak : Fit::alien;
  }
  const bool field = message.body.starts_with('\x0a');
  if (message.type == 2 && field)
    return holds(message.body, "\x0a\3tls") || holds(message.body, "session_connect_attrs")
               ? Fit::proves
               : Fit::alien;
  constexpr auto methods = std::to_array<Bytes>({"PLAIN", "MYSQL41", "SHA256_MEMORY", "EXTERNAL"});
  if (message.type != 4 || !field) return Fit::alien;
  for (const Bytes method : methods)
    if (message.body.find(method) == 2) return Fit::proves;
  return Fit::alien;
}

// A notice (11) of type 5, without content.
constexpr Bytes hello = "\5\0\0\0\x0b\x08\5\x1a\0"_b;

Fit read_server(Bytes bytes) {
  ByteReader reader{bytes};
  if (reader.accept_if(hello)) return Fit::proves;
  Frame message;
  if (!take_message(reader, message)) return Fit::alien;
  const bool capabilities = message.type == 2 && holds(message.body, "authentication.mechanisms");
  return capabilities                                        ? Fit::proves
         : message.type == 1 && holds(message.body, "HY000") ? Fit::fits
                                                             : Fit::alien;
}

Match recognize_mysqlx(const Exchange& seen) {
  const Certainty certainty = weigh(seen, judge_stream(seen, Side::client, read_client),
                                    judge_stream(seen, Side::server, read_server));
  return answer(
      certainty, "messages of the X Protocol: {}",
      seen.server.empty() ? "the client's opening" : "the server's greeting or capabilities");
}

constexpr auto homes = std::to_array<Home>({{.port = 33060, .service = "mysqlx"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "the server's greeting alone", .server = hello, .first = Side::server},
    {.about = "capabilities asked and told",
     .client = "\1\0\0\0\1"_b,
     .server = "\x2f\0\0\0\2\x0a\x0f\x0a\3tls\x12\x08\x08\1\x12\4\x08\7\x40\0\x0a\x1b\x0a\x19"
               "authentication.mechanisms"_b},
    {.about = "the client wants TLS",
     .client = "\x14\0\0\0\2\x0a\x11\x0a\x0f\x0a\3tls\x12\x08\x08\1\x12\4\x08\7\x40\1"_b},
    {.about = "only the question", .client = "\1\0\0\0\1"_b, .expect = Certainty::none},
    {.about = "a question with data", .client = "\2\0\0\0\1\0"_b, .expect = Certainty::none},
    {.about = "another notice", .server = "\5\0\0\0\x0b\x08\1\x1a\0"_b, .expect = Certainty::none},
});

// The length of a message, at most 64 MiB.
constexpr auto first_bytes = Opening{ByteSet::all()}.with(3, ByteSet::range(0, 4));

}  // namespace

extern const Recognizer mysqlx;
constinit const Recognizer mysqlx{
    .name = "mysqlx",
    .title = "MySQL X Protocol",
    .homes = homes,
    .hello = {.bytes = "\1\0\0\0\1"_b, .about = "the server's capabilities"},
    .reference = "MySQL X Protocol, messages",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize_mysqlx,
    .examples = examples,
};

}  // namespace oddport::recognizers
