// spamd: SpamAssassin's daemon weighs the messages that a mail server hands to it.
//
// spamd/PROTOCOL of SpamAssassin: "CHECK SPAMC/1.5", fields, an empty line and the message;
// "SPAMD/1.1 0 EX_OK" and fields.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto commands = std::to_array<Bytes>(
    {"CHECK", "SYMBOLS", "REPORT", "REPORT_IFSPAM", "SKIP", "PING", "PROCESS", "TELL", "HEADERS"});

bool read_version(ByteReader& reader, Bytes word) {
  reader.accept(word);
  reader.accept("/1.");
  return reader.decimal(1) <= 9 && reader;
}

// The command; empty where it is none.
Bytes read_request(Bytes said) {
  const Line line = first_line(said);
  const Bytes command = first_word(line.text);
  ByteReader reader{after_first_word(line.text)};
  const bool fits = read_version(reader, "SPAMC") && reader.at_end() && line.ended;
  return fits && std::ranges::find(commands, command) != commands.end() ? command : Bytes{};
}

// "SPAMD/1.1 0 EX_OK": the code and its name; empty where it is none.
Bytes read_answer(Bytes said) {
  const Line line = first_line(said);
  ByteReader reader{line.text};
  if (!read_version(reader, "SPAMD") || !reader.accept(" ")) return {};
  const Bytes rest = reader.rest();
  reader.decimal(2);
  reader.accept(" ");
  return reader && !reader.at_end() && is_printable(rest) && line.ended ? rest : Bytes{};
}

Match recognize(const Exchange& seen) {
  const Bytes asked = read_request(seen.client);
  const Bytes answered = read_answer(seen.server);
  if (!asked.empty() && !answered.empty())
    return confirmed("client asks {}, server answers {}", asked, Printable{answered});
  if (!asked.empty()) {
    if (seen.server.empty()) return confirmed("client asks {}", asked);
    return likely("client asks {}, the answer does not fit", asked);
  }
  if (answered.empty()) return {};
  // Bytes that are no request earn an answer as well: 76, bad header line.
  return confirmed("server answers {}", Printable{answered});
}

constexpr Example examples[] = {
    {.about = "is it there", .client = "PING SPAMC/1.5\r\n\r\n", .server = "SPAMD/1.5 0 PONG\r\n"},
    {.about = "a message is checked",
     .client = "REPORT SPAMC/1.5\r\nUser: root\r\nContent-length: 34\r\n\r\nSubject: hello\r\n",
     .server = "SPAMD/1.1 0 EX_OK\r\nContent-length: 850\r\nSpam: False ; 4.2 / 5.0\r\n\r\n"},
    {.about = "another protocol's greeting earns an error",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = "SPAMD/1.0 76 Bad header line: GET / HTTP/1.0\r\n"},
    {.about = "no such command", .client = "HELO SPAMC/1.5\r\n\r\n", .expect = Certainty::none},
    {.about = "no such version", .client = "PING SPAMC/2.0\r\n\r\n", .expect = Certainty::none},
    {.about = "an answer without a code",
     .server = "SPAMD/1.5 PONG\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer spamd;
constinit const Recognizer spamd{
    .name = "spamd",
    .title = "SpamAssassin's spamd",
    .hello = {.bytes = "PING SPAMC/1.5\r\n\r\n", .about = "whether it is there (PING)"},
    .reference = "SpamAssassin's spamd/PROTOCOL",
    .opens = {.client = ByteSet::of("CSRPTH"), .server = ByteSet::of("S")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
