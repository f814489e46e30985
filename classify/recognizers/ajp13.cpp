// AJP 1.3: a web server hands requests on to Tomcat and other containers.
//
// The AJPv13 documentation of Apache Tomcat Connectors. To the container: 12 34, length (2), data; to the web server: "AB",
// length (2), data. Data begin with a code: 2 a request (method, protocol, URI, ... as texts of length (2), bytes, NUL),
// 7 shutdown, 8 ping, 10 cping; 3 part of the body, 4 headers, 5 end, 6 more of the body wanted, 9 cpong.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  std::string_view what;
  Bytes uri;
};

Bytes take_text(ByteReader& reader) {
  const Bytes text = reader.take(reader.u16());
  reader.accept("\0"_b);
  return text;
}

Fit read_request(ByteReader body, bool whole, Speech& said) {
  const std::uint8_t method = body.u8();
  const Bytes protocol = take_text(body);
  said.uri = take_text(body);
  said.what = "web server hands on";
  if (method == 0 || (method > 28 && method != 0xff)) return Fit::alien;
  if (!protocol.starts_with("HTTP/")) return Fit::alien;
  return is_text(said.uri) && (body || !whole) ? Fit::proves : Fit::alien;
}

Fit read_client(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  reader.accept("\x12\x34");
  const std::uint16_t length = reader.u16();
  const bool whole = length <= reader.remaining();
  ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  const std::uint8_t code = body.u8();
  if (!body || length > 8188) return Fit::alien;
  if (code == 2) return read_request(body, whole, said);
  said.what = "web server pings";
  return code == 10 && length == 1 ? Fit::proves : Fit::alien;
}

Fit read_server(Bytes bytes, Speech& said) {
  ByteReader reader{bytes};
  reader.accept("AB");
  const std::uint16_t length = reader.u16();
  ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  const std::uint8_t code = body.u8();
  if (!body || length == 0 || length > 8188) return Fit::alien;
  said.what = "container answers";
  switch (code) {
    case 4: {
      const std::uint16_t status = body.u16();
      const Bytes message = take_text(body);
      return body && status >= 100 && status < 600 && is_text(message) ? Fit::proves : Fit::alien;
    }
    case 5:
      return length == 2 && body.u8() <= 1 ? Fit::fits : Fit::alien;
    case 6:
      return length == 3 && body.u16() <= 8186 ? Fit::fits : Fit::alien;
    case 9:
      return length == 1 ? Fit::proves : Fit::alien;
    case 3:
      return body.u16() <= length - 3 ? Fit::weak : Fit::alien;
    default:
      return Fit::alien;
  }
}

Match recognize_ajp13(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_client(bytes, client); });
  const Fit answers =
      judge_stream(seen, Side::server, [&](Bytes bytes) { return read_server(bytes, server); });
  const Speech& shown = asks >= Fit::weak ? client : server;
  return answer(weigh(seen, asks, answers), "{}{}{}", shown.what, shown.uri.empty() ? "" : " ",
                Printable{shown.uri, 60});
}

constexpr Bytes request =
    "\x12\x34\0\x26\2\2\0\x08HTTP/1.1\0\0\6/index\0\0\7"
    "1.2.3.4\0\xff\xff\0\1\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "ping", .client = "\x12\x34\0\1\x0a"_b, .server = "AB\0\1\x09"_b},
    {.about = "request and answer", .client = request, .server = "AB\0\x0a\4\0\xc8\0\2OK\0\0\0"_b},
    {.about = "the request alone", .client = request},
    {.about = "a code that never was", .client = "\x12\x34\0\1\x0b"_b, .expect = Certainty::none},
    {.about = "the first letters of the alphabet", .server = "ABCD\r\n", .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = request,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ajp13;
constinit const Recognizer ajp13{
    .name = "ajp13",
    .title = "AJP 1.3",
    .hello = {.bytes = "\x12\x34\0\1\x0a"_b, .about = "a ping (CPing)"},
    .reference = "Apache Tomcat Connectors, AJPv13",
    .opens = {.client = ByteSet::of("\x12"), .server = ByteSet::of("A")},
    .judge = recognize_ajp13,
    .examples = examples,
};

}  // namespace oddport::recognizers
