// LIRC: remote controls for the sofa.
//
// lircd(8), "Socket broadcast messages format" and "Socket command interface". The daemon sends a line for every key: code
// (16 hexadecimal digits), repetitions (2), name of the key, name of the remote. Commands (VERSION, LIST, SEND_ONCE remote key)
// are answered BEGIN, the command, SUCCESS or ERROR, perhaps DATA, a count and as many lines, END.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto commands =
    std::to_array<Bytes>({"VERSION", "LIST", "SEND_ONCE", "SEND_START", "SEND_STOP",
                          "SET_TRANSMITTERS", "SIMULATE", "SET_INPUTLOG", "DRV_OPTION", "SIGHUP"});

bool is_command(Bytes line) {
  return std::ranges::find(commands, first_word(line)) != commands.end() && is_printable(line);
}

bool is_hexadecimal(Bytes text) {
  return std::ranges::all_of(text, [](char c) {
    return is_digit(static_cast<unsigned char>(c)) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
  });
}

// "000000037ff07bef 00 KEY_PLAY remote".
bool is_key(Line line) {
  const Bytes text = line.text;
  return line.ended && text.size() > 21 && text[16] == ' ' && is_hexadecimal(text.substr(0, 16)) &&
         text[19] == ' ' && is_hexadecimal(text.substr(17, 2)) &&
         is_token(first_word(text.substr(20))) && is_token(after_first_word(text.substr(20)));
}

Fit judge_server(Bytes said, Bytes& shown) {
  if (said.empty()) return Fit::open;
  LineReader lines{said};
  const Line first = lines.next();
  shown = first.text;
  if (is_key(first)) return Fit::proves;
  if (first.text != "BEGIN" || !first.ended) return Fit::alien;
  const Line command = lines.next();
  shown = command.text;
  if (!is_command(command.text)) return Fit::alien;
  const Bytes result = lines.next().text;
  return result == "SUCCESS" || result == "ERROR" || result == "END" ? Fit::proves : Fit::weak;
}

Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  if (!line.ended || !is_command(line.text)) return Fit::alien;
  return line.text.find('_') != Bytes::npos ? Fit::fits : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("VLSD"),
                            .server = ByteSet::of("B0123456789abcdefABCDEF")};

Match recognize_lirc(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes shown;
  const Fit client = judge_client(exchange.client);
  const Fit server = judge_server(exchange.server, shown);
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (server >= Fit::weak)
    match.says = Note::of("server says {}", Printable{shown});
  else
    match.says = Note::of("client says {}", Printable{first_line(exchange.client).text});
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "the version",
     .client = "VERSION\n",
     .server = "BEGIN\nVERSION\nSUCCESS\nDATA\n1\n0.10.1\nEND\n"},
    {.about = "a key", .server = "000000037ff07bef 00 KEY_PLAY sofa\n", .first = Side::server},
    {.about = "a command alone",
     .client = "SEND_ONCE sofa KEY_PLAY\n",
     .expect = Certainty::likely},
    {.about = "a list asked for", .client = "LIST\n", .expect = Certainty::none},
    {.about = "another answer",
     .client = "VERSION\n",
     .server = "BEGIN\nVERSION 2\nOK\n",
     .expect = Certainty::none},
    {.about = "a key without a remote",
     .server = "000000037ff07bef 00 KEY_PLAY\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer lirc;
constinit const Recognizer lirc{
    .name = "lirc",
    .title = "LIRC",
    .era = Era::niche,
    .hello = {.bytes = "VERSION\n", .about = "the daemon's version (read only)"},
    .reference = "lircd(8), Socket command interface",
    .opens = opens,
    .judge = recognize_lirc,
    .examples = examples,
};

}  // namespace oddport::recognizers
