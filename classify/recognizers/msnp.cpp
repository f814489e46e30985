// MSNP: the MSN and Windows Live messenger.
//
// draft-movva-msn-messenger-protocol and hypothetic.org's notes. Lines: a command of three capital
// letters, a transaction number, words. "VER 1 MSNP8 CVR0" opens at a dispatch or notification
// server; "USR 1 name ticket" or "ANS 1 name ticket session" at a switchboard, whose name is an
// address.
#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

enum class Speech : std::uint8_t { silent, alien, fits, version };

// "name@host": what names a person.
bool is_address(Bytes word) {
  const std::size_t at = word.find('@');
  return is_token(word) && at != Bytes::npos && at > 0 && word.find('.', at) != Bytes::npos;
}

// "MSG 26 U 97", "CAL 2 name@host", "IRO 1 1 1 name@host nick", "CHG 4 NLN 0".
bool is_other(Bytes command, Bytes words) {
  const Bytes first = first_word(words);
  const Bytes second = first_word(after_first_word(words));
  if (command == "MSG")
    return (first == "U" || first == "N" || first == "A" || first == "D") && is_decimal(second);
  if (command == "CAL") return is_address(first) || (first == "RINGING" && is_decimal(second));
  if (command == "IRO")
    return is_decimal(first) && is_decimal(second) && words.find('@') != Bytes::npos;
  if (command == "ILN") return first.size() == 3 && is_address(second);
  return command == "CHG" &&
         (first == "NLN" || first == "HDN" || first == "BSY" || first == "AWY" || first == "IDL");
}

Speech judge_words(Bytes command, Bytes words) {
  if (command == "VER") return words.starts_with("MSNP") ? Speech::version : Speech::alien;
  if (command == "CVR")
    return words.starts_with("0x") || is_digit(static_cast<unsigned char>(words[0]))
               ? Speech::fits
               : Speech::alien;
  if (command == "USR") {
    const Bytes first = first_word(words);
    const bool scheme =
        first == "TWN" || first == "SSO" || first == "MD5" || first == "OK" || first == "SHA";
    return scheme || is_address(first) ? Speech::fits : Speech::alien;
  }
  if (command == "ANS")
    return is_address(first_word(words)) || words == "OK" ? Speech::fits : Speech::alien;
  if (command == "XFR")
    return words.starts_with("NS ") || words.starts_with("SB ") ? Speech::fits : Speech::alien;
  return is_other(command, words) ? Speech::fits : Speech::alien;
}

Speech judge(Bytes said) {
  if (said.empty()) return Speech::silent;
  const Line line = first_line(said);
  ByteReader reader{line.text};
  const Bytes command = reader.take(3);
  reader.accept(" ");
  reader.decimal(9);
  reader.accept(" ");
  if (!reader || !line.ended || reader.at_end() || !is_text(line.text)) return Speech::alien;
  return judge_words(command, reader.rest());
}

Match recognize(const Exchange& seen) {
  const Speech client = judge(seen.client);
  const Speech server = judge(seen.server);
  const Bytes shown = first_line(client >= Speech::fits ? seen.client : seen.server).text;
  if (client == Speech::alien || server == Speech::alien) return {};
  if (client == Speech::version || server == Speech::version ||
      (client == Speech::fits && server == Speech::fits))
    return confirmed("{} {}", client >= Speech::fits ? "client says" : "server says",
                     Printable{shown});
  if (client == Speech::fits || server == Speech::fits)
    return likely("it is said {}", Printable{shown});
  return {};
}

constexpr Home homes[] = {{.port = 1863, .service = "msnp"}};

constexpr Example examples[] = {
    {.about = "versions",
     .client = "VER 1 MSNP8 CVR0\r\n",
     .server = "VER 1 MSNP8 CVR0\r\n",
     .expect = Certainty::likely},
    {.about = "a switchboard",
     .client = "ANS 1 jd@hotmail.com 849102291.520491113 11752013\r\n",
     .server = "IRO 1 1 1 ab@hotmail.com Ab\r\nANS 1 OK\r\n"},
    {.about = "only the client was captured", .client = "VER 0 MSNP18 MSNP17 CVR0\r\n"},
    {.about = "a switchboard's client",
     .client = "USR 1 jd@hotmail.com 17262740.1050826919.32308\r\n",
     .expect = Certainty::likely},
    {.about = "another version word", .client = "VER 1 HTTP\r\n", .expect = Certainty::none},
    {.about = "three letters", .client = "GET 1 www.example.org\r\n", .expect = Certainty::none},
};

}  // namespace

extern const Recognizer msnp;
constinit const Recognizer msnp{
    .name = "msnp",
    .title = "MSN Messenger",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = "VER 1 MSNP8 CVR0\r\n", .about = "which version it speaks"},
    .reference = "draft-movva-msn-messenger-protocol",
    .opens = {.client = ByteSet::of("VCUAXIM"), .server = ByteSet::of("VCUAXIM")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
