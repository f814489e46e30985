// Chargen: a stream of characters for testing.
//
// RFC 864. Over TCP the server writes until it is told to stop; over UDP a datagram answers a datagram. The
// customary pattern: lines of 72 characters and CR LF, each the printable characters in order, wrapping
// around, and each line beginning one character later than the one before.
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t shortest_line = 60;
constexpr std::size_t longest_line = 95;

// The next of the printable characters; some servers leave out the blank.
constexpr bool follows(char a, char b) {
  return b == a + 1 || (a == '~' && (b == ' ' || b == '!'));
}

bool is_ordered(Bytes text) {
  for (std::size_t n = 1; n < text.size(); ++n)
    if (!follows(text[n - 1], text[n])) return false;
  return is_printable(text) && !text.empty();
}

// Whole lines of the pattern at the start; none where any does not follow the one before.
std::size_t count_lines(Bytes said) {
  std::size_t count = 0;
  char before = 0;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    if (!line.ended) break;
    if (line.text.size() < shortest_line || line.text.size() > longest_line) return 0;
    if (!is_ordered(line.text) || (count > 0 && !follows(before, line.text[0]))) return 0;
    before = line.text[0];
    ++count;
  }
  return count;
}

Match recognize_chargen(const Exchange& exchange) {
  if (is_echo(exchange)) return {};
  const std::size_t count = count_lines(exchange.server);
  if (count >= 2) return confirmed("server writes {} lines of the rotating pattern", count);
  const Line line = first_line(exchange.server);
  if (!line.ended || line.text.size() < shortest_line || line.text.size() > longest_line ||
      !is_ordered(line.text))
    return {};
  return likely("server writes a line of the pattern");
}

constexpr Home homes[] = {{.port = 19, .transport = Transport::tcp, .service = "chargen"},
                          {.port = 19, .transport = Transport::udp, .service = "chargen"}};

constexpr Bytes two_lines =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg\r\n"
    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefgh\r\n";

constexpr Example examples[] = {
    {.about = "the pattern",
     .server = two_lines,
     .first = Side::server,
     .transport = Transport::tcp},
    {.about = "asked by a datagram",
     .client = "\n",
     .server = two_lines,
     .transport = Transport::udp},
    {.about = "a line alone",
     .client = "x",
     .server = two_lines.substr(0, 74),
     .expect = Certainty::likely,
     .transport = Transport::udp},
    {.about = "the letters alone",
     .server = "ABCDEFGHIJKLMNOPQRSTUVWXYZ\r\nBCDEFGHIJKLMNOPQRSTUVWXYZA\r\n",
     .first = Side::server,
     .expect = Certainty::none,
     .transport = Transport::tcp},
    {.about = "sent by the client",
     .client = two_lines,
     .expect = Certainty::none,
     .transport = Transport::tcp},
};

}  // namespace

extern const Recognizer chargen;
constinit const Recognizer chargen{
    .name = "chargen",
    .title = "Chargen",
    .transports = Transports::both,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server writes without end, and datagrams amplify"},
    .reference = "RFC 864",
    .opens = {.client = {}, .server = ByteSet::range(' ', '~')},
    .judge = recognize_chargen,
    .examples = examples,
};

}  // namespace oddport::recognizers
