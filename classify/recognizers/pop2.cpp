// POP2: mail fetched before POP3.
//
// RFC 937. Commands: HELO user password, FOLD mailbox, READ n, RETR, ACKS, ACKD, NACK, QUIT. Answers:
// "+" greets, "-" refuses, "#n" counts messages, "=n" counts characters.
//
//   server  + POP2 mail.example.org Server<CR LF>   client  HELO ann secret<CR LF>
//   server  #13 messages for you<CR LF>   client  READ 13<CR LF>   server  =537 characters<CR LF>
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto verbs =
    std::to_array<Bytes>({"HELO", "FOLD", "READ", "RETR", "ACKS", "ACKD", "NACK", "QUIT"});

// A HELO with user and password, and only commands of POP2 behind it.
bool logs_in(Bytes client) {
  bool first = true;
  for (LineReader lines{client}; !lines.at_end(); first = false) {
    const Line line = lines.next();
    const Bytes verb = first_word(line.text);
    const auto is_verb = [verb](Bytes known) { return equal_ignoring_case(known, verb); };
    if (!line.ended || !is_text(line.text) || !std::ranges::any_of(verbs, is_verb)) return false;
    const Bytes user_and_password = after_first_word(line.text);
    if (first &&
        (!equal_ignoring_case(verb, "HELO") || after_first_word(user_and_password).empty()))
      return false;
  }
  return !first;
}

struct Server {
  Bytes greeting;
  bool names_itself = false;
  bool counts = false;   // "#13 ..." or "=537 ..."
  bool refuses = false;  // "- no"
};

Server hear_server(Bytes said) {
  Server server{.greeting = {}};
  LineReader lines{said};
  const Line greeting = lines.next();
  if (!greeting.ended || !is_text(greeting.text) || !greeting.text.starts_with('+')) return server;
  if (greeting.text.starts_with("+OK")) return server;
  server.greeting = greeting.text;
  server.names_itself = contains_ignoring_case(greeting.text, "POP2");
  const Bytes next = lines.next().text;
  const bool marked = next.starts_with('#') || next.starts_with('=');
  server.counts = marked && is_decimal(first_word(next.substr(1)));
  server.refuses = next.starts_with("- ");
  return server;
}

Match recognize_pop2(const Exchange& exchange) {
  const Server server = hear_server(exchange.server);
  if (server.greeting.empty()) return {};
  const Printable greeting{server.greeting, 60};
  if (exchange.client.empty()) {
    if (server.names_itself && server.counts) return confirmed("server says {}", greeting);
    return server.names_itself ? likely("server says {}", greeting) : Match{};
  }
  if (!logs_in(exchange.client))
    return server.names_itself ? likely("server says {}", greeting) : Match{};
  if (server.counts || (server.names_itself && server.refuses))
    return confirmed("server says {}, client logs in with HELO", greeting);
  return server.names_itself ? likely("server says {}, client logs in with HELO", greeting)
                             : Match{};
}

constexpr auto homes = std::to_array<Home>({{.port = 109, .service = "pop2"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a session",
     .client = "HELO ann secret\r\nREAD 13\r\nRETR\r\nACKS\r\nQUIT\r\n",
     .server = "+ POP2 mail.example.org Server\r\n#13 messages for you\r\n=537 characters\r\n",
     .first = Side::server},
    {.about = "a refusal",
     .client = "HELO ann wrong\r\n",
     .server = "+ POP2 mail.example.org v4.4\r\n- Bad login\r\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "+ POP2 mail.example.org Server\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "POP3",
     .client = "USER ann\r\n",
     .server = "+OK POP2 is not spoken here\r\n+OK\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a plus and a text",
     .client = "HELO there\r\n",
     .server = "+ welcome\r\n- no\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer pop2;
constinit const Recognizer pop2{
    .name = "pop2",
    .title = "POP2",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 937",
    .opens = {.client = {}, .server = ByteSet::of("+")},
    .judge = recognize_pop2,
    .examples = examples,
};

}  // namespace oddport::recognizers
