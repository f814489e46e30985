// DICT: words looked up in dictionaries: RFC 2229, sections 2.4, 3 and 5.
//
//   server  220 dict.example.org dictd 1.12 <auth.mime> <7.21.1@dict.example.org><CR LF>
//   client  DEFINE * penguin<CR LF>   server  150 2 definitions found<CR LF>
//
// FTP and SMTP greet with 220 too: DICT's greeting ends with a message id, after its capabilities.
#include <algorithm>
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto answers = std::to_array<unsigned>(
    {110, 111, 112, 113, 114, 150, 151, 152, 210, 230, 250, 330, 550, 551, 552, 554, 555});

// Commands of DICT alone with as many parameters as they need.
bool is_own(Bytes line) {
  const Bytes verb = first_word(line);
  const Bytes rest = after_first_word(line);
  const bool two = !after_first_word(rest).empty();
  if (equal_ignoring_case(verb, "DEFINE")) return two;
  if (equal_ignoring_case(verb, "MATCH"))
    return two && !after_first_word(after_first_word(rest)).empty();
  if (equal_ignoring_case(verb, "CLIENT")) return !rest.empty();
  if (equal_ignoring_case(verb, "OPTION")) return equal_ignoring_case(rest, "MIME");
  if (!equal_ignoring_case(verb, "SHOW")) return false;
  for (const Bytes what : {"DB", "DATABASES", "STRAT", "STRATEGIES", "INFO", "SERVER"})
    if (equal_ignoring_case(first_word(rest), what)) return true;
  return false;
}

// Commands that others have too.
bool is_shared(Bytes line) {
  for (const Bytes verb : {"AUTH", "HELP", "QUIT", "SASLAUTH", "STATUS"})
    if (equal_ignoring_case(first_word(line), verb)) return true;
  return false;
}

struct Client {
  Bytes first;
  int own = 0;
};

Client hear_client(Bytes said) {
  Client client{.first = {}};
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    const bool own = is_own(line.text);
    if (!line.ended || !is_text(line.text) || (!own && !is_shared(line.text))) break;
    if (own && client.own++ == 0) client.first = line.text;
  }
  return client;
}

struct Server {
  Bytes greeting;
  bool has_id = false;            // "<7.21@host>" at its end
  bool has_capabilities = false;  // "<auth.mime>" before it
  unsigned answer = 0;
};

bool is_capability_list(Bytes text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter(static_cast<unsigned char>(c)) || c == '.' || c == '_';
  });
}

void hear_greeting(Bytes line, Server& server) {
  server.greeting = line;
  if (!line.ends_with('>')) return;
  const std::size_t id = line.rfind('<');
  if (id == Bytes::npos || line.find('@', id) == Bytes::npos) return;
  server.has_id = true;
  const Bytes before = line.substr(0, id);
  const std::size_t begin = before.rfind('<');
  const std::size_t end = before.rfind('>');
  if (begin == Bytes::npos || end == Bytes::npos || end < begin) return;
  server.has_capabilities = is_capability_list(before.substr(begin + 1, end - begin - 1));
}

Server hear_server(Bytes said) {
  Server server{.greeting = {}};
  for (LineReader lines{said}; !lines.at_end() && server.answer == 0;) {
    const Line line = lines.next();
    const auto reply = line.ended ? parse_reply(line.text) : std::nullopt;
    if (server.greeting.empty()) {
      if (!reply || reply->code != 220 || reply->more) break;
      hear_greeting(line.text, server);
    } else if (reply && std::ranges::find(answers, reply->code) != answers.end()) {
      server.answer = reply->code;
    }
  }
  return server;
}

Match recognize_dict(const Exchange& seen) {
  const Client client = hear_client(seen.client);
  const Server server = hear_server(seen.server);
  if (seen.server.empty()) {
    if (client.own >= 2) return likely("client says {}", Printable{client.first});
    return client.own > 0 ? hint("client says {}", Printable{client.first}) : Match{};
  }
  if (server.greeting.empty() || (!server.has_id && client.own == 0)) return {};
  const Printable greeting{server.greeting, 60};
  if (client.own > 0 && (server.answer != 0 || server.has_id))
    return confirmed("server says {}, client says {}", greeting, Printable{client.first});
  if (client.own > 0) return hint("client says {}", Printable{client.first});
  if (server.has_capabilities && seen.client.empty()) return confirmed("server says {}", greeting);
  return server.has_capabilities ? likely("server says {}", greeting)
                                 : hint("server says {}", greeting);
}

constexpr auto homes = std::to_array<Home>({{.port = 2628, .service = "dict"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a definition",
     .client = "CLIENT test\r\nDEFINE * penguin\r\nQUIT\r\n",
     .server =
         "220 dict.example.org dictd 1.12.1/rf <auth.mime> <7.21.1@dict.example.org>\r\n250 ok\r\n"
         "150 1 definitions retrieved\r\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "220 pan.example.org dictd 1.4 <_mime.xlev> <12.3@pan.example.org>\r\n",
     .first = Side::server},
    {.about = "only the client was captured",
     .client = "CLIENT test\r\nMATCH wn prefix pen\r\n",
     .expect = Certainty::likely},
    {.about = "a greeting of SMTP",
     .server = "220 mail.example.org ESMTP <7.21@mail.example.org>\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "Webster's protocol", .client = "DEFINE penguin\r\n", .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "DEFINE * penguin\r\n",
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer dict;
constinit const Recognizer dict{
    .name = "dict",
    .title = "DICT",
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 2229, sections 2.4 and 3",
    .opens = {.client = ByteSet::of("ACDHMOQSacdhmoqs"), .server = ByteSet::of("2")},
    .judge = recognize_dict,
    .examples = examples,
};

}  // namespace oddport::recognizers
