// ManageSieve: the filters of a mailbox.
//
// RFC 5804, sections 1.7, 2 and 4. The server greets with its capabilities, a line each of a quoted name and perhaps a quoted
// value ("IMPLEMENTATION" "Pigeonhole", "SIEVE" "fileinto reject", "SASL" "PLAIN", "STARTTLS"), then OK. The client commands
// AUTHENTICATE "PLAIN", STARTTLS, CAPABILITY, LISTSCRIPTS, PUTSCRIPT, HAVESPACE, GETSCRIPT, NOOP, LOGOUT.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto capabilities =
    std::to_array<Bytes>({"IMPLEMENTATION", "SASL", "SIEVE", "STARTTLS", "MAXREDIRECTS", "NOTIFY",
                          "LANGUAGE", "OWNER", "VERSION", "UNAUTHENTICATE", "RENAME"});

Bytes quoted(Bytes text) {
  if (!text.starts_with('"')) return {};
  const std::size_t end = text.find('"', 1);
  return end == Bytes::npos ? Bytes{} : text.substr(1, end - 1);
}

Fit judge_server(Bytes said, Bytes& implementation) {
  if (said.empty()) return Fit::open;
  unsigned known = 0;
  bool first = true;
  for (LineReader lines{said}; !lines.at_end(); first = false) {
    const Line line = lines.next();
    if (!line.ended) break;
    if (known > 0 && first_word(line.text) == "OK") return Fit::proves;
    const Bytes name = quoted(line.text);
    const bool listed = std::ranges::any_of(
        capabilities, [name](Bytes known_name) { return equal_ignoring_case(name, known_name); });
    if (!listed && (first || name.empty())) break;
    if (listed) ++known;
    const Bytes rest = line.text.substr(name.size() + 2);
    if (equal_ignoring_case(name, "IMPLEMENTATION") && rest.starts_with(' '))
      implementation = quoted(rest.substr(1));
  }
  if (known >= 2) return Fit::proves;
  if (known == 1) return Fit::fits;
  return first_line(said).text.starts_with("BYE ") || first_line(said).text.starts_with("NO ")
             ? Fit::weak
             : Fit::alien;
}

Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  const Bytes verb = first_word(line.text);
  const Bytes rest = after_first_word(line.text);
  if (!line.ended || !is_text(line.text)) return Fit::alien;
  if (equal_ignoring_case(verb, "AUTHENTICATE"))
    return !quoted(rest).empty() ? Fit::fits : Fit::alien;
  constexpr auto own = std::to_array<Bytes>({"LISTSCRIPTS", "PUTSCRIPT", "HAVESPACE", "GETSCRIPT",
                                             "SETACTIVE", "DELETESCRIPT", "CHECKSCRIPT"});
  if (std::ranges::any_of(own, [verb](Bytes word) { return equal_ignoring_case(verb, word); }))
    return Fit::fits;
  constexpr auto common = std::to_array<Bytes>({"STARTTLS", "CAPABILITY", "NOOP", "LOGOUT"});
  return std::ranges::any_of(common, [verb](Bytes word) { return equal_ignoring_case(verb, word); })
             ? Fit::open
             : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("AaLlPpHhGgSsDdCc"), .server = ByteSet::of("\"")};

Match recognize_managesieve(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes implementation;
  const Fit client = judge_client(exchange.client);
  const Fit server = judge_server(exchange.server, implementation);
  if (client < Fit::fits && server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (!implementation.empty())
    match.says = Note::of("server says IMPLEMENTATION {}", Printable{implementation});
  else
    match.says = Note::of(
        "{} says {}", server >= Fit::fits ? "server" : "client",
        Printable{first_line(server >= Fit::fits ? exchange.server : exchange.client).text});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 4190, .service = "sieve"}});

constexpr Bytes greeting =
    "\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n\"SIEVE\" \"fileinto reject "
    "envelope\"\r\n\"SASL\" \"PLAIN\"\r\n\"STARTTLS\"\r\nOK \"ready.\"\r\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "greeted, then TLS",
     .client = "STARTTLS\r\n",
     .server = greeting,
     .first = Side::server},
    {.about = "the greeting alone", .server = greeting, .first = Side::server},
    {.about = "the client alone",
     .client = "AUTHENTICATE \"PLAIN\" \"AGFubgB4\"\r\n",
     .expect = Certainty::likely},
    {.about = "IMAP",
     .client = "a STARTTLS\r\n",
     .server = "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a quoted text",
     .server = "\"HELLO\" \"WORLD\"\r\nOK\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a command that others have too",
     .client = "STARTTLS\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer managesieve;
constinit const Recognizer managesieve{
    .name = "managesieve",
    .title = "ManageSieve",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 5804, sections 1.7, 2 and 4",
    .opens = opens,
    .judge = recognize_managesieve,
    .examples = examples,
};

}  // namespace oddport::recognizers
