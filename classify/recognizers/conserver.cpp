// conserver, serial consoles over the network: PROTOCOL in its source.
//
//   server  ok<CR LF>         client  ssl<CR LF>, login joe<CR LF>, call c1<CR LF>, ...
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Command {
  Bytes word;
  bool has_argument;
};

constexpr auto commands = std::to_array<Command>({
    {"ssl", false},
    {"gssapi", false},
    {"login", true},
    {"call", true},
    {"help", false},
    {"exit", false},
    {"groups", false},
    {"master", false},
    {"newlogs", false},
    {"pid", false},
    {"examine", true},
    {"info", true},
    {"reinit", true},
});

bool is_command(const Line& line) {
  const Bytes argument = after_first_word(line.text);
  return line.ended && std::ranges::any_of(commands, [&](const Command& known) {
           return first_word(line.text) == known.word && known.has_argument == !argument.empty() &&
                  is_printable(argument);
         });
}

Match recognize(const Exchange& seen) {
  // One side alone tells it where TLS follows the request for it, or the consent.
  if (seen.server.empty() && seen.client.starts_with("ssl\r\n\x16\x03"))
    return likely("client asks for TLS and begins it");
  if (seen.client.empty() && seen.server.starts_with("ok\r\nok\r\n\x16\x03"))
    return likely("server says ok twice and begins TLS");
  if (!seen.server.starts_with("ok\r\n")) return {};
  if (seen.client.empty() && seen.server.size() == 4 && seen.server_from_start)
    return hint("server says ok as conserver does");
  const Line line = first_line(seen.client);
  // It says so before anybody asked.
  if (!is_command(line) || !seen.server_speaks_first()) return {};
  if (!seen.client.substr(0, line.text.size() + 2).ends_with("\r\n")) return {};
  return confirmed("server says ok first, client says {}", Printable{line.text});
}

constexpr auto examples = std::to_array<Example>({
    {.about = "TLS asked for",
     .client = "ssl\r\n\x16\x03\x01\x02"_b,
     .server = "ok\r\nok\r\n\x16\x03\x03\0"_b,
     .first = Side::server},
    {.about = "a login",
     .client = "login lab\r\ncall c1\r\n",
     .server = "ok\r\nok\r\n40001\r\n",
     .first = Side::server},
    {.about = "the server alone",
     .server = "ok\r\nok\r\n\x16\x03\x03\0"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "ok alone", .server = "ok\r\n", .first = Side::server, .expect = Certainty::none},
    {.about = "ok as an answer",
     .client = "help\r\n",
     .server = "ok\r\n",
     .expect = Certainty::none},
    {.about = "another command",
     .client = "USER lab\r\n",
     .server = "ok\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer conserver;
constinit const Recognizer conserver{
    .name = "conserver",
    .title = "conserver",
    .era = Era::niche,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "conserver's PROTOCOL",
    .opens = {.client = ByteSet::of("s"), .server = ByteSet::of("o")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
