// uwsgi: a web server hands requests on to programs in Python and other languages.
//
// uWSGI documentation, "The uwsgi Protocol". Packet: modifier, length (2, low byte first), second modifier; for requests
// names and values, each a length (2, low byte first) and bytes: REQUEST_METHOD, PATH_INFO and others. The answer is HTTP's.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

bool is_name(Bytes name) {
  const auto belongs = [](char c) {
    return is_letter(static_cast<unsigned char>(c)) || is_digit(static_cast<unsigned char>(c)) ||
           c == '_' || c == '-' || c == '.';
  };
  return !name.empty() && name.size() < 128 && std::ranges::all_of(name, belongs);
}

bool is_known(Bytes name) {
  constexpr auto known =
      std::to_array<Bytes>({"REQUEST_METHOD", "REQUEST_URI", "PATH_INFO", "QUERY_STRING",
                            "SERVER_PROTOCOL", "SERVER_NAME", "SERVER_PORT", "CONTENT_LENGTH",
                            "CONTENT_TYPE", "HTTP_HOST", "DOCUMENT_ROOT", "REMOTE_ADDR"});
  return std::ranges::find(known, name) != known.end();
}

Fit read_client(Bytes bytes, Bytes& uri) {
  ByteReader reader{bytes};
  const std::uint8_t modifier = reader.u8();
  const std::uint16_t length = reader.u16_le();
  reader.skip(1);
  if (!reader || length < 8 || (modifier > 32 && modifier < 0xfe)) return Fit::alien;
  const bool whole = length <= reader.remaining();
  ByteReader body = reader.sub(std::min<std::size_t>(length, reader.remaining()));
  unsigned known = 0;
  while (!body.at_end()) {
    const Bytes name = body.take(body.u16_le());
    const Bytes value = body.take(body.u16_le());
    if (!body) break;
    if (!is_name(name) || !is_text(value)) return Fit::alien;
    if (name == "REQUEST_URI" || (name == "PATH_INFO" && uri.empty())) uri = value;
    if (is_known(name)) ++known;
  }
  if (!body && whole) return Fit::alien;
  if (known == 1 && !whole) return Fit::fits;
  return known >= 2 ? Fit::proves : Fit::alien;
}

Fit read_server(Bytes bytes) { return bytes.starts_with("HTTP/1.") ? Fit::open : Fit::alien; }

Match recognize_uwsgi(const Exchange& seen) {
  Bytes uri;
  const Fit asks =
      judge_stream(seen, Side::client, [&](Bytes bytes) { return read_client(bytes, uri); });
  const Fit answers = judge_stream(seen, Side::server, read_server);
  return answer(weigh(seen, asks, answers), "client hands on a request for {}", Printable{uri, 60});
}

constexpr Bytes request =
    "\0\x39\0\0\x0e\0REQUEST_METHOD\3\0GET\x09\0PATH_INFO\1\0/\x09\0HTTP_HOST\x09\0localhost"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "the request", .client = request},
    {.about = "request and answer",
     .client = request,
     .server = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhi"},
    {.about = "names of something else",
     .client = "\0\x14\0\0\5\0first\3\0one\4\0last\0\0"_b,
     .expect = Certainty::none},
    {.about = "a value longer than the packet",
     .client = "\0\x15\0\0\x0e\0REQUEST_METHOD\4\0GET"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer uwsgi;
constinit const Recognizer uwsgi{
    .name = "uwsgi",
    .title = "uwsgi",
    .hello = {.about = "nothing: a request would run a program"},
    .reference = "uWSGI documentation, The uwsgi Protocol",
    .opens = {.client = ByteSet::range(0, 32) | ByteSet::of("\xfe\xff"), .server = {}},
    .judge = recognize_uwsgi,
    .examples = examples,
};

}  // namespace oddport::recognizers
