// LCDproc: programs write on a small display. LCDproc Developer's Guide, "The LCDproc client-server protocol".
//
//   client  hello<LF>, then client_set, screen_add, widget_add, widget_set, menu_add_item ...
//   server  connect LCDproc 0.5.9 protocol 0.3 lcd wid 20 hgt 4 cellwid 5 cellhgt 8<LF>, then success, huh? ..., listen ID, ignore ID
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto verbs = std::to_array<Bytes>(
    {"client_set", "client_add_key", "screen_add", "screen_set", "screen_del", "widget_add",
     "widget_set", "widget_del", "menu_add_item", "menu_set_item", "menu_set_main"});

Fit judge_client(Bytes said) {
  Fit best = Fit::open;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    if (!line.ended) break;
    if (!is_text(line.text)) return Fit::alien;
    if (line.text == "hello") {
      best = std::max(best, Fit::weak);
      continue;
    }
    const Bytes verb = first_word(line.text);
    if (std::ranges::find(verbs, verb) != verbs.end()) return Fit::fits;
    return best == Fit::open ? Fit::alien : best;
  }
  return best;
}

// "connect LCDproc 0.5.9 protocol 0.3 lcd wid 20 hgt 4 cellwid 5 cellhgt 8"
bool is_greeting(Bytes line) {
  ByteReader reader{line};
  reader.accept("connect LCDproc ");
  const Bytes version = reader.until(' ', 32);
  reader.accept("protocol ");
  const Bytes protocol = reader.until(' ', 16);
  reader.accept("lcd ");
  return reader && is_token(version) && is_token(protocol);
}

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  if (is_greeting(line.text)) return line.ended ? Fit::proves : Fit::fits;
  return line.ended && line.text == "success" ? Fit::weak : Fit::alien;
}

Match recognize_lcdproc(const Exchange& exchange) {
  const Fit client = judge_client(exchange.client);
  const Fit server = judge_server(exchange.server);
  if (client < Fit::fits && server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(client, server);
  const bool greeted = server >= Fit::fits;
  if (match)
    match.says =
        Note::of("{} says {}", greeted ? "server" : "client",
                 Printable{first_line(greeted ? exchange.server : exchange.client).text, 50});
  return match;
}

constexpr Bytes hello = "hello\n";
constexpr Bytes greeting =
    "connect LCDproc 0.5.9 protocol 0.3 lcd wid 20 hgt 4 cellwid 5 cellhgt 8\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "a client connects",
     .client = "hello\nclient_set -name {LCDproc labclient}\n",
     .server = greeting},
    {.about = "the greeting alone", .server = greeting},
    {.about = "a client alone",
     .client = "hello\nclient_set name cpu\nscreen_add C\n",
     .expect = Certainty::likely},
    {.about = "a hello alone", .client = hello, .expect = Certainty::none},
    {.about = "something else that connects",
     .client = hello,
     .server = "connect LCD 4 lines\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer lcdproc;
constinit const Recognizer lcdproc{
    .name = "lcdproc",
    .title = "LCDproc",
    .era = Era::niche,
    .hello = {.bytes = hello, .about = "the size of the display"},
    .reference = "LCDproc Developer's Guide, client-server protocol",
    .opens = {.client = ByteSet::of("hcswm"), .server = ByteSet::of("cs")},
    .judge = recognize_lcdproc,
    .examples = examples,
};

}  // namespace oddport::recognizers
