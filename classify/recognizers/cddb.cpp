// CDDBP: titles of the tracks on a compact disc, asked of a database.
//
// "CDDBP" of the freedb distribution. The server greets with "201 host CDDBP server v1.5 ready at
// date" (200: one may also write); the client says "cddb hello user host application version", then
// "cddb query" and "cddb read".
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto subcommands =
    std::to_array<Bytes>({"hello", "query", "read", "srch", "write", "unlink", "lscat"});

// "201 host CDDBP server v1.5 ready at ..."; 432, 433 and 434 refuse without the word.
bool is_greeting(Bytes line) {
  const auto reply = parse_reply(line);
  return reply && !reply->more && (reply->code == 200 || reply->code == 201) &&
         reply->text.find(" CDDBP server v") != Bytes::npos;
}

// The count of words in a line of words and single blanks.
std::size_t count_words(Bytes line) {
  return line.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(line, ' ')) + 1;
}

bool is_command(Bytes line) {
  if (!equal_ignoring_case(first_word(line), "cddb") || !is_text(line)) return false;
  const Bytes subcommand = first_word(after_first_word(line));
  const bool known = std::ranges::any_of(
      subcommands, [subcommand](Bytes one) { return equal_ignoring_case(one, subcommand); });
  return known && (!equal_ignoring_case(subcommand, "hello") || count_words(line) == 6);
}

bool has_command(Bytes said) {
  LineReader lines{said};
  for (int n = 0; n < 8 && !lines.at_end(); ++n) {
    const Line line = lines.next();
    if (line.ended && is_command(line.text)) return true;
  }
  return false;
}

Match recognize(const Exchange& seen) {
  const Line greeting = first_line(seen.server);
  const bool greets = greeting.ended && is_greeting(greeting.text);
  const bool commands = has_command(seen.client);
  if (greets) return confirmed("server greets with {}", Printable{greeting.text, 60});
  if (!commands) return {};
  const bool answers = parse_reply(greeting.text).has_value();
  if (seen.server.empty() || answers)
    return confirmed("client says {}", Printable{first_line(seen.client).text});
  return hint("client says {}", Printable{first_line(seen.client).text});
}

constexpr Home homes[] = {{.port = 888, .service = "cddbp"},
                          {.port = 8880, .service = "cddbp-alt"}};

constexpr Example examples[] = {
    {.about = "a session",
     .client = "cddb hello jd localhost xmcd 2.6\r\nproto 6\r\n",
     .server = "201 freedb.example.org CDDBP server v1.5.2PL0 ready at Sun Jan  4 10:00:00 2004\r\n"
               "200 Hello and welcome jd@localhost running xmcd 2.6.\r\n",
     .first = Side::server},
    {.about = "only the client was captured", .client = "cddb hello jd localhost xmcd 2.6\n"},
    {.about = "a proxy of lines", .server = "200 host ready\r\n", .expect = Certainty::none},
    {.about = "hello without a name", .client = "cddb hello\n", .expect = Certainty::none},
};

}  // namespace

extern const Recognizer cddb;
constinit const Recognizer cddb{
    .name = "cddb",
    .title = "CDDBP (compact disc database)",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "freedb's CDDBP description",
    .opens = {.client = ByteSet::of("cCpP"), .server = ByteSet::of("2")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
