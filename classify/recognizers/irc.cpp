// IRC: chat: RFC 1459 and 2812, section 2.3 and 3; modern clients begin with CAP (IRCv3).
//
//   client  NICK ann<CR LF>USER ann 0 * :Ann<CR LF>
//   server  :irc.example.org 001 ann :Welcome to the network<CR LF>
//   server  PING :1234<CR LF>   client  PONG :1234<CR LF>   client  JOIN #news<CR LF>
//
// FTP and POP3 have USER, PASS and QUIT too: USER counts here only with four parameters.
#include <algorithm>
#include <array>

#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto other_verbs = std::to_array<Bytes>({
    "AUTHENTICATE", "AWAY",     "ERROR",   "INVITE", "ISON",  "KICK",     "LIST", "LUSERS",
    "MODE",         "MOTD",     "NAMES",   "OPER",   "PASS",  "PROTOCTL", "QUIT", "SQUIT",
    "TOPIC",        "USERHOST", "VERSION", "WHO",    "WHOIS", "WHOWAS",
});

constexpr std::size_t most_parameters = 16;

constexpr auto first_bytes = ByteSet::letters() | ByteSet::of(":@#\r\n ");

struct Command {
  Bytes prefix;  // ":irc.example.org", without the colon
  Bytes verb;    // a word, or three digits
  std::array<Bytes, most_parameters> parameters;
  std::size_t count = 0;
};

// RFC 2812, section 2.3.1.
bool read_command(Bytes line, Command& command) {
  if (line.starts_with('@')) line = after_first_word(line);  // IRCv3 tags
  if (line.starts_with(':')) {
    command.prefix = first_word(line).substr(1);
    line = after_first_word(line);
    if (!is_token(command.prefix)) return false;
  }
  command.verb = first_word(line);
  for (Bytes rest = after_first_word(line); !rest.empty() && command.count < most_parameters;) {
    const bool last = rest.starts_with(':');
    command.parameters[command.count++] = last ? rest.substr(1) : first_word(rest);
    rest = last ? Bytes{} : after_first_word(rest);
  }
  return is_token(command.verb) && is_text(line);
}

bool is_verb(const Command& command, Bytes verb) { return equal_ignoring_case(command.verb, verb); }

bool is_channel(Bytes text) {
  return text.size() >= 2 && (text[0] == '#' || text[0] == '&' || text[0] == '+' || text[0] == '!');
}

// The verbs whose parameters tell IRC from all others.
bool is_own(const Command& command) {
  const std::size_t count = command.count;
  const Bytes first = command.parameters[0];
  if (is_verb(command, "USER")) return count >= 4;
  if (is_verb(command, "NICK")) return count >= 1 && is_token(first) && first.size() <= 64;
  if (is_verb(command, "JOIN") || is_verb(command, "PART")) return count >= 1 && is_channel(first);
  if (is_verb(command, "PRIVMSG") || is_verb(command, "NOTICE"))
    return count >= 2 && is_token(first);

  if (is_verb(command, "SERVER")) return count >= 3;
  if (is_verb(command, "CAP"))
    return count >= 1 && (equal_ignoring_case(first, "LS") || equal_ignoring_case(first, "REQ") ||
                          equal_ignoring_case(first, "END") || equal_ignoring_case(first, "*"));
  return false;
}

struct Voice {
  Bytes first;        // the first telling verb
  Bytes user_prefix;  // the server's name in a numeric reply
  int own = 0;
  int numeric = 0;  // ":host 001 nick ..."
  bool nick = false;
  bool user = false;
  bool welcome = false;  // 001
  bool turned_away = false;
  bool foreign = false;  // the first line is none of IRC
};

// How servers close a connection: RFC 2812, section 3.7.4, and what ircds say where somebody comes too often.
bool is_farewell(const Command& command) {
  if (!is_verb(command, "ERROR") || command.count != 1) return false;
  const Bytes text = command.parameters[0];
  constexpr auto too_often = std::to_array<Bytes>(
      {"too many connections", "too many host connections", "reconnect too fast", "throttled"});
  return starts_with_ignoring_case(text, "Closing Link") ||
         std::ranges::any_of(too_often,
                             [text](Bytes why) { return contains_ignoring_case(text, why); });
}

void weigh_command(const Command& command, Voice& voice) {
  const bool digits = command.verb.size() == 3 && is_decimal(command.verb);
  if (digits) {
    if (command.prefix.empty() || command.count < 2) return;
    ++voice.numeric;
    if (command.verb == "001") voice.welcome = true;
  } else if (is_farewell(command)) {
    voice.turned_away = true;
  } else if (is_own(command)) {
    ++voice.own;
    if (is_verb(command, "NICK")) voice.nick = true;
    if (is_verb(command, "USER")) voice.user = true;
  } else {
    return;
  }
  if (voice.first.empty()) voice.first = command.verb;
  if (voice.user_prefix.empty()) voice.user_prefix = command.prefix;
}

// Others have these too: Redis, NATS.
bool is_ping(const Command& command) {
  return (is_verb(command, "PING") || is_verb(command, "PONG")) && command.count >= 1;
}

bool is_known(const Command& command) {
  const bool digits = command.verb.size() == 3 && is_decimal(command.verb);
  if ((digits && !command.prefix.empty()) || is_own(command) || is_ping(command)) return true;
  return std::ranges::any_of(other_verbs,
                             [&command](Bytes verb) { return is_verb(command, verb); });
}

// A capture that began within a session begins within a line.
Voice hear(Bytes said, bool from_start) {
  Voice voice{.first = {}, .user_prefix = {}};
  bool first = true;
  for (LineReader lines{said}; !lines.at_end(); first = false) {
    const Line line = lines.next();
    if (line.text.empty()) continue;
    Command command{.prefix = {}, .verb = {}, .parameters = {}};
    const bool known = read_command(line.text, command) && is_known(command);
    if (!known && (first && from_start)) voice.foreign = true;
    if (!known && (!first || from_start)) break;
    if (known && line.ended) weigh_command(command, voice);
  }
  return voice;
}

Certainty weigh(const Exchange& seen, const Voice& client, const Voice& server) {
  const int telling = server.own + server.numeric;
  if (server.turned_away && telling == 0 && !server.foreign)
    return client.own > 0 ? Certainty::confirmed : Certainty::likely;
  if (seen.server.empty()) {
    if (client.nick && client.user) return Certainty::confirmed;
    return client.own >= 2 ? Certainty::likely : client.own > 0 ? Certainty::hint : Certainty::none;
  }
  if (seen.client.empty()) {
    if (server.welcome || server.numeric >= 2) return Certainty::confirmed;
    return server.numeric > 0 ? Certainty::likely
           : server.own > 0   ? Certainty::hint
                              : Certainty::none;
  }
  if (client.own > 0 && telling > 0) return Certainty::confirmed;
  if (server.welcome && !client.foreign) return Certainty::confirmed;
  if (server.foreign && client.own > 0) return Certainty::hint;
  return server.numeric > 0 || client.own >= 2 ? Certainty::likely : Certainty::none;
}

// Only verbs are told: what follows them is private.
Note describe(const Voice& client, const Voice& server) {
  const Printable host{server.user_prefix, 40};
  if (server.turned_away && server.first.empty()) return Note::of("server closes with an ERROR");
  if (client.first.empty()) return Note::of("server {} says {}", host, server.first);
  if (server.first.empty()) return Note::of("client says {}", client.first);
  return Note::of("client says {}, server {} says {}", client.first, host, server.first);
}

bool begins_well(Bytes said) {
  return !said.empty() && first_bytes.contains(static_cast<unsigned char>(said[0]));
}

Match recognize_irc(const Exchange& seen) {
  if (!begins_well(seen.client) && !begins_well(seen.server)) return {};
  const Voice client = hear(seen.client, seen.client_from_start);
  const Voice server = hear(seen.server, seen.server_from_start);
  Match match;
  match.certainty = weigh(seen, client, server);
  if (match && is_echo(seen)) match.certainty = Certainty::hint;
  if (match) match.says = describe(client, server);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 194, .service = "irc"},
    {.port = 529, .service = "irc-serv"},
    {.port = 6665, .service = "ircu"},
    {.port = 6666, .service = "ircu"},
    {.port = 6667, .service = "ircu"},
    {.port = 6668, .service = "ircu"},
    {.port = 6669, .service = "ircu"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "registration and welcome",
     .client = "NICK lab\r\nUSER lab 0 * :Lab\r\n",
     .server = ":irc.lab.test 001 lab :Welcome to the Internet Relay Network lab!~lab@192.0.2.1\r\n"
               ":irc.lab.test 002 lab :Your host is irc.lab.test\r\n"},
    {.about = "only the client was captured",
     .client = "CAP LS 302\r\nPASS x\r\nNICK ann\r\nUSER ann 8 * :Ann B\r\nJOIN #news\r\n"},
    {.about = "only the server was captured",
     .server = ":irc.example.org NOTICE * :*** Looking up your hostname\r\n"
               ":irc.example.org 001 ann :Welcome\r\n",
     .first = Side::server},
    {.about = "two servers",
     .client = "PASS x 0210-IRC+ ngIRCd\r\nSERVER a.example 1 :one\r\n",
     .server = ":b.example PASS x 0210-IRC+\r\n:b.example SERVER b.example 1 :two\r\n"},
    {.about = "a refusal alone",
     .server = ":irc.example.org 451 * :You have not registered\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "FTP",
     .client = "USER anonymous\r\nPASS a@b\r\nLIST\r\nQUIT\r\n",
     .server = "220 ready\r\n331 password\r\n230 in\r\n150 list\r\n221 bye\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "Redis is pinged",
     .client = "PING\r\n",
     .server = "+PONG\r\n",
     .expect = Certainty::none},
    {.about = "turned away at the door",
     .server = "ERROR :Connection refused, too many connections from your IP address\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "turned away while registering",
     .client = "NICK ann\r\nUSER ann 0 * :Ann\r\n",
     .server = "ERROR :Closing Link: ann[198.18.0.7] (Bad password)\r\n"},
    {.about = "an error that others tell as well",
     .server = "ERROR :Unknown command\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "an echo is pinged",
     .client = "ping 0\nping 1\nping 2\n",
     .server = "ping 0\nping 1\nping 2\n",
     .expect = Certainty::none},
    {.about = "an echo of a registration",
     .client = "NICK ann\r\nUSER ann 0 * :Ann\r\n",
     .server = "NICK ann\r\nUSER ann 0 * :Ann\r\n",
     .expect = Certainty::none},
    {.about = "a nickname asked of something else",
     .client = "NICK ann\r\n",
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
    {.about = "a colon and a number",
     .server = ":80 is the port of the web\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer irc;
constinit const Recognizer irc{
    .name = "irc",
    .title = "IRC",
    .homes = homes,
    .hello = {.about = "nothing: a client that does not register is only logged"},
    .reference = "RFC 2812, sections 2.3 and 3",
    .opens = {.client = first_bytes, .server = first_bytes},
    .judge = recognize_irc,
    .examples = examples,
};

}  // namespace oddport::recognizers
