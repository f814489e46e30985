// UFT: a file sent to somebody who need not ask for it: RFC 1440, and protocol.md of the current
// implementation.
//
//   server  222 host UFT/2 posixuft/1.10 ; ready.<CR LF>        (100 and "UFT 1.0" before)
//   client  FILE 1024 lab<CR LF>USER joe<CR LF>TYPE A<CR LF>...
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto commands = std::to_array<Bytes>(
    {"FILE", "USER", "TYPE",  "NAME", "DATA", "EOF",  "ABORT",   "QUIT",  "HELP", "NOOP",
     "DATE", "META", "CLASS", "FORM", "DEST", "DIST", "AUXDATA", "AGENT", "CPQ",  "MSG"});

// A herald names the protocol with its version behind the host.
bool is_herald(const Line& line) {
  const auto reply = parse_reply(line.text);
  if (!line.ended || !reply || reply->more || (reply->code >= 300)) return false;
  const Bytes rest = after_first_word(reply->text);
  ByteReader reader{rest};
  reader.accept("UFT");
  if (!reader.accept_if("/")) reader.accept(" ");
  const bool version = is_digit(reader.u8());
  return reader && version && is_token(first_word(reply->text));
}

bool is_command(const Line& line) {
  const Bytes word = first_word(line.text);
  return line.ended && is_text(line.text) && std::ranges::any_of(commands, [word](Bytes known) {
           return equal_ignoring_case(word, known);
         });
}

// "FILE size from ...", then "USER name": what no other protocol begins with.
bool sends_file(Bytes said) {
  LineReader lines{said};
  const Line file = lines.next();
  const Bytes size = first_word(after_first_word(file.text));
  if (!is_command(file) || !equal_ignoring_case(first_word(file.text), "FILE")) return false;
  if (!is_decimal(size) && size != "-") return false;
  const Line user = lines.next();
  return is_command(user) && !after_first_word(user.text).empty();
}

Match recognize(const Exchange& seen) {
  const Line herald = first_line(seen.server);
  if (is_herald(herald)) {
    if (!seen.client.empty() && !is_command(first_line(seen.client)))
      return likely("server says {}", Printable{herald.text, 60});
    return confirmed("server says {}", Printable{herald.text, 60});
  }
  if (!sends_file(seen.client)) return {};
  const Bytes shown = first_line(seen.client).text;
  if (seen.server.empty() || parse_reply(herald.text))
    return likely("client says {}", Printable{shown, 60});
  return hint("client says {}", Printable{shown, 60});
}

constexpr auto homes = std::to_array<Home>({{.port = 608, .service = "sift-uft"}});

constexpr Bytes herald = "222 lab.example.org UFT/2 posixuft/1.10.2 ; ready.\r\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "herald and a file",
     .client = "FILE 1024 lab\r\nUSER joe\r\nTYPE A\r\n",
     .server = herald,
     .first = Side::server},
    {.about = "the herald alone", .server = herald, .first = Side::server},
    {.about = "only the client was captured",
     .client = "FILE 0 root -\r\nUSER joe\r\nTYPE I\r\n",
     .expect = Certainty::likely},
    {.about = "a greeting of FTP",
     .server = "220 host FTP server ready.\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a login of FTP",
     .client = "USER joe\r\nPASS x\r\nTYPE A\r\n",
     .expect = Certainty::none},
    {.about = "the herald cut",
     .server = "222 lab.example.org UFT/2 pos",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer uft;
constinit const Recognizer uft{
    .name = "uft",
    .title = "UFT",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "RFC 1440",
    .opens = {.client = ByteSet::of("Ff"), .server = ByteSet::of("12")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
