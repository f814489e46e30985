// clamd: ClamAV's daemon, which looks for malware.
//
// clamd(8), "Commands". "z" or "n" before a command tells that it ends in NUL or line feed; without either it is of old. PING is
// answered PONG, VERSION "ClamAV 1.0.1/26000/date", SCAN a path and "OK", "NAME FOUND" or "ERROR"; INSTREAM goes on with pieces
// of length (4) and data, and is answered "stream: OK". In a session the answers are numbered: "1: PONG".
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr auto commands =
    std::to_array<Bytes>({"PING", "VERSION", "RELOAD", "SHUTDOWN", "SCAN", "CONTSCAN", "MULTISCAN",
                          "ALLMATCHSCAN", "INSTREAM", "FILDES", "STATS", "IDSESSION", "END",
                          "VERSIONCOMMANDS", "SESSION", "STREAM", "DETSTATS"});

Bytes read_command(Bytes said, char end) {
  const Bytes line = said.substr(0, said.find(end));
  const Bytes word = line.substr(0, line.find(' '));
  return line.size() < said.size() && is_printable(line) &&
                 std::ranges::find(commands, word) != commands.end()
             ? line
             : Bytes{};
}

Fit judge_client(Bytes said, Bytes& command) {
  if (said.empty()) return Fit::open;
  const char mark = said[0];
  if (mark == 'z' || mark == 'n') {
    command = read_command(said.substr(1), mark == 'z' ? '\0' : '\n');
    return command.empty() ? Fit::alien : Fit::fits;
  }
  command = up_to_line_end(read_command(said, '\n'));
  if (command.empty()) return Fit::alien;
  return command.find("SCAN /") != Bytes::npos ? Fit::weak : Fit::open;
}

bool ends_verdict(Bytes line) {
  return line.ends_with(" FOUND") || line.ends_with(": OK") || line.ends_with(" ERROR");
}

Fit judge_server(Bytes said, Bytes& answer) {
  if (said.empty()) return Fit::open;
  answer = until_nul(up_to_line_end(said));
  ByteReader numbered{answer};
  numbered.decimal(9);
  if (numbered.accept(": ")) answer = numbered.rest();
  if (!is_text(answer)) return Fit::alien;
  ByteReader version{answer};
  version.accept("ClamAV ");
  version.decimal(2);
  version.accept(".");
  if (version) return Fit::proves;
  if (answer == "PONG" || answer == "UNKNOWN COMMAND" || answer == "RELOADING") return Fit::weak;
  if (answer.starts_with("POOLS: ")) return Fit::proves;
  if (answer.starts_with("stream: ") && ends_verdict(answer)) return Fit::fits;
  if (answer.starts_with("INSTREAM size limit exceeded")) return Fit::fits;
  return answer.starts_with('/') && ends_verdict(answer) ? Fit::fits : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("znPVRSCMAIFED"),
                            .server = ByteSet::of("PCsI/UR") | ByteSet::digits()};

Match recognize_clamd(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes command;
  Bytes answer;
  const Fit client = judge_client(exchange.client, command);
  const Fit server = judge_server(exchange.server, answer);
  if (client < Fit::weak && server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (command.empty())
    match.says = Note::of("server says {}", Printable{answer});
  else if (answer.empty())
    match.says = Note::of("client says {}", Printable{command});
  else
    match.says =
        Note::of("client says {}, server says {}", Printable{command, 32}, Printable{answer, 48});
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "a ping", .client = "zPING\0"_b, .server = "PONG\0"_b},
    {.about = "a version",
     .client = "VERSION\n",
     .server = "ClamAV 1.0.1/26800/Mon Jan  5 09:20:00 2026\n"},
    {.about = "a stream",
     .client = "zINSTREAM\0\0\0\0\x05hello\0\0\0\0"_b,
     .server = "stream: OK\0"_b},
    {.about = "a stream asked about alone", .client = "nINSTREAM\n", .expect = Certainty::likely},
    {.about = "a ping of something else",
     .client = "PING\n",
     .server = "PONG\n",
     .expect = Certainty::none},
    {.about = "another word", .client = "zPONG\0"_b, .expect = Certainty::none},
    {.about = "the service is another",
     .client = "zPING\0"_b,
     .server = "-ERR unknown command 'zPING'\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer clamd;
constinit const Recognizer clamd{
    .name = "clamd",
    .title = "clamd (ClamAV)",
    .hello = {.bytes = "zVERSION\0"_b,
              .about = "the version of the daemon and its signatures (read only)"},
    .reference = "clamd(8), Commands",
    .opens = opens,
    .judge = recognize_clamd,
    .examples = examples,
};

}  // namespace oddport::recognizers
