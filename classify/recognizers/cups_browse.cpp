// CUPS browsing, as it was before DNS-SD: a server broadcasts its printers: the CUPS source,
// dirsvc.c.
//
//   9046 3 ipp://192.168.1.10:631/printers/laser "office" "Laser" "Laser CUPS" options<LF>
//
// Type of the printer in hexadecimal, its state 3 (idle), 4 (busy) or 5 (stopped), its URI, then
// place, description and model in quotes.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/datagrams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Printer {
  Bytes uri;
  std::size_t quoted = 0;
};

constexpr bool is_hexadecimal(unsigned char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// The URI is empty where this is no printer.
Printer read_printer(const Message& message) {
  const Line line = first_line(message.bytes);
  ByteReader reader{line.text};
  const bool type = !reader.take_while(is_hexadecimal, 8).empty();
  reader.accept(" ");
  const std::uint8_t state = reader.u8();
  reader.accept(" ");
  Printer printer{.uri = reader.until(' ', 1023)};
  if (!reader || !type || state < '3' || state > '5' || !is_token(printer.uri)) return {};
  const bool scheme = printer.uri.starts_with("ipp://") || printer.uri.starts_with("ipps://") ||
                      printer.uri.starts_with("http://") || printer.uri.starts_with("https://");
  if (!scheme || !is_text(reader.rest())) return {};
  while (printer.quoted < 3 && reader.accept_if("\"")) {
    reader.until('"', 200);
    if (!reader) break;
    ++printer.quoted;
    reader.accept_if(" ");
  }
  const bool cut = !message.is_whole();
  return printer.quoted == 3 || (printer.quoted > 0 && cut) ? printer : Printer{};
}

Match recognize(const Exchange& seen) {
  Printer first;
  const DatagramTally count = tally(seen, [&first](const Message& message) {
    const Printer printer = read_printer(message);
    if (first.uri.empty()) first = printer;
    return !printer.uri.empty();
  });
  if (count.good == 0) return {};
  Match match;
  match.certainty = weigh_tally(count, 1);
  match.says = Note::of("{} printers told, the first {}", count.distinct, Printable{first.uri, 60});
  return match;
}

constexpr auto homes = std::to_array<Home>({
    {.port = 631, .transport = Transport::udp, .service = "ipp"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a printer",
     .client = "9046 3 ipp://192.168.1.10:631/printers/Brother \"imac2\" \"Brother PT-2700\" "
               "\"Brother PT-2700 CUPS\" job-sheets=none,none lease-duration=300\n"},
    {.about = "an old one without options",
     .client = "200006 5 ipp://host:631/printers/lp \"\" \"\" \"Local Raw Printer\"\n"},
    {.about = "a state that does not exist",
     .client = "9046 6 ipp://host:631/printers/lp \"\" \"\" \"\"\n",
     .expect = Certainty::none},
    {.about = "two quoted texts",
     .client = "9046 3 ipp://host:631/printers/lp \"\" \"\"\n",
     .expect = Certainty::none},
    {.about = "numbers and text",
     .client = "9046 3 printers \"a\" \"b\" \"c\"\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer cups_browse;
constinit const Recognizer cups_browse{
    .name = "cups-browse",
    .title = "CUPS browsing",
    .transports = Transports::udp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: a server broadcasts unasked"},
    .reference = "CUPS 1.5, scheduler/dirsvc.c",
    .opens = {.client = ByteSet::digits() | ByteSet::of("abcdefABCDEF"),
              .server = ByteSet::digits() | ByteSet::of("abcdefABCDEF")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
