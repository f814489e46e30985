// NUT: what the power supply at hand says (upsd).
//
// RFC 9271, sections 4 and 5. Lines: the client asks LIST UPS, LIST VAR name, GET VAR name variable, VER, NETVER, HELP,
// STARTTLS, USERNAME, PASSWORD, LOGIN name, LOGOUT; the server answers BEGIN LIST ... END LIST, VAR name variable "value",
// UPS name "text", ERR and a code in capitals, OK, "Network UPS Tools upsd ...".
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto things =
    std::to_array<Bytes>({"UPS", "VAR", "RW", "CMD", "ENUM", "RANGE", "CLIENT", "NUMLOGINS",
                          "UPSDESC", "TYPE", "DESC", "CMDDESC", "TRACKING"});

bool names_thing(Bytes rest) { return std::ranges::find(things, first_word(rest)) != things.end(); }

Fit judge_request(Bytes line) {
  const Bytes verb = first_word(line);
  const Bytes rest = after_first_word(line);
  if (verb == "LIST" || verb == "GET") return names_thing(rest) ? Fit::fits : Fit::alien;
  if (verb == "NETVER" || verb == "PROTVER") return rest.empty() ? Fit::fits : Fit::alien;
  const bool common = verb == "VER" || verb == "HELP" || verb == "STARTTLS" || verb == "LOGOUT" ||
                      verb == "USERNAME" || verb == "PASSWORD" || verb == "LOGIN" ||
                      verb == "PRIMARY" || verb == "MASTER" || verb == "INSTCMD";
  return common ? Fit::open : Fit::alien;
}

constexpr auto errors = std::to_array<Bytes>({
    "ACCESS-DENIED",
    "UNKNOWN-UPS",
    "VAR-NOT-SUPPORTED",
    "CMD-NOT-SUPPORTED",
    "INVALID-ARGUMENT",
    "DRIVER-NOT-CONNECTED",
    "DATA-STALE",
    "ALREADY-LOGGED-IN",
    "INVALID-PASSWORD",
    "ALREADY-SET-PASSWORD",
    "INVALID-USERNAME",
    "ALREADY-SET-USERNAME",
    "USERNAME-REQUIRED",
    "PASSWORD-REQUIRED",
    "UNKNOWN-COMMAND",
    "INVALID-VALUE",
    "FEATURE-NOT-CONFIGURED",
    "FEATURE-NOT-SUPPORTED",
});

Fit judge_reply(Bytes line) {
  const Bytes verb = first_word(line);
  const Bytes rest = after_first_word(line);
  if (verb == "BEGIN")
    return rest.starts_with("LIST ") && names_thing(rest.substr(5)) ? Fit::proves : Fit::alien;
  if (verb == "ERR")
    return std::ranges::find(errors, first_word(rest)) != errors.end() ? Fit::fits : Fit::alien;
  if (verb == "VAR" || verb == "UPS" || verb == "RW" || verb == "UPSDESC")
    return rest.ends_with('"') ? Fit::fits : Fit::alien;
  if (line.starts_with("Network UPS Tools upsd ")) return Fit::proves;
  if (line.starts_with("Commands: HELP VER GET LIST")) return Fit::proves;
  if (verb == "OK") return Fit::open;
  return is_decimal(Bytes{line}.substr(0, 1)) && line.size() <= 8 ? Fit::open : Fit::alien;
}

// USERNAME, PASSWORD and LOGIN one after the other are no other protocol's, though each may be.
bool logs_in(Bytes said) {
  LineReader lines{said};
  for (const Bytes verb : {"USERNAME", "PASSWORD", "LOGIN"}) {
    const Line line = lines.next();
    if (!line.ended || first_word(line.text) != verb || !is_token(after_first_word(line.text)))
      return false;
  }
  return true;
}

template <typename Judge>
Fit judge_lines(Bytes said, Judge judge_line) {
  if (said.empty()) return Fit::open;
  Fit best = Fit::open;
  int lines_read = 0;
  for (LineReader lines{said}; !lines.at_end() && lines_read < 4; ++lines_read) {
    const Line line = lines.next();
    if (!is_text(line.text)) return Fit::alien;
    if (!line.ended) break;
    const Fit fit = judge_line(line.text);
    // Behind a good beginning, lines may be of kinds that are not listed here.
    if (fit == Fit::alien) return best >= Fit::fits ? best : Fit::alien;
    best = std::max(best, fit);
  }
  return best;
}

constexpr Openings opens = {.client = ByteSet::of("LGNPVHSUMI"), .server = ByteSet::of("BEVURNCO")};

Match recognize_nut(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const bool login = logs_in(exchange.client);
  const Fit client = login ? Fit::fits : judge_lines(exchange.client, judge_request);
  Fit server = judge_lines(exchange.server, judge_reply);
  if (login && server == Fit::open && exchange.server.starts_with("OK\n")) server = Fit::weak;
  // Only who logs in, or sets something, is told that it is well.
  if (!login && client >= Fit::fits && first_word(first_line(exchange.server).text) == "OK")
    server = Fit::alien;
  if (client < Fit::fits && server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  const bool of_server = server >= Fit::fits;
  match.says =
      Note::of("{} says {}", of_server ? "server" : "client",
               Printable{first_line(of_server ? exchange.server : exchange.client).text, 60});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 3493, .service = "nut"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "the supplies listed",
     .client = "LIST UPS\n",
     .server = "BEGIN LIST UPS\nUPS rack \"In the cellar\"\nEND LIST UPS\n"},
    {.about = "a variable",
     .client = "GET VAR rack ups.status\n",
     .server = "VAR rack ups.status \"OL\"\n"},
    {.about = "no such supply", .client = "LIST VAR attic\n", .server = "ERR UNKNOWN-UPS\n"},
    {.about = "the client alone", .client = "LIST UPS\n", .expect = Certainty::likely},
    {.about = "a monitor logs in",
     .client = "USERNAME lab\nPASSWORD lab\nLOGIN lab\nLOGOUT\n",
     .server = "OK\nOK\nOK\nOK Goodbye\n"},
    {.about = "a version alone",
     .server = "Network UPS Tools upsd 2.8.0 - https://www.networkupstools.org/\n",
     .first = Side::server},
    {.about = "an error of something else",
     .client = "LIST\n",
     .server = "ERR unknown command\n",
     .expect = Certainty::none},
    {.about = "a list of another kind",
     .client = "LIST ACTIVE\r\n",
     .server = "215 list follows\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nut;
constinit const Recognizer nut{
    .name = "nut",
    .title = "NUT (upsd)",
    .homes = homes,
    .hello = {.bytes = "LIST UPS\n", .about = "the list of power supplies (read only)"},
    .reference = "RFC 9271, sections 4 and 5",
    .opens = opens,
    .judge = recognize_nut,
    .examples = examples,
};

}  // namespace oddport::recognizers
