// ACAP: a program's settings kept on a server: RFC 2244, sections 2 and 6.
//
//   server  * ACAP (IMPLEMENTATION "Cyrus ACAP 1.0") (SASL "CRAM-MD5")<CR LF>
//   client  a001 AUTHENTICATE "CRAM-MD5"<CR LF>
//
// As in IMAP, a client's line begins with a tag and the server's with the tag or a star.
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto words_of_many =
    std::to_array<Bytes>({"AUTHENTICATE", "LOGOUT", "NOOP", "LANG", "STARTTLS"});
constexpr auto own_words =
    std::to_array<Bytes>({"SEARCH", "FREECONTEXT", "UPDATECONTEXT", "STORE", "DELETEDSINCE",
                          "SETACL", "DELETEACL", "MYRIGHTS", "LISTRIGHTS", "GETQUOTA"});

enum class Command : std::uint8_t { none, common, own };

// "a1 SEARCH "/addressbook/" ...": a name of a dataset begins with a slash.
Command read_command(Bytes said) {
  const Line line = first_line(said);
  const Bytes tag = first_word(line.text);
  const Bytes rest = after_first_word(line.text);
  const Bytes word = first_word(rest);
  const auto is_word = [word](Bytes known) { return equal_ignoring_case(word, known); };
  if (!line.ended || !is_token(tag) || tag.size() > 32) return Command::none;
  const auto initial = static_cast<unsigned char>(tag.front());
  if (!is_letter(initial) && !is_digit(initial)) return Command::none;
  if (std::ranges::any_of(words_of_many, is_word)) return Command::common;
  const Bytes argument = after_first_word(rest);
  if (!argument.starts_with("\"/") && !argument.starts_with("(\"/")) return Command::none;
  return std::ranges::any_of(own_words, is_word) ? Command::own : Command::none;
}

// Capabilities in parentheses, the first word of each in capitals.
bool is_greeting(Bytes line) {
  constexpr Bytes start = "* ACAP (";
  if (!line.starts_with(start) || !is_printable(line) || !line.ends_with(')')) return false;
  ByteReader reader{line.substr(start.size())};
  const Bytes word = reader.take_while(
      [](unsigned char c) { return (c >= 'A' && c <= 'Z') || c == '-' || is_digit(c); });
  return word.size() >= 3 && (reader.rest().starts_with(' ') || reader.rest().starts_with(')'));
}

Match recognize(const Exchange& seen) {
  const Line greeting = first_line(seen.server);
  const Command command = read_command(seen.client);
  if (greeting.ended && is_greeting(greeting.text)) {
    if (command == Command::none && !seen.client.empty())
      return likely("server says {}", Printable{greeting.text, 60});
    return confirmed("server says {}", Printable{greeting.text, 60});
  }
  if (command != Command::own) return {};
  if (seen.server.empty())
    return likely("client says {}", Printable{first_line(seen.client).text, 60});
  return hint("client says {}", Printable{first_line(seen.client).text, 60});
}

constexpr auto homes = std::to_array<Home>({{.port = 674, .service = "acap"}});

constexpr Bytes greeting = "* ACAP (IMPLEMENTATION \"Cyrus ACAP 1.0\") (SASL \"CRAM-MD5\")\r\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and login",
     .client = "A001 AUTHENTICATE \"CRAM-MD5\"\r\n",
     .server = greeting,
     .first = Side::server},
    {.about = "the greeting alone", .server = greeting, .first = Side::server},
    {.about = "only the client was captured",
     .client = "a2 SEARCH \"/addressbook/user/fred/\" RETURN (\"addressbook.Email\") ALL\r\n",
     .expect = Certainty::likely},
    {.about = "IMAP's greeting",
     .server = "* OK IMAP4rev1 ready\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "IMAP's search", .client = "a2 SEARCH ALL\r\n", .expect = Certainty::none},
    {.about = "the greeting cut",
     .server = "* ACAP (IMPLEMENTATION \"Cyr",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer acap;
constinit const Recognizer acap{
    .name = "acap",
    .title = "ACAP",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 2244, sections 2 and 6",
    .opens = {.client = ByteSet::letters() | ByteSet::digits(), .server = ByteSet::of("*")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
