// FTP's control connection: RFC 959, sections 4.1, 4.2 and 5.4; RFC 2228, 2389, 2428, 3659.
//
//   server  220 ProFTPD Server<CR LF>   client  USER anonymous<CR LF>   server  331 Password
//   required<CR LF>
//
// SMTP greets with 220 too, POP3 also takes USER and PASS, and VMware's and HylaFAX's own protocols
// were modelled on FTP: it is the verbs and reply codes together, or the word FTP in the greeting,
// that tell.
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Client {
  Bytes first;           // the first command, if it is one of FTP
  bool logs_in = false;  // USER
  int own_verbs = 0;     // commands that no neighbor shares
};

struct Server {
  Bytes greeting;
  bool says_ftp = false;
  bool says_other = false;
  unsigned answer = 0;  // the first later reply of a kind that FTP gives to the verbs below
};

// Not shared with SMTP, POP3, NNTP or IRC.
constexpr auto own_verbs = std::to_array<Bytes>({
    "FEAT", "SYST", "PASV", "EPSV", "PORT", "EPRT", "TYPE", "CWD",  "CDUP", "PWD",  "XPWD",
    "MLSD", "NLST", "OPTS", "PBSZ", "PROT", "STOR", "MDTM", "SIZE", "REIN", "CLNT", "SITE",
});
constexpr auto shared_verbs = std::to_array<Bytes>({
    "USER",
    "PASS",
    "ACCT",
    "AUTH",
    "QUIT",
    "NOOP",
    "LIST",
    "RETR",
    "HELP",
    "STAT",
    "HOST",
});
constexpr auto own_answers =
    std::to_array<unsigned>({211, 214, 215, 227, 229, 230, 232, 234, 257, 331, 332, 336, 530});

template <std::size_t N>
bool is_among(const std::array<Bytes, N>& verbs, Bytes word) {
  return std::ranges::any_of(verbs, [word](Bytes verb) { return equal_ignoring_case(verb, word); });
}

Client hear_client(Bytes said) {
  Client client;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    const Bytes verb = first_word(line.text);
    const bool own = is_among(own_verbs, verb);
    if (!line.ended || !is_text(line.text) || (!own && !is_among(shared_verbs, verb))) break;
    if (client.first.empty()) client.first = line.text;
    if (own) ++client.own_verbs;
    if (equal_ignoring_case(verb, "USER")) client.logs_in = true;
    // What follows is TLS: RFC 4217, section 4.
    if (equal_ignoring_case(verb, "AUTH")) break;
  }
  return client;
}

void hear_greeting(Server& server, const ReplyLine& reply, Bytes line) {
  server.greeting = line;
  server.says_ftp = contains_ignoring_case(reply.text, "FTP");
  for (const Bytes other : {"SMTP", "VMware", "HylaFAX", "LMTP"})
    if (contains_ignoring_case(reply.text, other)) server.says_other = true;
}

// The text inside a multi-line reply need not repeat the code: RFC 959, section 4.2.
Server hear_server(Bytes said) {
  Server server;
  unsigned inside = 0;
  for (LineReader lines{said}; !lines.at_end() && server.answer == 0;) {
    const Line line = lines.next();
    const auto reply = line.ended ? parse_reply(line.text) : std::nullopt;
    if (!reply && inside == 0) break;
    if (!reply) continue;
    inside = reply->more ? reply->code : 0;
    if (server.greeting.empty()) {
      if (reply->code != 220 && reply->code != 120 && reply->code != 421) break;
      hear_greeting(server, *reply, line.text);
    } else if (std::ranges::find(own_answers, reply->code) != own_answers.end()) {
      server.answer = reply->code;
    } else if (reply->code == 220 && contains_ignoring_case(reply->text, "FTP")) {
      server.says_ftp = true;
    }
  }
  return server;
}

Certainty weigh_both(const Client& client, const Server& server) {
  const bool asks =
      client.logs_in || client.own_verbs > 0 || starts_with_ignoring_case(client.first, "AUTH");
  const bool answers = server.answer != 0;
  if (asks && answers) return Certainty::confirmed;
  if (server.says_ftp) return client.first.empty() ? Certainty::likely : Certainty::confirmed;
  return asks ? Certainty::likely : Certainty::hint;
}

Certainty weigh(const Exchange& seen, const Client& client, const Server& server) {
  if (server.says_other && !server.says_ftp) return Certainty::none;
  if (seen.server.empty()) {
    if (client.own_verbs > 0 && client.logs_in) return Certainty::likely;
    return client.logs_in || client.own_verbs > 1 ? Certainty::hint : Certainty::none;
  }
  if (server.greeting.empty()) return Certainty::none;
  if (!seen.client.empty()) return weigh_both(client, server);
  if (!server.says_ftp || server.says_other) return Certainty::hint;
  return server.answer != 0 ? Certainty::confirmed : Certainty::likely;
}

// Only the verb of a command is told: what follows it may be a password.
Note describe(const Client& client, const Server& server) {
  if (server.greeting.empty()) return Note::of("client says {}", first_word(client.first));
  const Printable greeting{server.greeting, 48};
  if (client.first.empty()) return Note::of("server says {}", greeting);
  if (server.answer == 0)
    return Note::of("server says {}, client says {}", greeting, first_word(client.first));
  return Note::of("server says {}, client says {}, server answers {}", greeting,
                  first_word(client.first), server.answer);
}

Match recognize(const Exchange& seen) {
  const Client client = hear_client(seen.client);
  const Server server = hear_server(seen.server);
  Match match;
  match.certainty = weigh(seen, client, server);
  if (match) match.says = describe(client, server);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 21, .service = "ftp"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a login",
     .client = "USER anonymous\r\nPASS guest\r\n",
     .server =
         "220 (vsFTPd 3.0.3)\r\n331 Please specify the password.\r\n230 Login successful.\r\n",
     .first = Side::server},
    {.about = "a greeting of several lines that does not say FTP, and features",
     .client = "FEAT\r\n",
     .server =
         "220-Welcome\r\n to the archive\r\n220 ready\r\n211-Features:\r\n MDTM\r\n211 End\r\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "220 ProFTPD Server (files) [192.0.2.1]\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "only the client was captured",
     .client = "USER a\r\nPASS b\r\nSYST\r\nTYPE I\r\nPASV\r\n",
     .expect = Certainty::likely},
    {.about = "SMTP",
     .client = "EHLO a\r\n",
     .server = "220 mail.example.org ESMTP\r\n250 hello\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "POP3",
     .client = "USER a\r\nPASS b\r\n",
     .server = "+OK ready\r\n+OK\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "VMware's authentication daemon, modelled on FTP",
     .client = "USER root\r\nPASS x\r\n",
     .server =
         "220 VMware Authentication Daemon Version 1.10: SSL Required\r\n331 Password required\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "220 and nothing else",
     .server = "220 ready\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer ftp;
constinit const Recognizer ftp{
    .name = "ftp",
    .title = "FTP",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 959, sections 4 and 5.4",
    .opens = {.client = ByteSet::letters(), .server = ByteSet::digits()},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
