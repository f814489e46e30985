// CVS's password server.
//
// "The CVS Client/Server Protocol" (cvsclient), section 4.
//   client  BEGIN AUTH REQUEST<LF>/cvsroot<LF>user<LF>A scrambled password<LF>END AUTH REQUEST<LF>     server  I LOVE YOU<LF>
// VERIFICATION in place of AUTH ends there; GSSAPI has its tokens between. Refusals: "I HATE YOU", "E ...", "error ...".
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

Fit judge_client(Bytes said, Bytes& root) {
  if (said.empty()) return Fit::open;
  LineReader lines{said};
  const Line begin = lines.next();
  if (begin.text != "BEGIN AUTH REQUEST" && begin.text != "BEGIN VERIFICATION REQUEST" &&
      begin.text != "BEGIN GSSAPI REQUEST")
    return Fit::alien;
  if (!begin.ended) return Fit::fits;
  const Line second = lines.next();
  if (is_text(second.text) &&
      (second.text.starts_with('/') || second.text.find(":/") != Bytes::npos))
    root = second.text;
  return Fit::proves;
}

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  if (line.text == "I LOVE YOU" || line.text == "I HATE YOU") return Fit::fits;
  const bool refusal = line.text.starts_with("E ") || line.text.starts_with("error ");
  return refusal && is_text(line.text) ? Fit::weak : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("B"), .server = ByteSet::of("I")};

Match recognize_cvs_pserver(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes root;
  const Fit client = judge_client(exchange.client, root);
  const Fit server = judge_server(exchange.server);
  if (client < Fit::fits && server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (client < Fit::fits)
    match.says = Note::of("server says {}", Printable{first_line(exchange.server).text});
  else if (root.empty())
    match.says = Note::of("client says {}", Printable{first_line(exchange.client).text});
  else
    match.says = Note::of("client asks to be let into {}", Printable{root, 48});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 2401, .service = "cvspserver"}});

constexpr Bytes login = "BEGIN AUTH REQUEST\n/cvsroot\nanonymous\nA\nEND AUTH REQUEST\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "let in", .client = login, .server = "I LOVE YOU\n"},
    {.about = "the client alone",
     .client = "BEGIN VERIFICATION REQUEST\n/cvsroot\nann\nA\nEND VERIFICATION REQUEST\n"},
    {.about = "no such repository",
     .client = login,
     .server = "error 0 /cvsroot: no such repository\n"},
    {.about = "refused",
     .server = "I HATE YOU\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "another request", .client = "BEGIN REQUEST\n/cvsroot\n", .expect = Certainty::none},
    {.about = "an error alone",
     .server = "error 0 no\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = login,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer cvs_pserver;
constinit const Recognizer cvs_pserver{
    .name = "cvs-pserver",
    .title = "CVS pserver",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: the first message is a login"},
    .reference = "The CVS Client/Server Protocol, section 4",
    .opens = opens,
    .judge = recognize_cvs_pserver,
    .examples = examples,
};

}  // namespace oddport::recognizers
