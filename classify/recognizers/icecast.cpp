// Icecast and SHOUTcast: radio over HTTP-like heads of their own (ICY). The documentation of
// Icecast 2 and of SHOUTcast.
//
//   listener  GET /stream HTTP/1.0, Icy-MetaData: 1     server  ICY 200 OK<CR LF>icy-name:...
//   source    SOURCE /mount ICE/1.0, ice-name: ...      server  HTTP/1.0 200 OK or OK
//   source    password<CR LF>icy-name:...               server  OK2<CR LF>icy-caps:11
//
// An Icecast that answers a listener with "HTTP/1.0 200 OK" speaks plain HTTP.
#include <array>

#include "classify/http_message.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

bool has_own_field(Bytes fields) {
  for (LineReader lines{fields}; !lines.at_end();) {
    const Bytes line = lines.next().text;
    if (starts_with_ignoring_case(line, "icy-") || starts_with_ignoring_case(line, "ice-"))
      return true;
  }
  return false;
}

// "ICY 200 OK", "ICY 401 Service Unavailable".
bool answers_a_listener(const MessageHead& head) {
  const auto status = parse_status_line(head.start.text);
  return head.start.ended && status && status->version == "ICY";
}

// "OK2", and then what the server can do.
bool answers_a_source(const MessageHead& head) {
  return head.start.ended && head.start.text == "OK2" && has_own_field(head.fields);
}

bool is_source(const MessageHead& head) {
  const auto asked = parse_request_line(head.start.text);
  return head.start.ended && asked && asked->method == "SOURCE" && asked->version == "ICE/1.0";
}

Match judge_server(const MessageHead& head, const Exchange& seen) {
  const bool told = has_own_field(head.fields) || !seen.client.empty();
  Match match;
  match.certainty = told && head.sound ? Certainty::confirmed : Certainty::likely;
  const Bytes name = head.field("icy-name");
  match.says = name.empty() ? Note::of("server answers {}", Printable{head.start.text, 40})
                            : Note::of("server answers {} for {}", Printable{head.start.text, 24},
                                       Printable{name, 56});
  return match;
}

Match recognize(const Exchange& seen) {
  const MessageHead answered = read_head(seen.server);
  if (answers_a_listener(answered) || answers_a_source(answered))
    return judge_server(answered, seen);
  const MessageHead asked = read_head(seen.client);
  if (!is_source(asked)) return {};
  const bool fits = seen.server.empty() || seen.server.starts_with("HTTP/1.0 ") ||
                    seen.server.starts_with("OK") || !seen.server_from_start;
  Match match;
  match.certainty = fits && has_own_field(asked.fields) ? Certainty::confirmed : Certainty::likely;
  match.says = Note::of("a source says {}", Printable{asked.start.text, 60});
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "a listener",
     .client = "GET / HTTP/1.0\r\nIcy-MetaData:1\r\n\r\n",
     .server = "ICY 200 OK\r\nicy-notice1:<BR>\r\nicy-name:Radio\r\n\r\n"},
    {.about = "the server alone", .server = "ICY 200 OK\r\nicy-name:Radio\r\nicy-br:128\r\n\r\n"},
    {.about = "a source of Icecast",
     .client = "SOURCE /live ICE/1.0\r\ncontent-type: audio/mpeg\r\nice-name: Radio\r\n\r\n"},
    {.about = "a source of SHOUTcast",
     .client = "secret\r\n",
     .server = "OK2\r\nicy-caps:11\r\n\r\n"},
    {.about = "a listener whom HTTP answers",
     .client = "GET / HTTP/1.0\r\nIcy-MetaData:1\r\n\r\n",
     .server = "HTTP/1.0 200 OK\r\nicy-name:Radio\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the word in another line",
     .server = "ICY road ahead\r\n",
     .expect = Certainty::none},
    {.about = "an assent to something else",
     .server = "OK2\r\nready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer icecast;
constinit const Recognizer icecast{
    .name = "icecast",
    .title = "Icecast/SHOUTcast",
    .hello = {.about = "nothing: a listener asks as in HTTP, which is asked anyway"},
    .reference = "Icecast 2 documentation",
    .opens = {.client = ByteSet::of("S"), .server = ByteSet::of("IO")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
