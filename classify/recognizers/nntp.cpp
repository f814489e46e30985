// NNTP: netnews, read and passed on: RFC 3977, sections 3, 5 to 9; RFC 4643, 4644; RFC 977.
//
//   server  200 news.example.org InterNetNews NNRP ready (posting ok)<CR LF>
//   client  MODE READER<CR LF>   server  200 ...<CR LF>   client  GROUP a.b<CR LF>
//   server  211 12 1 12 a.b<CR LF>
//
// 200 greets in Citadel and CDDBP too: it is verbs and answers together, or a word of netnews in the
// greeting, that tell.
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

// Not shared with FTP, SMTP, POP3 or IRC.
constexpr auto own_verbs = std::to_array<Bytes>({
    "ARTICLE", "AUTHINFO", "BODY",     "CAPABILITIES", "CHECK",       "GROUP",
    "HDR",     "HEAD",     "IHAVE",    "LISTGROUP",    "NEWGROUPS",   "NEWNEWS",
    "OVER",    "POST",     "SLAVE",    "TAKETHIS",     "XHDR",        "XOVER",
    "XPAT",    "XZVER",    "XFEATURE", "MODE READER",  "MODE STREAM",
});
constexpr auto shared_verbs = std::to_array<Bytes>({
    "COMPRESS",
    "DATE",
    "HELP",
    "LAST",
    "LIST",
    "NEXT",
    "QUIT",
    "STARTTLS",
    "STAT",
});
constexpr auto own_answers = std::to_array<unsigned>({
    101, 111, 203, 211, 215, 220, 221, 222, 223, 224, 225, 230, 231, 235, 238, 239, 240, 281,
    335, 340, 381, 411, 412, 420, 422, 423, 430, 431, 435, 436, 437, 438, 439, 440, 480, 481,
});

struct Client {
  Bytes first;
  int own = 0;
  bool streams = false;  // MODE STREAM, MODE READER, CAPABILITIES: the whole verb is telling
};

bool is_own(Bytes line, Bytes verb) {
  if (verb.size() < 5 || !starts_with_ignoring_case(verb, "MODE "))
    return equal_ignoring_case(first_word(line), verb);
  return equal_ignoring_case(line, verb);
}

Client hear_client(Bytes said) {
  Client client{.first = {}};
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    const auto own =
        std::ranges::find_if(own_verbs, [&line](Bytes verb) { return is_own(line.text, verb); });
    const auto is_verb = [&line](Bytes verb) {
      return equal_ignoring_case(first_word(line.text), verb);
    };
    const bool known = own != own_verbs.end() || std::ranges::any_of(shared_verbs, is_verb);
    const bool http = line.text.find(" HTTP/") != Bytes::npos;
    if (!line.ended || !is_text(line.text) || !known || http) break;
    if (client.first.empty()) client.first = line.text;
    if (own == own_verbs.end()) continue;
    ++client.own;
    if (own->starts_with("MODE ") || *own == "CAPABILITIES") client.streams = true;
    // An article may follow.
    if (*own == "TAKETHIS" || *own == "POST" || *own == "IHAVE") break;
  }
  return client;
}

struct Server {
  Bytes greeting;
  bool says_news = false;
  bool says_other = false;
  unsigned answer = 0;  // the first later answer that netnews gives
};

bool mentions_news(Bytes text) {
  for (const Bytes word : {"NNTP", "NNRP", "InterNetNews", "posting", "Usenet", "INN "})
    if (contains_ignoring_case(text, word)) return true;
  return false;
}

void hear_greeting(Server& server, const ReplyLine& reply, Bytes line) {
  server.greeting = line;
  server.says_news = mentions_news(reply.text);
  for (const Bytes other : {"Citadel", "CDDBP", "SMTP", "FTP", "POP3"})
    if (contains_ignoring_case(reply.text, other)) server.says_other = true;
}

// Lines of a listing are passed over.
Server hear_server(Bytes said, bool from_start) {
  Server server{.greeting = {}};
  bool first = true;
  for (LineReader lines{said}; !lines.at_end() && server.answer == 0; first = false) {
    const Line line = lines.next();
    const auto reply = line.ended ? parse_reply(line.text) : std::nullopt;
    if (!reply || reply->more) {
      if (first && from_start) break;
      continue;
    }
    const bool greets = reply->code == 200 || reply->code == 201;
    if (first && greets) {
      hear_greeting(server, *reply, line.text);
    } else if (first && from_start) {
      break;
    } else if (std::ranges::find(own_answers, reply->code) != own_answers.end()) {
      server.answer = reply->code;
    }
  }
  return server;
}

Certainty weigh(const Exchange& seen, const Client& client, const Server& server) {
  if (seen.server.empty()) {
    if (client.own >= 2 || client.streams) return Certainty::likely;
    return client.own > 0 ? Certainty::hint : Certainty::none;
  }
  if (server.greeting.empty()) {
    if (seen.server_from_start || server.answer == 0) return Certainty::none;
    return client.own > 0 ? Certainty::likely : Certainty::none;
  }
  if (server.says_other && !server.says_news) return Certainty::none;
  if (client.own > 0 && (server.answer != 0 || server.says_news)) return Certainty::confirmed;
  if (server.says_news && seen.client.empty())
    return server.answer != 0 ? Certainty::confirmed : Certainty::likely;
  if (server.says_news) return Certainty::likely;
  return client.own > 0 ? Certainty::likely : Certainty::hint;
}

// Only the verb of a command is told: what follows it may be a password.
Note describe(const Client& client, const Server& server) {
  const Bytes verb = first_word(client.first);
  if (server.greeting.empty()) {
    if (server.answer == 0) return Note::of("client says {}", verb);
    return Note::of("client says {}, server answers {}", verb, server.answer);
  }
  const Printable greeting{server.greeting, 60};
  if (verb.empty()) return Note::of("server says {}", greeting);
  return Note::of("server says {}, client says {}", greeting, verb);
}

Match recognize_nntp(const Exchange& seen) {
  const Client client = hear_client(seen.client);
  const Server server = hear_server(seen.server, seen.server_from_start);
  Match match;
  match.certainty = weigh(seen, client, server);
  if (match) match.says = describe(client, server);
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 119, .service = "nntp"},
    {.port = 433, .service = "nnsp"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a reader",
     .client = "MODE READER\r\nGROUP misc.test\r\nQUIT\r\n",
     .server = "200 news.example.org InterNetNews NNRP server INN 2.7 ready (posting ok)\r\n"
               "200 again\r\n211 3 1 3 misc.test\r\n205 Bye!\r\n",
     .first = Side::server},
    {.about = "a greeting that names nothing, and capabilities",
     .client = "CAPABILITIES\r\n",
     .server = "201 hello\r\n101 list:\r\nVERSION 2\r\nREADER\r\n.\r\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "200 NNTP Service Ready, posting permitted\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "only the client was captured",
     .client = "MODE STREAM\r\nCHECK <a@b>\r\nTAKETHIS <a@b>\r\nPath: x\r\n",
     .expect = Certainty::likely},
    {.about = "200 and nothing else",
     .server = "200 ready\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "Citadel",
     .client = "INFO\n",
     .server = "200 bbs.example.org Citadel server ready.\n100 info:\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "CDDBP",
     .client = "cddb hello a b c 1\r\n",
     .server = "201 cddb.example.org CDDBP server v1.5 ready at Sat Nov 21 21:00:00 2026\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "HTTP",
     .client = "HEAD / HTTP/1.0\r\n\r\n",
     .server = "HTTP/1.0 200 OK\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nntp;
constinit const Recognizer nntp{
    .name = "nntp",
    .title = "NNTP",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 3977, sections 3 and 5",
    .opens = {.client = ByteSet::of("ABCDGHILMNOPQSTXabcdghilmnopqstx"),
              .server = ByteSet::of("2")},
    .judge = recognize_nntp,
    .examples = examples,
};

}  // namespace oddport::recognizers
