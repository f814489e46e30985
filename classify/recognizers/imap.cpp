// IMAP4: RFC 3501 and RFC 9051, sections 2.2 and 7.1.
//
//   server  * OK [CAPABILITY IMAP4rev1] ready<CR LF>   client  a1 LOGIN bob secret<CR LF>   server
//   a1 OK done<CR LF>
//
// The client chooses the tags, the server repeats them. ACAP, IMSP and MUPDATE were modelled on it
// and greet with their own names.
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

// Commands that ACAP does not share stand first.
constexpr auto own_commands = std::to_array<Bytes>({
    "CAPABILITY", "LOGIN",     "STARTTLS", "SELECT",       "EXAMINE", "LIST",      "LSUB",
    "STATUS",     "FETCH",     "UID",      "IDLE",         "ID",      "NAMESPACE", "ENABLE",
    "CREATE",     "SUBSCRIBE", "APPEND",   "GETQUOTAROOT", "XLIST",
});
constexpr auto shared_commands =
    std::to_array<Bytes>({"AUTHENTICATE", "NOOP", "LOGOUT", "SEARCH", "STORE", "DELETE", "CLOSE"});

template <std::size_t N>
bool is_among(const std::array<Bytes, N>& words, Bytes word) {
  return std::ranges::any_of(words,
                             [word](Bytes known) { return equal_ignoring_case(known, word); });
}

struct Client {
  Bytes tag;      // of the first command
  Bytes command;  // its verb
  int own = 0;    // commands of IMAP alone
};

Client hear_client(Bytes said) {
  Client client;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    const Bytes tag = first_word(line.text);
    const Bytes verb = first_word(after_first_word(line.text));
    const bool own = is_among(own_commands, verb);
    if (!line.ended || !is_token(tag) || tag.size() > 24 || !is_text(line.text)) break;
    if (!own && !is_among(shared_commands, verb)) break;
    if (client.tag.empty()) {
      client.tag = tag;
      client.command = verb;
    }
    if (own) ++client.own;
  }
  return client;
}

struct Server {
  Bytes greeting;
  bool says_imap = false;   // the greeting names the protocol
  bool lists_imap = false;  // a capability list does
  bool says_other = false;
  bool repeats_tag = false;
};

bool is_greeting(Bytes line) {
  return line.starts_with("* OK ") || line.starts_with("* PREAUTH ") || line.starts_with("* BYE ");
}

bool is_tagged(Bytes line, Bytes tag) {
  if (tag.empty() || first_word(line) != tag) return false;
  const Bytes state = first_word(after_first_word(line));
  return state == "OK" || state == "NO" || state == "BAD";
}

Server hear_server(Bytes said, Bytes tag) {
  Server server;
  LineReader lines{said};
  const Line greeting = lines.next();
  if (!greeting.ended || !is_greeting(greeting.text) || !is_text(greeting.text)) return server;
  server.greeting = greeting.text;
  server.says_imap = contains_ignoring_case(greeting.text, "IMAP");
  server.lists_imap = greeting.text.find("[CAPABILITY IMAP4") != Bytes::npos;
  for (const Bytes other : {"MUPDATE", "IMSP", "ACAP"})
    if (contains_ignoring_case(greeting.text, other)) server.says_other = true;
  while (!lines.at_end()) {
    const Bytes line = lines.next().text;
    if (line.starts_with("* CAPABILITY ") && line.find(" IMAP4") != Bytes::npos)
      server.lists_imap = true;
    if (is_tagged(line, tag)) server.repeats_tag = true;
  }
  return server;
}

Certainty weigh(const Exchange& seen, const Client& client, const Server& server) {
  if (server.says_other) return Certainty::none;
  if (seen.server.empty()) {
    if (client.own >= 2) return Certainty::likely;
    return client.own > 0 ? Certainty::hint : Certainty::none;
  }
  if (server.greeting.empty()) return Certainty::none;
  if (seen.client.empty()) {
    if (server.lists_imap) return Certainty::confirmed;
    return server.says_imap ? Certainty::likely : Certainty::hint;
  }
  if (!client.tag.empty() && (server.repeats_tag || server.lists_imap)) return Certainty::confirmed;
  if (server.says_imap || server.lists_imap || client.own > 0) return Certainty::likely;
  return Certainty::hint;
}

Note describe(const Client& client, const Server& server) {
  if (server.greeting.empty()) return Note::of("client says {}", Printable{client.command});
  const Printable greeting{server.greeting, 60};
  if (client.command.empty()) return Note::of("server says {}", greeting);
  return Note::of("server says {}, client says {}", greeting, Printable{client.command});
}

Match recognize(const Exchange& seen) {
  const Client client = hear_client(seen.client);
  const Server server = hear_server(seen.server, client.tag);
  Match match;
  match.certainty = weigh(seen, client, server);
  if (match) match.says = describe(client, server);
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 143, .service = "imap"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a login",
     .client = "a1 LOGIN bob secret\r\n",
     .server = "* OK ready\r\na1 OK LOGIN completed\r\n",
     .first = Side::server},
    {.about = "capabilities asked for",
     .client = "x CAPABILITY\r\n",
     .server = "* OK hello\r\n* CAPABILITY IMAP4rev1 STARTTLS\r\nx OK done\r\n",
     .first = Side::server},
    {.about = "a greeting that lists capabilities",
     .server = "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID] Dovecot ready.\r\n",
     .first = Side::server},
    {.about = "a plain greeting",
     .server = "* OK mail.example.org IMAP4 server ready\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "only the client was captured",
     .client = "1 CAPABILITY\r\n2 LOGIN bob secret\r\n3 SELECT INBOX\r\n",
     .expect = Certainty::likely},
    {.about = "ACAP",
     .client = "A001 AUTHENTICATE PLAIN\r\n",
     .server = "* ACAP (IMPLEMENTATION \"x\")\r\nA001 OK done\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "MUPDATE",
     .client = "A01 AUTHENTICATE PLAIN\r\n",
     .server = "* OK MUPDATE \"mail\" \"Cyrus\" \"2.4\" \"\"\r\nA01 OK done\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a greeting that says nothing",
     .server = "* OK ready\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "POP3",
     .client = "USER a\r\n",
     .server = "+OK ready\r\n+OK\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer imap;
constinit const Recognizer imap{
    .name = "imap",
    .title = "IMAP",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 9051, sections 2.2 and 7.1",
    .opens = {.client = ByteSet::range(0x21, 0x7e), .server = ByteSet::range(0x21, 0x7e)},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
