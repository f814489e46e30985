// Munin: a node tells its measured values. "Munin's network protocol", in Munin's guide.
//
//   server  # munin node at HOST<LF>     client  cap | list | nodes | config NAME | fetch NAME | version | spoolfetch | starttls | quit<LF>
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto verbs = std::to_array<Bytes>(
    {"cap", "list", "nodes", "config", "fetch", "version", "spoolfetch", "starttls", "quit"});

constexpr Bytes greeting = "# munin node at ";

bool is_verb(Bytes word) {
  for (const Bytes verb : verbs)
    if (equal_ignoring_case(verb, word)) return true;
  return false;
}

Fit judge_client(Bytes said) {
  Fit fit = Fit::open;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    if (!line.ended) break;
    // Behind STARTTLS anything may come.
    if (!is_verb(first_word(line.text))) return fit == Fit::open ? Fit::alien : fit;
    fit = Fit::weak;
  }
  return fit;
}

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  if (!line.text.starts_with(greeting)) return greeting.starts_with(said) ? Fit::open : Fit::alien;
  const Bytes host = line.text.substr(greeting.size());
  if (!line.ended) return Fit::fits;
  return is_token(host) ? Fit::proves : Fit::alien;
}

Match recognize_munin(const Exchange& exchange) {
  const Fit server = judge_server(exchange.server);
  // The client's words alone are anybody's.
  if (server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(judge_client(exchange.client), server);
  if (match)
    match.says = Note::of("server says {}", Printable{first_line(exchange.server).text, 60});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 4949, .service = "munin"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and commands",
     .client = "cap multigraph dirtyconfig\nlist\n",
     .server = "# munin node at labserver\ncap multigraph dirtyconfig\nload cpu df\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "# munin node at db1.example.org\n",
     .first = Side::server},
    {.about = "the greeting is cut",
     .server = "# munin node at db1",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a comment of something else",
     .server = "# munin notes\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "its words alone", .client = "list\nquit\n", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer munin;
constinit const Recognizer munin{
    .name = "munin",
    .title = "Munin",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Munin's guide, network protocol",
    .opens = {.client = {}, .server = ByteSet::of("#")},
    .judge = recognize_munin,
    .examples = examples,
};

}  // namespace oddport::recognizers
