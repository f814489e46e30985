// Webster: words looked up in a dictionary, as on 103, 765 and 2627 before DICT.
//
// Public clients of the service (webster.el). Commands are one line: DEFINE, SPELL, COMPLETE or
// ENDINGS and a word, HELP, INDEX. Answers begin with a word in capitals: DEFINITION and a count, SPELLING
// and 0 or 1, WILD 0, MATCHES, AMBIGUOUS or COMPLETE-; HELP earns "DICTIONARY server protocol".
#include <array>

#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

// The word that is asked for; empty where this is no command with one.
Bytes asked_word(Bytes line) {
  for (const Bytes verb : {"DEFINE", "SPELL", "COMPLETE", "ENDINGS"})
    if (equal_ignoring_case(first_word(line), verb)) {
      const Bytes word = after_first_word(line);
      return is_token(word) && word.size() <= 64 ? word : Bytes{};
    }
  return {};
}

bool is_answer(Bytes line) {
  if (line.starts_with("DICTIONARY server protocol")) return true;
  const Bytes rest = after_first_word(line);
  const Bytes word = first_word(line);
  if (word == "DEFINITION" || word == "SPELLING" || word == "WILD")
    return is_decimal(first_word(rest));
  return word == "MATCHES" || word == "MATCHS" || word == "AMBIGUOUS" || word == "COMPLETION";
}

Match recognize_webster(const Exchange& exchange) {
  const Line asked = first_line(exchange.client);
  const Line answered = first_line(exchange.server);
  if (!answered.ended || !is_answer(answered.text)) return {};
  const Printable answer{answered.text, 40};
  const bool helped = answered.text.starts_with("DICTIONARY server protocol");
  if (exchange.client.empty())
    return helped ? likely("server says {}", answer) : hint("server says {}", answer);
  const Bytes word = asked.ended ? asked_word(asked.text) : Bytes{};
  if (!word.empty() || (helped && equal_ignoring_case(asked.text, "HELP")))
    return confirmed("client asks {}, server says {}", Printable{asked.text, 40}, answer);
  return hint("server says {}", answer);
}

constexpr auto homes = std::to_array<Home>({{.port = 765, .service = "webster"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a definition",
     .client = "DEFINE penguin\r\n",
     .server = "DEFINITION 0\r\n1pen-guin n. a bird\r\n\x80"},
    {.about = "spelling", .client = "SPELL pengin\r\n", .server = "SPELLING 0\r\n"},
    {.about = "help",
     .client = "HELP\r\n",
     .server = "DICTIONARY server protocol:\r\n\r\nContact name is nobody.\r\n"},
    {.about = "the answer to help alone",
     .server = "DICTIONARY server protocol:\r\n\r\nContact name is nobody.\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "DICT",
     .client = "DEFINE * penguin\r\n",
     .server = "150 1 definitions\r\n",
     .expect = Certainty::none},
    {.about = "a text with the word",
     .server = "DEFINITION of terms\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a question alone", .client = "DEFINE penguin\r\n", .expect = Certainty::none},
});

}  // namespace

extern const Recognizer webster;
constinit const Recognizer webster{
    .name = "webster",
    .title = "Webster",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "HELP\r\n", .about = "the help text (read only)"},
    .reference = "webster.el, and RFC 2229, section 1",
    .opens = {.client = {}, .server = ByteSet::of("DSWMAC")},
    .judge = recognize_webster,
    .examples = examples,
};

}  // namespace oddport::recognizers
