// Citadel: a groupware server's own protocol, grown out of a bulletin board.
//
// citadel.org, "Application Layer Protocol for the Citadel System". The server greets with "200", its
// host name and software; commands are words of four letters, answers have three digits; a listing
// (1xx) ends with the line "000".
//
//   server  200 bbs.example.org Citadel server ready.<LF>   client  IDEN 0|1|100|client|host<LF>
//   server  200 Ok<LF>
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

// Of four letters, and not known to FTP, SMTP, NNTP or POP3.
constexpr auto own_verbs = std::to_array<Bytes>({
    "IDEN", "INFO", "GOTO", "LKRN", "LKRO", "LKRA", "LKMS", "MSGS", "MSG0", "MSG2", "MSG3", "MSG4",
    "ENT0", "RWHO", "MESG", "STLS", "GTLS", "UNGO", "QNOP", "LFLR", "CRES", "ASYN", "GETU", "SETU",
    "LBIO", "RBIO", "NEWU", "LOUT", "TIME", "ECHO", "ICAL", "GVSN", "GEXP", "PEXP", "SEXP", "CHEK",
});

struct Client {
  Bytes first;
  int own = 0;
};

Client hear_client(Bytes said) {
  Client client{.first = {}};
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    const Bytes verb = first_word(line.text);
    if (!line.ended || !is_text(line.text)) break;
    if (client.first.empty()) client.first = verb;
    if (std::ranges::any_of(own_verbs,
                            [verb](Bytes own) { return equal_ignoring_case(own, verb); }))
      ++client.own;
  }
  return client;
}

// "200 bbs.example.org Citadel server ready."; older ones say Citadel/UX.
Bytes find_greeting(Bytes said) {
  const Line line = first_line(said);
  const auto reply = line.ended ? parse_reply(line.text) : std::nullopt;
  if (!reply || reply->code != 200 || reply->more || !is_token(first_word(reply->text))) return {};
  const Bytes rest = after_first_word(reply->text);
  return contains_ignoring_case(rest, "Citadel") ? line.text : Bytes{};
}

Match recognize_citadel(const Exchange& exchange) {
  const Bytes greeting = find_greeting(exchange.server);
  if (greeting.empty()) return {};
  const Client client = hear_client(exchange.client);
  const Printable said{greeting, 60};
  if (client.own > 0) return confirmed("server says {}, client says {}", said, client.first);
  const bool names_server = contains_ignoring_case(greeting, "server");
  if (names_server && (exchange.client.empty() || equal_ignoring_case(client.first, "QUIT") ||
                       equal_ignoring_case(client.first, "NOOP")))
    return confirmed("server says {}", said);
  return likely("server says {}", said);
}

constexpr auto homes = std::to_array<Home>({{.port = 504, .service = "citadel"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and identification",
     .client = "IDEN 0|1|926|client|a.example\nINFO\n",
     .server = "200 bbs.example.org Citadel server ready.\n200 Ok\n100 Server info:\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "200 bbs Citadel/UX server ready.\n",
     .first = Side::server},
    {.about = "a client of something else",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "200 bbs.example.org Citadel server ready.\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "NNTP",
     .client = "MODE READER\r\n",
     .server = "200 citadel.example.org InterNetNews NNRP server ready (posting ok)\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "Citadel's SMTP",
     .server = "220 bbs.example.org ESMTP Citadel server ready.\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a greeting without an end",
     .server = "200 bbs.example.org Citadel ser",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer citadel;
constinit const Recognizer citadel{
    .name = "citadel",
    .title = "Citadel",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "citadel.org, Application Layer Protocol for the Citadel System",
    .opens = {.client = {}, .server = ByteSet::of("2")},
    .judge = recognize_citadel,
    .examples = examples,
};

}  // namespace oddport::recognizers
