// SMTP and its sisters submission and LMTP: RFC 5321, sections 3.1, 4.1.1 and 4.2; RFC 2033.
//
//   server  220 mail.example.org ESMTP<CR LF>     client  EHLO a.example<CR LF>     server
//   250-SIZE<CR LF>250 HELP<CR LF>
//
// FTP greets with 220 too: what tells them apart is the client's EHLO, or the word SMTP in the
// greeting.
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Client {
  Bytes hello;              // "EHLO a.example"
  bool sends_mail = false;  // MAIL FROM:< was said
  bool names_rcpt = false;  // RCPT TO:< was said
  explicit operator bool() const { return !hello.empty() || sends_mail; }
};

struct Server {
  Bytes greeting;           // the first line, where it is a reply that may open a session
  bool says_smtp = false;   // it names the protocol
  bool says_other = false;  // it names another one that greets alike
  bool refuses = false;     // the first reply to the client was that it does not know the command
  bool agrees = false;      // a 250 followed
  int extensions = 0;       // lines of that reply which name a known extension
  explicit operator bool() const { return !greeting.empty(); }
};

constexpr auto extension_names = std::to_array<Bytes>({
    "8BITMIME",
    "AUTH",
    "BINARYMIME",
    "BURL",
    "CHUNKING",
    "DELIVERBY",
    "DSN",
    "ENHANCEDSTATUSCODES",
    "ETRN",
    "EXPN",
    "HELP",
    "LIMITS",
    "PIPELINING",
    "SIZE",
    "SMTPUTF8",
    "STARTTLS",
    "VRFY",
    "XCLIENT",
});

bool names_extension(Bytes text) {
  Bytes word = first_word(text);
  word = word.substr(0, word.find('='));
  return std::ranges::any_of(extension_names,
                             [word](Bytes name) { return equal_ignoring_case(word, name); });
}

bool is_hello(Bytes line) {
  const Bytes verb = first_word(line);
  const bool known = equal_ignoring_case(verb, "EHLO") || equal_ignoring_case(verb, "HELO") ||
                     equal_ignoring_case(verb, "LHLO");
  return known && is_token(after_first_word(line));
}

Client hear_client(Bytes said) {
  Client client;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    if (!line.ended || !is_text(line.text)) break;
    if (client.hello.empty() && is_hello(line.text)) client.hello = line.text;
    if (starts_with_ignoring_case(line.text, "MAIL FROM:")) client.sends_mail = true;
    if (starts_with_ignoring_case(line.text, "RCPT TO:")) client.names_rcpt = client.sends_mail;
    if (equal_ignoring_case(line.text, "DATA") || !client) break;
  }
  return client;
}

// 220 opens a session; 421, 521 and 554 refuse it: RFC 5321, section 3.1; RFC 7504.
bool may_greet(unsigned code) { return code == 220 || code == 421 || code == 521 || code == 554; }

void hear_greeting(Server& server, Bytes text) {
  server.says_smtp = contains_ignoring_case(text, "SMTP") || contains_ignoring_case(text, "LMTP");
  server.says_other = contains_ignoring_case(text, "FTP") || contains_ignoring_case(text, "VMware");
}

Server hear_server(Bytes said) {
  Server server;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    const auto reply = line.ended ? parse_reply(line.text) : std::nullopt;
    if (!reply) break;
    if (server.greeting.empty()) {
      if (!may_greet(reply->code)) break;
      server.greeting = line.text;
      hear_greeting(server, reply->text);
    } else if (reply->code >= 500 && reply->code <= 502 && !server.agrees) {
      server.refuses = true;
    } else if (reply->code == 250) {
      server.agrees = true;
      if (names_extension(reply->text)) ++server.extensions;
    }
  }
  return server;
}

Certainty weigh_server_alone(const Server& server) {
  if (server.says_other) return server.says_smtp ? Certainty::likely : Certainty::none;
  if (server.agrees && (server.says_smtp || server.extensions >= 2)) return Certainty::confirmed;
  return server.says_smtp ? Certainty::likely : Certainty::hint;
}

Certainty weigh_client_alone(const Client& client) {
  if (client.hello.empty()) return client.names_rcpt ? Certainty::likely : Certainty::none;
  return client.sends_mail ? Certainty::confirmed : Certainty::likely;
}

Certainty weigh_both(const Client& client, const Server& server) {
  if (!client) return server.says_smtp ? Certainty::likely : Certainty::none;
  if (!server) return Certainty::hint;
  if (server.says_smtp || server.agrees) return Certainty::confirmed;
  return server.says_other || server.refuses ? Certainty::hint : Certainty::likely;
}

Certainty weigh(const Exchange& seen, const Client& client, const Server& server) {
  if (seen.client.empty()) return server ? weigh_server_alone(server) : Certainty::none;
  if (seen.server.empty()) return weigh_client_alone(client);
  return weigh_both(client, server);
}

Note describe(const Client& client, const Server& server) {
  if (!server) return Note::of("client says {}", Printable{client ? client.hello : "MAIL FROM"});
  const Printable greeting{server.greeting, 48};
  if (client.hello.empty()) return Note::of("server says {}", greeting);
  return Note::of("server says {}, client says {}", greeting, Printable{client.hello, 32});
}

// LMTP differs in the client's LHLO, and in that its servers say so.
bool speaks_lmtp(const Client& client, const Server& server) {
  if (!client.hello.empty()) return starts_with_ignoring_case(client.hello, "LHLO");
  return contains_ignoring_case(server.greeting, "LMTP") &&
         !contains_ignoring_case(server.greeting, "SMTP");
}

Match recognize(const Exchange& seen) {
  const Client client = hear_client(seen.client);
  const Server server = hear_server(seen.server);
  Match match;
  match.certainty = weigh(seen, client, server);
  if (match) match.says = describe(client, server);
  if (match && speaks_lmtp(client, server)) match.protocol = "lmtp";
  return match;
}

constexpr auto others = std::to_array<std::string_view>({"lmtp"});

constexpr auto homes = std::to_array<Home>({
    {.port = 25, .service = "smtp"},
    {.port = 587, .service = "submission"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting, EHLO and its answer",
     .client = "EHLO client.example\r\nMAIL FROM:<a@example.org>\r\n",
     .server = "220 mail.example.org ESMTP Postfix\r\n250-mail.example.org\r\n250-SIZE 1000\r\n250 "
               "DSN\r\n",
     .first = Side::server},
    {.about = "a greeting without the protocol's name",
     .client = "helo a\r\n",
     .server = "220 ready\r\n250 hello a\r\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "220-mail.example.org ESMTP Exim 4.96\r\n220 no spam\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "only the client was captured",
     .client = "EHLO a.example\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.org>\r\n"},
    {.about = "only the server was captured",
     .server = "220 mx\r\n250-mx\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 STARTTLS\r\n",
     .first = Side::server},
    {.about = "LMTP",
     .client = "LHLO mx.example.org\r\n",
     .server =
         "220 store.example.org Dovecot ready.\r\n250-store.example.org\r\n250-PIPELINING\r\n250 "
         "STARTTLS\r\n",
     .first = Side::server,
     .protocol = "lmtp"},
    {.about = "FTP",
     .client = "USER anonymous\r\n",
     .server = "220 FTP server ready\r\n331 Password required\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "FTP asked in the words of SMTP",
     .client = "EHLO a\r\n",
     .server = "220 ready\r\n500 what?\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "220 and nothing else",
     .server = "220 ready\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "NNTP",
     .server = "200 news.example.org InterNetNews NNRP ready (posting ok)\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "asked of a server of something else",
     .client = "EHLO a\r\n",
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer smtp;
constinit const Recognizer smtp{
    .name = "smtp",
    .title = "SMTP",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 5321, sections 3.1 and 4.2",
    .also = others,
    .opens = {.client = ByteSet::letters(), .server = ByteSet::digits()},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
