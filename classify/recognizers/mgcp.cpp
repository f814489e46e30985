// MGCP: an exchange steers the gateways that telephones hang on. RFC 3435, section 3.2.
//
//   CRCX 1204 aaln/1@gw.example.org MGCP 1.0<CR LF>C: A3C47F21456789F0 ...
//   200 1204 OK<CR LF>I: FDE234C8
//
// A verb of four letters, a number, an endpoint, the version; then parameters of a letter or two.
// The answer repeats the number.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto verbs = std::to_array<Bytes>({
    "EPCF",
    "CRCX",
    "MDCX",
    "DLCX",
    "RQNT",
    "NTFY",
    "AUEP",
    "AUCX",
    "RSIP",
    "MESG",
});

struct Command {
  bool sound = false;
  Bytes verb;
  Bytes number;
  Bytes endpoint;
};

// Takes the word in front off the line.
Bytes take_word(Bytes& line) {
  const Bytes word = first_word(line);
  line = after_first_word(line);
  return word;
}

bool is_number(Bytes word) { return word.size() <= 9 && is_decimal(word); }

Command read_command(Bytes said) {
  Bytes line = first_line(said).text;
  Command command;
  command.verb = take_word(line);
  command.number = take_word(line);
  command.endpoint = take_word(line);
  const auto is_verb = [&command](Bytes verb) { return equal_ignoring_case(verb, command.verb); };
  ByteReader version{line};
  const bool named = starts_with_ignoring_case(version.take(5), "MGCP ");
  const bool major = is_digit(version.u8());
  version.accept(".");
  const bool minor = is_digit(version.u8());
  command.sound = std::ranges::any_of(verbs, is_verb) && is_number(command.number) &&
                  is_token(command.endpoint) && version && named && major && minor;
  return command;
}

// The number that an answer repeats, or empty.
Bytes answered_number(Bytes said) {
  Bytes line = first_line(said).text;
  const Bytes code = take_word(line);
  const Bytes number = take_word(line);
  const bool sound = code.size() == 3 && is_decimal(code) && code < "900" && is_number(number);
  return sound && is_text(line) ? number : Bytes{};
}

Match judge(const Command& command, Bytes answer) {
  const Bytes number = answered_number(answer);
  const bool turned = read_command(answer).sound;
  const bool odd = !answer.empty() && number.empty() && !turned;
  Match match;
  match.certainty = odd ? Certainty::likely : Certainty::confirmed;
  match.says = Note::of(
      "{} of {}{}", command.verb, Printable{command.endpoint, 48},
      !number.empty() && number == command.number ? ", answered under the same number" : "");
  return match;
}

Match recognize(const Exchange& seen) {
  const Command client = read_command(seen.client);
  if (client.sound) return judge(client, seen.server);
  const Command server = read_command(seen.server);
  return server.sound ? judge(server, seen.client) : Match{};
}

constexpr auto homes = std::to_array<Home>({
    {.port = 2427, .transport = Transport::udp, .service = "mgcp-gateway"},
    {.port = 2727, .transport = Transport::udp, .service = "mgcp-callagent"},
});

constexpr auto examples = std::to_array<Example>({
    {.about = "a connection made",
     .client = "CRCX 1204 aaln/1@gw.example.org MGCP 1.0\r\nC: A3C47F21456789F0\r\nM: sendrecv\r\n",
     .server = "200 1204 OK\r\nI: FDE234C8\r\n"},
    {.about = "a restart, told by the gateway",
     .client = "RSIP 1200 *@gw.example.org MGCP 1.0 NCS 1.0\nRM: restart\n"},
    {.about = "an answer alone",
     .server = "200 1204 OK\r\nI: FDE234C8\r\n",
     .expect = Certainty::none},
    {.about = "an unknown verb",
     .client = "HELO 1204 aaln/1@gw.example.org MGCP 1.0\r\n",
     .expect = Certainty::none},
    {.about = "no version",
     .client = "CRCX 1204 aaln/1@gw.example.org\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer mgcp;
constinit const Recognizer mgcp{
    .name = "mgcp",
    .title = "MGCP",
    .transports = Transports::udp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.bytes = "AUEP 1 *@oddport MGCP 1.0\r\n",
              .about = "an audit of an endpoint that is not there"},
    .reference = "RFC 3435, section 3.2",
    .opens = {.client = ByteSet::letters() | ByteSet::digits(),
              .server = ByteSet::letters() | ByteSet::digits()},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
