// FreeSWITCH's event socket.
//
// FreeSWITCH's documentation, "mod_event_socket". The server greets "Content-Type: auth/request" and an empty line; answers
// begin "Content-Type: command/reply" and tell "Reply-Text: +OK ..." or "-ERR ..."; the client says "auth PASSWORD", "api
// status", "event plain ALL", each with an empty line behind.
#include <array>

#include "classify/http_message.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr auto types = std::to_array<Bytes>(
    {"auth/request", "command/reply", "api/response", "text/event-plain", "text/event-json",
     "text/event-xml", "text/disconnect-notice", "text/rude-rejection", "log/data"});

Fit judge_server(Bytes said, Bytes& type) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  if (!line.text.starts_with("Content-Type: ") || !line.ended) return Fit::alien;
  type = line.text.substr(14);
  if (std::ranges::find(types, type) == types.end()) return Fit::alien;
  const Bytes behind = said.substr(line.text.size() + 1);
  if (type == "auth/request") return behind.starts_with('\n') ? Fit::proves : Fit::fits;
  if (type == "command/reply") return behind.starts_with("Reply-Text: ") ? Fit::proves : Fit::fits;
  return Fit::fits;
}

constexpr auto commands = std::to_array<Bytes>(
    {"auth", "userauth", "api", "bgapi", "event", "nixevent", "noevents", "filter", "exit",
     "connect", "sendmsg", "myevents", "log", "linger", "divert_events", "sendevent"});

Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  if (!line.ended || !is_printable(line.text)) return Fit::alien;
  return std::ranges::find(commands, first_word(line.text)) != commands.end() ? Fit::weak
                                                                              : Fit::alien;
}

constexpr Openings opens = {.client = {}, .server = ByteSet::of("C")};

Match recognize_freeswitch(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes type;
  const Fit server = judge_server(exchange.server, type);
  const Fit client = judge_client(exchange.client);
  if (server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (match) match.says = Note::of("server says Content-Type: {}", Printable{type});
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "a login",
     .client = "auth ClueCon\n\n",
     .server =
         "Content-Type: auth/request\n\nContent-Type: command/reply\nReply-Text: +OK accepted\n\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "Content-Type: auth/request\n\n",
     .first = Side::server},
    {.about = "events within a session",
     .server = "Content-Type: text/event-plain\nContent-Length: 5\n\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a part of a mail",
     .server = "Content-Type: text/plain\n\nhello\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "the client alone", .client = "auth ClueCon\n\n", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer freeswitch;
constinit const Recognizer freeswitch{
    .name = "freeswitch",
    .title = "FreeSWITCH event socket",
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "FreeSWITCH documentation, mod_event_socket",
    .opens = opens,
    .judge = recognize_freeswitch,
    .examples = examples,
};

}  // namespace oddport::recognizers
