// WebSocket: messages both ways over what began as HTTP. RFC 6455, sections 4 (opening) and 5
// (frames).
//
//   client  GET /chat HTTP/1.1, Upgrade: websocket, Sec-WebSocket-Key: (24 characters of base64)
//   server  HTTP/1.1 101 ..., Sec-WebSocket-Accept: (28 characters)
//   frame   final (1 bit), reserved (3), kind (4); masked (1), length (7: 126 two more bytes, 127
//           eight), mask (4), payload
//
// A client masks what it sends, a server does not. Whoever joins late sees the frames alone: text
// in them tells.
#include <algorithm>
#include <array>

#include "classify/http_message.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

constexpr bool is_base64(Bytes text, std::size_t size) {
  const auto belongs = [](char c) {
    const auto value = static_cast<unsigned char>(c);
    return is_letter(value) || is_digit(value) || c == '+' || c == '/' || c == '=';
  };
  return text.size() == size && std::ranges::all_of(text, belongs);
}

bool asks_soundly(const MessageHead& head) {
  const auto asked = parse_request_line(head.start.text);
  if (!asked || asked->version != "HTTP/1.1" || !head.sound || !asks_for_websocket(head))
    return false;
  // The draft that came first had two keys of digits and blanks.
  return is_base64(head.field("Sec-WebSocket-Key"), 24) ||
         !head.field("Sec-WebSocket-Key1").empty();
}

bool agrees_soundly(const MessageHead& head) {
  const auto status = parse_status_line(head.start.text);
  if (!status || status->status != 101 || !head.sound || !agrees_to_websocket(head)) return false;
  return is_base64(head.field("Sec-WebSocket-Accept"), 28) ||
         !head.field("Sec-WebSocket-Location").empty();
}

struct Frames {
  unsigned count = 0;
  std::size_t text = 0;  // bytes of text in them that are such
  bool sound = true;
  bool masked = false;
};

// Text or binary data, its continuation, close, ping or pong; the last three are short and in one
// piece.
bool is_head(std::uint8_t first, std::uint64_t length) {
  const unsigned kind = first & 15u;
  if ((first & 0x70) != 0) return false;
  if (kind <= 2) return true;
  return kind >= 8 && kind <= 10 && first >= 0x80 && length <= 125;
}

bool read_frame(ByteReader& reader, Frames& frames) {
  const std::uint8_t first = reader.u8();
  const std::uint8_t second = reader.u8();
  std::uint64_t length = second & 0x7fu;
  if (length == 126) length = reader.u16();
  if (length == 127) length = reader.u64();
  const bool masked = second >= 0x80;
  const Bytes mask = masked ? reader.take(4) : "\0\0\0\0"_b;
  if (!reader || !is_head(first, length)) return false;
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(length, reader.remaining()));
  const Bytes payload = reader.take(size);
  if (frames.count++ == 0) frames.masked = masked;
  if (masked != frames.masked) return false;
  if ((first & 15) != 1) return true;
  for (std::size_t n = 0; n < payload.size(); ++n) {
    const auto c = static_cast<unsigned char>(payload[n] ^ mask[n % 4]);
    // Beyond US-ASCII half of all noise would be text.
    if (!is_text(c) || c >= 0x80) return false;
  }
  frames.text += payload.size();
  return true;
}

Frames read_frames(Bytes said) {
  Frames frames;
  ByteReader reader{said};
  while (!reader.at_end() && frames.sound) frames.sound = read_frame(reader, frames);
  return frames;
}

Match recognize_frames(const Exchange& seen) {
  if (seen.client_from_start || seen.server_from_start) return {};
  const Frames client = read_frames(seen.client);
  const Frames server = read_frames(seen.server);
  if (!client.sound || !server.sound || server.masked) return {};
  if (client.count > 0 && !client.masked) return {};
  // Masked text is that of chance as often as it is short.
  if (client.text < 24 && (server.count < 2 || server.text < 48)) return {};
  return likely("{} frames with text in them, joined late", client.count + server.count);
}

Note describe(const MessageHead& asked, const MessageHead& answered, bool agreed) {
  const auto request = parse_request_line(asked.start.text);
  if (!request) return Note::of("server agrees: {}", Printable{answered.start.text, 40});
  return Note::of("client asks to upgrade {} of {}{}", Printable{request->target, 40},
                  Printable{asked.field("Host"), 32}, agreed ? ", server agrees" : "");
}

Match recognize(const Exchange& seen) {
  const MessageHead asked = read_head(seen.client);
  const MessageHead answered = read_head(seen.server);
  const bool agreed = agrees_soundly(answered);
  const bool asks = asks_soundly(asked);
  if (!asks && !agreed) return recognize_frames(seen);
  // Whoever is only asked may refuse, and then speaks HTTP.
  if (!agreed && !seen.server.empty()) return {};
  const bool odd = !asks && !seen.client.empty() && seen.client_from_start;
  Match match;
  match.certainty = agreed && !odd ? Certainty::confirmed : Certainty::likely;
  match.says = describe(asked, answered, agreed);
  const Bytes chosen = answered.field("Sec-WebSocket-Protocol");
  const Bytes offered = asked.field("Sec-WebSocket-Protocol");
  const Bytes inside = chosen.empty() ? offered : chosen;
  if (!inside.empty()) match.inside = Note::of("{}", Printable{inside});
  return match;
}

constexpr Bytes request =
    "GET /chat HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
constexpr Bytes agreement =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x05Hello";

constexpr auto examples = std::to_array<Example>({
    {.about = "asked for and agreed to", .client = request, .server = agreement},
    {.about = "only the server was captured", .server = agreement},
    {.about = "only asked for", .client = request, .expect = Certainty::likely},
    {.about = "refused",
     .client = request,
     .server = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
     .expect = Certainty::none},
    {.about = "another upgrade",
     .client = "GET / HTTP/1.1\r\nHost: example.org\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
     .server = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a key that is none",
     .client = "GET /chat HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Key: short\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer websocket;
constinit const Recognizer websocket{
    .name = "websocket",
    .title = "WebSocket",
    .hello = {.about = "nothing: what it would upgrade is a page of its own"},
    .reference = "RFC 6455, sections 4 and 5",
    .opens = {.client = ByteSet::of("G") | ByteSet::range(0x80, 0x8a) | ByteSet::range(0, 2),
              .server = ByteSet::of("H") | ByteSet::range(0x80, 0x8a) | ByteSet::range(0, 2)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
