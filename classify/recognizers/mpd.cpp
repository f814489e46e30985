// MPD, the Music Player Daemon: its protocol's documentation.
//
//   server  OK MPD 0.23.5<LF>        client  status<LF>        server  lines "name: value", then OK<LF>
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

// Its version, or empty.
Bytes read_greeting(Bytes said) {
  const Line line = first_line(said);
  ByteReader reader{line.text};
  reader.accept("OK MPD ");
  const Bytes version = reader.rest();
  reader.decimal(2);
  reader.accept(".");
  reader.decimal(3);
  if (reader.accept_if(".")) reader.decimal(3);
  return reader && reader.at_end() && line.ended ? version : Bytes{};
}

// Words in lower case in a first line of text, as all commands are.
bool may_command(Bytes said) {
  const Line line = first_line(said);
  const Bytes word = first_word(line.text);
  return is_text(line.text) && !word.empty() &&
         std::ranges::all_of(word, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

Match recognize(const Exchange& seen) {
  const Bytes version = read_greeting(seen.server);
  if (version.empty()) return {};
  if (!seen.client.empty() && !may_command(seen.client))
    return likely("server greets with version {}", version);
  return confirmed("server greets with version {}", version);
}

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and command",
     .client = "command_list_ok_begin\nstatus\ncommand_list_end\n",
     .server = "OK MPD 0.23.5\nrepeat: 0\nlist_OK\nOK\n",
     .first = Side::server},
    {.about = "the greeting alone", .server = "OK MPD 0.19.0\n", .first = Side::server},
    {.about = "a client of something else",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "OK MPD 0.23.5\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "no version", .server = "OK MPD\n", .first = Side::server, .expect = Certainty::none},
    {.about = "the line cut",
     .server = "OK MPD 0.2",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer mpd;
constinit const Recognizer mpd{
    .name = "mpd",
    .title = "MPD",
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Music Player Daemon, Protocol",
    .opens = {.client = {}, .server = ByteSet::of("O")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
