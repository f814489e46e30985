// SNPP: messages to pagers.
//
// RFC 1861, section 4.
//   server  220 SNPP Gateway Ready<CR LF>     client  PAGE 5551234<CR LF>MESS dinner is ready<CR LF>SEND<CR LF>QUIT<CR LF>
//   server  250 Pager ID Accepted<CR LF> ...
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

// Without those that SMTP has too (DATA, HELP, QUIT, RESE is SNPP's own).
bool is_own_command(Bytes line) {
  const Bytes verb = first_word(line);
  const Bytes rest = after_first_word(line);
  if (equal_ignoring_case(verb, "PAGE") || equal_ignoring_case(verb, "2WAY"))
    return is_token(first_word(rest)) &&
           first_word(rest).find_first_of("0123456789") != Bytes::npos;
  return equal_ignoring_case(verb, "MESS") || equal_ignoring_case(verb, "LEVE") ||
         equal_ignoring_case(verb, "COVE");
}

Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  unsigned own = 0;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    if (!is_text(line.text)) return Fit::alien;
    if (line.ended && is_own_command(line.text)) ++own;
  }
  if (own >= 2) return Fit::fits;
  return own == 1 ? Fit::weak : Fit::open;
}

Fit judge_server(Bytes said, Bytes& greeting) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  const auto reply = parse_reply(line.text);
  if (!line.ended || !reply || (reply->code != 220 && reply->code != 421)) return Fit::alien;
  if (reply->text.find("SNPP") == Bytes::npos) return reply->code == 220 ? Fit::weak : Fit::alien;
  greeting = line.text;
  return Fit::proves;
}

constexpr Openings opens = {.client = ByteSet::of("PpMmLl2Cc"), .server = ByteSet::of("24")};

Match recognize_snpp(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes greeting;
  const Fit client = judge_client(exchange.client);
  const Fit server = judge_server(exchange.server, greeting);
  if (client < Fit::weak && greeting.empty()) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (greeting.empty())
    match.says = Note::of("client says {}", Printable{first_line(exchange.client).text});
  else
    match.says = Note::of("server says {}", Printable{greeting, 60});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 444, .service = "snpp"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a page",
     .client = "PAGE 5551234\r\nMESS dinner is ready\r\nSEND\r\nQUIT\r\n",
     .server = "220 QuickPage v3.3 SNPP server ready at Mon Jan  5 12:00:00 2026\r\n250 Pager ID "
               "Accepted\r\n",
     .first = Side::server},
    {.about = "the greeting alone", .server = "220 SNPP Gateway Ready\r\n", .first = Side::server},
    {.about = "the client alone",
     .client = "PAGE 5551234\r\nMESS dinner is ready\r\nSEND\r\n",
     .expect = Certainty::likely},
    {.about = "SMTP",
     .client = "EHLO a.example\r\n",
     .server = "220 mail.example.org ESMTP\r\n250 HELP\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "no greeting", .client = "PAGE one\r\n", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer snpp;
constinit const Recognizer snpp{
    .name = "snpp",
    .title = "SNPP",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 1861, section 4",
    .opens = opens,
    .judge = recognize_snpp,
    .examples = examples,
};

}  // namespace oddport::recognizers
