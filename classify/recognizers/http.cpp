// HTTP/1.x: RFC 9112, sections 3 to 5.
//
//   client  GET /index.html HTTP/1.1<CR LF>Host: ...     server  HTTP/1.1 200 OK<CR LF>Server: ...
//
// The version word must stand at the end of the first line, or at its beginning, and the lines
// below must be fields. RTSP and SIP write another version word. SSDP borrows the lines for
// datagrams, IPP for printing, WebSocket to begin with: they stay theirs.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/http_message.h"
#include "classify/recognizer.h"
#include "classify/recognizers/http_guests.h"

namespace oddport::recognizers {

namespace {

// What one side's bytes are, read as HTTP.
enum class Speech : std::uint8_t {
  silent,
  unclear,    // not HTTP, but the stream was joined in its middle
  alien,      // not HTTP
  cut,        // the beginning of a first line
  plausible,  // a whole first line, but nothing below it, or a method that no list has
  open,       // of HTTP, but what has not come yet may make it another's: printing
  fits,
};

constexpr auto methods = std::to_array<Bytes>({
    "GET",       "HEAD",      "POST",        "PUT",          "DELETE",      "OPTIONS",    "TRACE",
    "CONNECT",   "PATCH",     "PROPFIND",    "MKCOL",        "COPY",        "MOVE",       "LOCK",
    "UNLOCK",    "REPORT",    "SEARCH",      "ACL",          "PROPPATCH",   "MKCALENDAR", "BIND",
    "SUBSCRIBE", "NOTIFY",    "MERGE",       "CHECKOUT",     "UNSUBSCRIBE", "MKACTIVITY", "PURGE",
    "POLL",      "BPROPFIND", "RPC_IN_DATA", "RPC_OUT_DATA", "CCM_POST",    "M-POST",     "QUERY",
});

constexpr bool is_http1(Bytes version) { return version == "HTTP/1.1" || version == "HTTP/1.0"; }

// The first line was cut: is what is left of it at least the beginning of a request or of a status
// line?
bool could_begin(Bytes line, bool request) {
  if (!request) return line.size() >= 9 && line.starts_with("HTTP/1.");
  const Bytes target = after_first_word(line);
  return std::ranges::find(methods, first_word(line)) != methods.end() && is_text(line) &&
         (target.starts_with('/') || target.starts_with("http://"));
}

Speech judge_head(const MessageHead& head, bool request) {
  if (!head.start.ended) return could_begin(head.start.text, request) ? Speech::cut : Speech::alien;
  if (!head.sound) return Speech::alien;
  if (!request) {
    const auto status = parse_status_line(head.start.text);
    const bool fits = status && is_http1(status->version) && status->status < 600;
    if (!fits) return Speech::alien;
    if (head.count == 0 && !head.ended) return Speech::plausible;
    return head.ended ? Speech::fits : Speech::open;
  }
  const auto asked = parse_request_line(head.start.text);
  if (!asked || !is_http1(asked->version)) return Speech::alien;
  if (asked->target == "*" && asked->method != "OPTIONS") return Speech::alien;
  if (std::ranges::find(methods, asked->method) == methods.end()) return Speech::plausible;
  return asked->method == "POST" && !head.ended ? Speech::open : Speech::fits;
}

Speech judge(Bytes said, const MessageHead& head, bool request, bool from_start) {
  if (said.empty()) return Speech::silent;
  const Speech speech = judge_head(head, request);
  return speech == Speech::alien && !from_start ? Speech::unclear : speech;
}

// Names that say what an HTTP conversation is for.
Note guess_inside(const MessageHead& asked, const MessageHead& answered) {
  if (!asked.field("Upgrade").empty()) return Note::of("{}", Printable{asked.field("Upgrade")});
  const Bytes line = asked.start.text;
  if (line.find("info_hash=") != Bytes::npos) return Note::of("BitTorrent tracker");
  if (line.find(" /wsman") != Bytes::npos) return Note::of("WS-Management");
  if (starts_with_ignoring_case(line, "RPC_")) return Note::of("DCE/RPC over HTTP");
  for (const MessageHead* head : {&asked, &answered}) {
    const Bytes type = head->field("Content-Type");
    if (starts_with_ignoring_case(type, "application/pkixcmp")) return Note::of("CMP");
    if (starts_with_ignoring_case(type, "application/x-rtsp-tunnelled")) return Note::of("RTSP");
  }
  return {};
}

Note describe(Speech client, Speech server, const MessageHead& asked, const MessageHead& answered) {
  const Printable request{asked.start.text, 48};
  const Printable status{answered.start.text, 32};
  if (client < Speech::cut) return Note::of("server answers {}", status);
  if (server >= Speech::cut) return Note::of("client asks {}, server answers {}", request, status);
  if (server != Speech::alien) return Note::of("client asks {}", request);
  return Note::of("client asks {}, the answer is not HTTP", request);
}

Certainty weigh(Speech client, Speech server, bool server_first) {
  if (client == Speech::alien) return server >= Speech::open ? Certainty::likely : Certainty::none;
  if (server == Speech::alien) {
    // A server that speaks unasked runs another protocol, whatever is then asked of it.
    if (client == Speech::fits) return server_first ? Certainty::hint : Certainty::likely;
    return Certainty::none;
  }
  if (client == Speech::open) return Certainty::likely;
  switch (std::max(client, server)) {
    case Speech::fits:
      return Certainty::confirmed;
    case Speech::open:
    case Speech::plausible:
      return Certainty::likely;
    case Speech::cut:
      return Certainty::hint;
    default:
      return Certainty::none;
  }
}

// SSTP borrows HTTP's heads for packets without end: its own method, and a length that no body has.
bool carries_tunnel(const MessageHead& asked, const MessageHead& answered) {
  return asked.start.text.starts_with("SSTP_") ||
         answered.field("Content-Length") == "18446744073709551615";
}

Match recognize(const Exchange& seen) {
  const MessageHead asked = read_head(seen.client);
  const MessageHead answered = read_final_head(seen.server);
  if (carries_printing(asked) || carries_printing(answered)) return {};
  if (carries_tunnel(asked, answered)) return {};
  if (is_of_swat(answered) || is_of_key_server(asked) || is_key_server(answered)) return {};
  if (agrees_to_websocket(answered) || (asks_for_websocket(asked) && seen.server.empty()))
    return {};
  const Speech client = judge(seen.client, asked, true, seen.client_from_start);
  const Speech server = judge(seen.server, answered, false, seen.server_from_start);
  Match match;
  match.certainty = weigh(client, server, seen.server_speaks_first());
  if (!match) return {};
  // What the sides switch to may not have come yet.
  if (seen.server.starts_with("HTTP/1.1 101") && !answered.ended)
    match.certainty = std::min(match.certainty, Certainty::likely);
  match.says = describe(client, server, asked, answered);
  match.inside = guess_inside(asked, answered);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 80, .service = "http"},
    {.port = 591, .service = "http-alt"},
    {.port = 623, .service = "oob-ws-http"},
    {.port = 8008, .service = "http-alt"},
    {.port = 8080, .service = "http-alt"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a page asked for and given",
     .client = "GET /index.html HTTP/1.1\r\nHost: www.example.org\r\nAccept: */*\r\n\r\n",
     .server = "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 5\r\n\r\nhello"},
    {.about = "only the request was captured",
     .client = "POST /wsman HTTP/1.1\r\nHost: 192.0.2.1:623\r\nContent-Length: 2\r\n\r\nhi"},
    {.about = "only the answer was captured",
     .server = "HTTP/1.0 404 Not Found\r\nContent-Type: text/html\r\n\r\n<html>"},
    {.about = "no HTTP, but the server reads it as a bad request",
     .client = "\x16\x03\x01\0\x05hello"_b,
     .server = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
     .expect = Certainty::likely},
    {.about = "an answer in another protocol",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "GET \0\x03H\xc7\x01"_b,
     .expect = Certainty::likely},
    {.about = "asked of a server that spoke first, and not HTTP",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "220 ready\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a status line and nothing more",
     .server = "HTTP/1.1 503 Service Unavailable\r\n",
     .expect = Certainty::likely},
    {.about = "a response that was cut in its head",
     .server = "HTTP/1.1 200 OK\r\nServer: nginx\r\nCont",
     .expect = Certainty::likely},
    {.about = "HTTP/2 without TLS",
     .client = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\xff\xff"_b,
     .server = "\0\0\0\x04\0\0\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "RTSP",
     .client = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n",
     .server = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n",
     .expect = Certainty::none},
    {.about = "SIP",
     .client = "OPTIONS sip:a@example.org SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the lines of SSDP",
     .client = "M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a printing request, whose envelope alone is HTTP",
     .client = "POST / HTTP/1.1\r\nHost: printer\r\nContent-Type: application/ipp\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a verb alone", .client = "GET /secret", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer http;
constinit const Recognizer http{
    .name = "http",
    .title = "HTTP",
    .homes = homes,
    .hello = {.bytes = "GET / HTTP/1.0\r\n\r\n", .about = "the start page"},
    .reference = "RFC 9112, sections 3 to 5",
    .opens = {.client = ByteSet::range(0x21, 0x7e), .server = ByteSet::of("H")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
