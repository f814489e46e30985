// ph: the directory of a university, as the CSO name server answers it.
//
// RFC 2378. The client writes lines ("siteinfo", "query name=doe return all"). The server's lines
// have a code of three digits, a colon and a text, with a hyphen in front of all but the last of an
// answer; those of an entry have its number and the name of a field in between: "-200:1: alias:
// jdoe", "200:Ok.".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto commands =
    std::to_array<Bytes>({"ph",     "query", "siteinfo", "status", "fields", "id",     "login",
                          "answer", "clear", "logout",   "add",    "change", "delete", "set",
                          "help",   "quit",  "exit",     "stop",   "xlogin", "email",  "xanswer"});

// Commands that other protocols of lines do not have.
constexpr auto own_commands = std::to_array<Bytes>({"ph", "query", "siteinfo", "fields"});

template <std::size_t Size>
bool is_among(Bytes word, const std::array<Bytes, Size>& words) {
  return std::ranges::any_of(words, [word](Bytes one) { return equal_ignoring_case(one, word); });
}

struct Answer {
  unsigned lines = 0;
  unsigned fields = 0;  // lines of an entry
  bool fits = true;
  Bytes last;
};

// A number, a colon and the name of a field before another colon.
bool is_field(Bytes text) {
  ByteReader reader{text};
  reader.decimal(5);
  reader.accept(":");
  reader.take_while([](unsigned char c) { return c == ' '; });
  const Bytes name = reader.until(':', 40);
  return reader && is_token(name);
}

Answer read_answer(Bytes said) {
  Answer answer;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    if (!line.ended) break;
    ByteReader reader{line.text};
    const bool more = reader.accept_if("-");
    const std::uint64_t code = reader.decimal(3);
    reader.accept(":");
    if (!reader || code < 100 || code > 599 || !is_text(reader.rest())) {
      answer.fits = false;
      break;
    }
    ++answer.lines;
    if (is_field(reader.rest())) ++answer.fields;
    if (!more) answer.last = line.text;
  }
  if (answer.lines == 0) answer.fits = said.empty();
  return answer;
}

Match recognize(const Exchange& seen) {
  const Line asked = first_line(seen.client);
  const Bytes word = first_word(asked.text);
  const bool asks = asked.ended && is_among(word, commands) && is_text(asked.text);
  const Answer answer = read_answer(seen.server);
  if (!answer.fits || (answer.lines == 0 && !asks)) return {};
  if (answer.lines == 0)
    return is_among(word, own_commands) ? hint("client asks {}", Printable{asked.text}) : Match{};
  const bool told = answer.lines >= 2 || answer.fields > 0 || is_among(word, own_commands);
  if (asks && !told)
    return hint("client asks {}, server answers {}", Printable{asked.text}, Printable{answer.last});
  if (asks)
    return confirmed("client asks {}, server answers in {} lines", Printable{asked.text},
                     answer.lines);
  if (!seen.client.empty() && seen.client_from_start) return {};
  if (answer.fields >= 2) return confirmed("server gives {} fields", answer.fields);
  if (answer.lines >= 2 && answer.fields > 0)
    return likely("server answers in {} lines", answer.lines);
  return hint("server answers {}", Printable{answer.last});
}

constexpr Home homes[] = {{.port = 105, .service = "csnet-ns"}};

constexpr Example examples[] = {
    {.about = "what the site is",
     .client = "siteinfo\r\n",
     .server = "-200:1:version:2.2\r\n-200:2:maildomain:uiuc.edu\r\n200:Ok.\r\n"},
    {.about = "who is that, only the server",
     .server = "102:There was 1 match to your request.\r\n-200:1:       alias: jdoe\r\n"
               "-200:1:        name: doe jane\r\n200:Ok.\r\n"},
    {.about = "a command and no match",
     .client = "query name=nobody\n",
     .server = "501:No matches to your query.\n"},
    {.about = "FTP, whose codes end in a blank",
     .client = "quit\r\n",
     .server = "220 ftp\r\n221 Goodbye.\r\n",
     .expect = Certainty::none},
    {.about = "a line of digits and a colon", .server = "200:Ok.\n", .expect = Certainty::none},
    {.about = "text with colons", .server = "12:34:56 up 7 days\n", .expect = Certainty::none},
};

}  // namespace

extern const Recognizer ph;
constinit const Recognizer ph{
    .name = "ph",
    .title = "CSO name server (ph)",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "siteinfo\r\n", .about = "what the site is"},
    .reference = "RFC 2378",
    .opens = {.client = ByteSet::letters(), .server = ByteSet::of("-") | ByteSet::digits()},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
