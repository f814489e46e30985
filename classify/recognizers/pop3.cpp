// POP3: RFC 1939, sections 3 to 7; RFC 2449 (CAPA); RFC 2595 (STLS).
//
//   server  +OK POP3 ready <1896.697170952@example.org><CR LF>   client  USER mrose<CR LF>   server
//   +OK<CR LF>
//
// Redis answers +OK too, but never speaks first.
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto verbs = std::to_array<Bytes>({
    "CAPA",
    "USER",
    "PASS",
    "APOP",
    "AUTH",
    "STLS",
    "STAT",
    "LIST",
    "RETR",
    "DELE",
    "NOOP",
    "RSET",
    "TOP",
    "UIDL",
    "QUIT",
    "UTF8",
    "LANG",
});
// Not shared with FTP, SMTP or IRC.
constexpr auto own_verbs = std::to_array<Bytes>({"CAPA", "APOP", "STLS", "UIDL", "TOP"});
constexpr auto capabilities = std::to_array<Bytes>({
    "TOP",
    "USER",
    "SASL",
    "RESP-CODES",
    "AUTH-RESP-CODE",
    "LOGIN-DELAY",
    "PIPELINING",
    "EXPIRE",
    "UIDL",
    "STLS",
    "IMPLEMENTATION",
    "UTF8",
    "LANG",
});

template <std::size_t N>
bool is_among(const std::array<Bytes, N>& words, Bytes word) {
  return std::ranges::any_of(words,
                             [word](Bytes known) { return equal_ignoring_case(known, word); });
}

struct Client {
  Bytes first;
  int commands = 0;
  int own = 0;
};

Client hear_client(Bytes said) {
  Client client;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    const Bytes verb = first_word(line.text);
    if (!line.ended || !is_text(line.text) || !is_among(verbs, verb)) break;
    if (client.first.empty()) client.first = line.text;
    ++client.commands;
    if (is_among(own_verbs, verb)) ++client.own;
  }
  return client;
}

bool is_good(Bytes line) { return line == "+OK" || line.starts_with("+OK "); }
bool is_status(Bytes line) {
  return is_good(line) || line == "-ERR" || line.starts_with("-ERR ") || line.starts_with("+ ");
}

struct Server {
  Bytes greeting;
  bool names_itself = false;  // the greeting holds the protocol's name, or a timestamp for APOP
  bool answers = false;       // another status line followed
  int capabilities = 0;
};

bool has_timestamp(Bytes greeting) {
  const std::size_t begin = greeting.find('<');
  const std::size_t end = greeting.find('>', begin == Bytes::npos ? 0 : begin);
  return begin != Bytes::npos && end != Bytes::npos &&
         greeting.substr(begin, end - begin).find('@') != Bytes::npos;
}

Server hear_server(Bytes said) {
  Server server;
  LineReader lines{said};
  const Line greeting = lines.next();
  if (!greeting.ended || !is_good(greeting.text) || !is_text(greeting.text)) return server;
  server.greeting = greeting.text;
  server.names_itself = contains_ignoring_case(greeting.text, "POP") ||
                        contains_ignoring_case(greeting.text, "Dovecot") ||
                        has_timestamp(greeting.text);
  while (!lines.at_end()) {
    const Bytes line = lines.next().text;
    if (is_status(line))
      server.answers = true;
    else if (is_among(capabilities, first_word(line)))
      ++server.capabilities;
  }
  return server;
}

Certainty weigh(const Exchange& seen, const Client& client, const Server& server) {
  if (seen.server.empty()) {
    if (client.commands >= 3 && client.own > 0) return Certainty::likely;
    return client.own > 0 ? Certainty::hint : Certainty::none;
  }
  const bool client_first = !seen.client.empty() && !seen.server_speaks_first();
  if (server.greeting.empty() || (client_first && seen.server_from_start)) return Certainty::none;
  if (seen.client.empty()) {
    if (server.answers && server.capabilities >= 2) return Certainty::confirmed;
    return server.names_itself ? Certainty::likely : Certainty::hint;
  }
  if (client.commands > 0 && server.answers) return Certainty::confirmed;
  if (server.names_itself) return client.commands > 0 ? Certainty::confirmed : Certainty::likely;
  return Certainty::hint;
}

// Only the verb of a command is told: what follows it may be a password.
Note describe(const Client& client, const Server& server) {
  if (server.greeting.empty()) return Note::of("client says {}", first_word(client.first));
  const Printable greeting{server.greeting, 60};
  if (client.first.empty()) return Note::of("server says {}", greeting);
  return Note::of("server says {}, client says {}", greeting, first_word(client.first));
}

Match recognize(const Exchange& seen) {
  const Client client = hear_client(seen.client);
  const Server server = hear_server(seen.server);
  Match match;
  match.certainty = weigh(seen, client, server);
  if (match) match.says = describe(client, server);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 110, .service = "pop3"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a login",
     .client = "USER mrose\r\nPASS secret\r\nSTAT\r\n",
     .server = "+OK POP3 server ready\r\n+OK\r\n+OK\r\n+OK 2 320\r\n",
     .first = Side::server},
    {.about = "a greeting without the protocol's name, and capabilities",
     .client = "CAPA\r\n",
     .server = "+OK ready\r\n+OK\r\nTOP\r\nUIDL\r\n.\r\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "+OK ready <1896.697170952@mail.example.org>\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "only the server was captured",
     .server = "+OK Dovecot ready.\r\n+OK\r\nCAPA\r\nTOP\r\nUIDL\r\nSASL PLAIN\r\n.\r\n",
     .first = Side::server},
    {.about = "only the client was captured",
     .client = "USER a\r\nPASS b\r\nUIDL\r\n",
     .expect = Certainty::likely},
    {.about = "Redis", .client = "QUIT\r\n", .server = "+OK\r\n", .expect = Certainty::none},
    {.about = "FTP",
     .client = "USER a\r\nPASS b\r\n",
     .server = "220 ready\r\n331 go on\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a plus sign and nothing else",
     .server = "+OK\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "IMAP",
     .client = "a CAPABILITY\r\n",
     .server = "* OK ready\r\na OK\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer pop3;
constinit const Recognizer pop3{
    .name = "pop3",
    .title = "POP3",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 1939, sections 3 to 7",
    .opens = {.client = ByteSet::letters(), .server = ByteSet::of("+-")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
