// Fox: Tridium's Niagara, which runs buildings.
//
// The messages of a Niagara station. Text: "fox", kind (a letter), number, answer to (number or -1), "fox" or another
// channel, command, then lines in braces, each a name, "=", the type (a letter), ":", a value, and "};;".
//   client  fox a 1 -1 fox hello<LF>{<LF>fox.version=s:1.0<LF>id=i:1<LF>};;<LF>     server  fox a 0 -1 fox hello<LF>{...
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Talk {
  Fit fit = Fit::open;
  Bytes line;
  Bytes version;
};

void skip_number(ByteReader& reader) {
  reader.accept_if("-");
  reader.decimal(9);
}

bool is_start(Bytes line) {
  ByteReader reader{line};
  reader.accept("fox ");
  const std::uint8_t kind = reader.u8();
  reader.accept(" ");
  skip_number(reader);
  reader.accept(" ");
  skip_number(reader);
  reader.accept(" ");
  const Bytes channel = reader.take_while([](unsigned char c) { return is_graphic(c); }, 32);
  reader.accept(" ");
  return reader && is_letter(kind) && !channel.empty() && is_token(reader.rest());
}

// "fox.version=s:1.0".
bool is_property(Bytes line) {
  const std::size_t equals = line.find('=');
  return equals != Bytes::npos && equals > 0 && equals + 3 <= line.size() &&
         line[equals + 2] == ':' && is_letter(static_cast<unsigned char>(line[equals + 1])) &&
         is_text(line);
}

Talk hear(Bytes said) {
  Talk talk;
  if (said.empty()) return talk;
  talk.fit = Fit::alien;
  LineReader lines{said};
  const Line start = lines.next();
  if (!start.ended) {
    if (Bytes{"fox a "}.starts_with(said.substr(0, 6))) talk.fit = Fit::open;
    return talk;
  }
  if (!is_start(start.text)) return talk;
  talk.line = start.text;
  talk.fit = Fit::fits;
  if (lines.next().text != "{") return talk;
  const Line property = lines.next();
  if (is_property(property.text)) talk.fit = Fit::proves;
  if (property.text.starts_with("fox.version=s:")) talk.version = property.text.substr(14);
  return talk;
}

constexpr Openings opens = {.client = ByteSet::of("f"), .server = ByteSet::of("f")};

Match recognize_fox(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Talk client = hear(exchange.client);
  const Talk server = hear(exchange.server);
  Match match;
  match.certainty = weigh(client.fit, server.fit);
  if (!match) return match;
  const bool of_server = !server.line.empty();
  match.says = Note::of("{} says {} {}", of_server ? "server" : "client",
                        Printable{of_server ? server.line : client.line, 32},
                        Printable{of_server ? server.version : client.version, 12});
  return match;
}

constexpr Bytes hello = "fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "both say hello",
     .client = hello,
     .server =
         "fox a 0 -1 fox "
         "hello\n{\nfox.version=s:1.0.1\nid=i:42\nhostName=s:station\napp.name=s:Station\n};;\n"},
    {.about = "the client alone", .client = hello},
    {.about = "cut behind the first line",
     .client = "fox a 1 -1 fox hello\n",
     .expect = Certainty::likely},
    {.about = "a fox in a text",
     .client = "fox a day\n{\nfox.version=s:1.0\n};;\n",
     .expect = Certainty::none},
    {.about = "the beginning of a first line", .client = "fox a 1 -1 f", .expect = Certainty::none},
    {.about = "the service is another",
     .client = hello,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer fox;
constinit const Recognizer fox{
    .name = "fox",
    .title = "Niagara Fox",
    .hello = {.bytes = hello,
              .about = "the greeting of a session, to which the station tells its versions"},
    .reference = "messages of Niagara stations",
    .opens = opens,
    .judge = recognize_fox,
    .examples = examples,
};

}  // namespace oddport::recognizers
