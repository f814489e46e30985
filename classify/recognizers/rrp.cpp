// RRP: registrars order domain names: RFC 2832, sections 3 to 5, in practice inside TLS.
//
//   server  Example Registry RRP Server version 1.1.0<CR LF>date<CR LF>.<CR LF>
//   client  check<CR LF>EntityName:Domain<CR LF>DomainName:example.com<CR LF>.<CR LF>
//   server  210 Domain name available<CR LF>.<CR LF>
//
// Attributes are "Name:value", options "-Name:value"; a point alone ends a request and an answer.
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto commands =
    std::to_array<Bytes>({"add", "check", "del", "delete", "describe", "mod", "quit", "renew",
                          "session", "status", "sync", "transfer"});

bool is_attribute(Bytes line) {
  const std::size_t colon = line.find(':');
  if (colon == Bytes::npos || colon < 2 || colon + 1 >= line.size()) return false;
  const char initial = line[line.starts_with('-') ? 1 : 0];
  return is_letter(static_cast<unsigned char>(initial)) && is_text(line);
}

struct Request {
  Bytes command;
  std::size_t attributes = 0;
  bool ended = false;
};

Request read_request(Bytes said) {
  LineReader lines{said};
  Request request;
  const Line line = lines.next();
  const bool known = std::ranges::any_of(
      commands, [&line](Bytes command) { return equal_ignoring_case(line.text, command); });
  if (!line.ended || !known) return {};
  while (!lines.at_end()) {
    const Line next = lines.next();
    if (!next.ended) break;
    request.ended = next.text == ".";
    if (request.ended) break;
    if (!is_attribute(next.text)) return {};
    ++request.attributes;
  }
  request.command = line.text;
  return request;
}

bool is_greeting(Bytes said) {
  LineReader lines{said};
  const Line first = lines.next();
  const Line date = lines.next();
  if (first.text.empty()) return false;
  const auto initial = static_cast<unsigned char>(first.text.front());
  return first.ended && date.ended && is_text(first.text) &&
         (is_letter(initial) || is_digit(initial)) &&
         contains_ignoring_case(first.text, " RRP Server version ") && lines.next().text == ".";
}

// A code of RRP and, after attributes, the point.
bool is_answer(Bytes said) {
  LineReader lines{said};
  const Line first = lines.next();
  const auto reply = parse_reply(first.text);
  if (!first.ended || !reply || reply->more || reply->text.empty()) return false;
  for (int n = 0; n < 40 && !lines.at_end(); ++n) {
    const Line line = lines.next();
    if (line.text == ".") return line.ended;
    if (line.ended && !is_attribute(line.text)) return false;
  }
  return false;
}

Match recognize(const Exchange& seen) {
  const Request request = read_request(seen.client);
  const bool asks = request.ended && request.attributes > 0;
  const Bytes greeting = first_line(seen.server).text;
  if (is_greeting(seen.server)) {
    if (!seen.client.empty() && request.command.empty())
      return likely("server says {}", Printable{greeting, 60});
    return confirmed("server says {}", Printable{greeting, 60});
  }
  if (request.command.empty()) return {};
  if (request.ended && is_answer(seen.server))
    return confirmed("client asks {}, server answers {}", request.command, Printable{greeting});
  if (!asks) return {};
  if (seen.server.empty())
    return likely("client asks {} with {} attributes, ended by a point", request.command,
                  request.attributes);
  return hint("client asks {} as in RRP, server answers otherwise", request.command);
}

constexpr auto homes = std::to_array<Home>({{.port = 648, .service = "rrp"}});

constexpr Bytes check = "check\r\nEntityName:Domain\r\nDomainName:example.com\r\n.\r\n";
constexpr Bytes greeting =
    "Example Registry RRP Server version 1.1.0\r\nMon Oct 25 20:20:34 EDT 1999\r\n.\r\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and a session",
     .client = "session\r\n-Id:registrarA\r\n-Password:secret\r\n.\r\n",
     .server = greeting,
     .first = Side::server},
    {.about = "joined late: a question and its answer",
     .client = check,
     .server = "210 Domain name available\r\n.\r\n"},
    {.about = "the greeting alone", .server = greeting, .first = Side::server},
    {.about = "only the client was captured", .client = check, .expect = Certainty::likely},
    {.about = "a command without its point",
     .client = "check\r\nEntityName:Domain\r\n",
     .expect = Certainty::none},
    {.about = "a word of many protocols",
     .client = "quit\r\n",
     .server = "221 bye\r\n",
     .expect = Certainty::none},
    {.about = "another server's version",
     .server = "RRP-like server version 1\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer rrp;
constinit const Recognizer rrp{
    .name = "rrp",
    .title = "RRP",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 2832, sections 3 to 5",
    .opens = {.client = ByteSet::of("acdmqrstACDMQRST"),
              .server = ByteSet::letters() | ByteSet::digits()},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
