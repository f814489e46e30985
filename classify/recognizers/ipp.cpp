// IPP, printing over HTTP: RFC 8010, sections 3 and 4; RFC 8011.
//
//   client  POST /printers/lp HTTP/1.1<CR LF>Content-Type: application/ipp<CR LF><CR LF> body
//   body    version (2), operation or status (2), request id (4), tag 01, attribute
//   "attributes-charset", ...
//
// The first attribute of every request and response is its charset, so a body is known beyond
// chance. HTTP with application/ipp and no body yet, or from a server that names IPP as its
// product, is likely IPP.
#include <array>

#include "classify/byte_reader.h"
#include "classify/http_message.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

struct Operation {
  std::uint16_t code;
  std::string_view name;
};

// The operations met in practice; IANA's registry of IPP has more.
constexpr auto operations = std::to_array<Operation>({
    {0x0002, "Print-Job"},
    {0x0004, "Validate-Job"},
    {0x0005, "Create-Job"},
    {0x0006, "Send-Document"},
    {0x0008, "Cancel-Job"},
    {0x0009, "Get-Job-Attributes"},
    {0x000a, "Get-Jobs"},
    {0x000b, "Get-Printer-Attributes"},
    {0x0016, "Create-Printer-Subscriptions"},
    {0x001c, "Get-Notifications"},
    {0x4001, "CUPS-Get-Default"},
    {0x4002, "CUPS-Get-Printers"},
    {0x4003, "CUPS-Add-Modify-Printer"},
    {0x4005, "CUPS-Get-Classes"},
    {0x400b, "CUPS-Get-Devices"},
    {0x400c, "CUPS-Get-PPDs"},
});

std::string_view name_of(std::uint16_t operation) {
  for (const Operation& known : operations)
    if (known.code == operation) return known.name;
  return "an operation";
}

struct Body {
  std::uint8_t major = 0;
  std::uint8_t minor = 0;
  std::uint16_t code = 0;
};

bool is_hexadecimal(Bytes text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == Bytes::npos;
}

// A chunked body has the chunk's length before it: RFC 9112, section 7.1.
Bytes without_chunk_size(const MessageHead& head) {
  const Line size = first_line(head.body);
  if (!contains_ignoring_case(head.field("Transfer-Encoding"), "chunked")) return head.body;
  if (!size.ended || !is_hexadecimal(size.text.substr(0, size.text.find(';')))) return {};
  return head.body.substr(head.body.find('\n') + 1);
}

// RFC 8010, section 3.1.1, up to the attribute that always comes first.
std::optional<Body> read_body(const MessageHead& head) {
  ByteReader reader{without_chunk_size(head)};
  const std::uint8_t major = reader.u8();
  const std::uint8_t minor = reader.u8();
  const std::uint16_t code = reader.u16();
  reader.skip(4);
  reader.accept(
      "\x01\x47\0\x12"
      "attributes-charset"_b);
  if (!reader || major == 0 || major > 2 || minor > 2) return std::nullopt;
  return Body{.major = major, .minor = minor, .code = code};
}

bool is_http(Bytes version) { return is_version_of(version, "HTTP"); }

bool is_response(const MessageHead& head) {
  const auto status = parse_status_line(head.start.text);
  return head.start.ended && head.sound && status && is_http(status->version);
}

bool is_request(const MessageHead& head) {
  const auto asked = parse_request_line(head.start.text);
  return head.start.ended && head.sound && asked && is_http(asked->version);
}

bool is_printing_request(const MessageHead& head) {
  return is_request(head) && head.start.text.starts_with("POST ") && carries_printing(head);
}

Match name_server(const MessageHead& answered) {
  return likely("server calls itself {}", Printable{answered.field("Server")});
}

Match judge_answer_alone(const MessageHead& answered) {
  const auto body = read_body(answered);
  if (body) return confirmed("server answers in IPP {}.{}", body->major, body->minor);
  return name_server(answered);
}

Match judge_request(const MessageHead& asked, const MessageHead& answered, bool was_answered) {
  const auto body = read_body(asked);
  const bool fits = !was_answered || is_response(answered);
  const bool refused = was_answered && !carries_printing(answered);
  if (!body) {
    if (was_answered && fits && read_body(answered))
      return confirmed("client posts, and server answers, application/ipp");
    return likely("client posts application/ipp");
  }
  if (!fits) return likely("client asks {} in IPP, the answer is not HTTP", name_of(body->code));
  // Any web server has an answer.
  if (refused) return likely("client asks {} in IPP, the answer is not IPP", name_of(body->code));
  return confirmed("client asks {} in IPP {}.{}", name_of(body->code), body->major, body->minor);
}

Match recognize(const Exchange& seen) {
  const MessageHead asked = read_head(seen.client);
  const MessageHead answered = read_final_head(seen.server);
  if (is_printing_request(asked))
    return judge_request(asked, answered, !seen.server.empty() && seen.server_from_start);
  if (!is_response(answered) || !carries_printing(answered)) return {};
  if (seen.client.empty() || !seen.client_from_start) return judge_answer_alone(answered);
  return is_request(asked) ? name_server(answered) : Match{};
}

constexpr auto homes = std::to_array<Home>({{.port = 631, .service = "ipp"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "the default printer asked for",
     .client = "POST / HTTP/1.1\r\nHost: printer\r\nContent-Type: application/ipp\r\n\r\n"
               "\x02\0\x40\x01\0\0\0\x01\x01G\0\x12"
               "attributes-charset\0\5utf-8\x03"_b,
     .server =
         "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n\r\n"
         "\x02\0\0\0\0\0\0\x01\x01G\0\x12"
         "attributes-charset\0\5utf-8\x03"_b},
    {.about = "only the request was captured, in chunks",
     .client = "POST /printers/lp HTTP/1.1\r\nContent-Type: application/ipp\r\n"
               "Transfer-Encoding: chunked\r\n\r\n1f\r\n\x01\x01\0\x0b\0\0\0\x07\x01G\0\x12"
               "attributes-charset\0\5utf-8\x03\r\n"_b},
    {.about = "only the response was captured",
     .server = "HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n\r\n"
               "\x02\0\x04\x06\0\0\0\x01\x01G\0\x12"
               "attributes-charset\0\5utf-8\x03"_b},
    {.about = "the body was not captured",
     .client = "POST /ipp/print HTTP/1.1\r\nContent-Type: application/ipp\r\nExpect: "
               "100-continue\r\n\r\n",
     .expect = Certainty::likely},
    {.about = "the web pages of a printing service",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server =
         "HTTP/1.0 200 OK\r\nServer: CUPS/2.4 IPP/2.1\r\nContent-Type: text/html\r\n\r\n<html>",
     .expect = Certainty::likely},
    {.about = "HTTP that posts something else",
     .client = "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\r\n{}",
     .server = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}",
     .expect = Certainty::none},
    {.about = "the media type in the text, not in a field",
     .client = "GET /?type=application/ipp HTTP/1.1\r\nHost: a\r\n\r\n",
     .expect = Certainty::none},
    {.about = "a body without HTTP around it",
     .client = "\x02\0\x40\x01\0\0\0\x01\x01G\0\x12"
               "attributes-charset\0\5utf-8\x03"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ipp;
constinit const Recognizer ipp{
    .name = "ipp",
    .title = "IPP",
    .homes = homes,
    .hello = {.bytes =
                  "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/ipp\r\n"
                  "Content-Length: 104\r\nConnection: close\r\n\r\n"
                  "\x02\0\0\x0b\0\0\0\x01\x01G\0\x12"
                  "attributes-charset\0\5utf-8H\0\x1b"
                  "attributes-natural-language\0\2enE\0\x0bprinter-uri\0\x10ipp://localhost/\x03"_b,
              .about = "the attributes of the printer (read only)"},
    .reference = "RFC 8010, section 3",
    .opens = {.client = ByteSet::of("P"), .server = ByteSet::of("H")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
