// rsh: one command on another host, on the word of a reserved source port (also rcp, rdist, old
// rsync).
//
// 4.2BSD rshd(8). The client sends the decimal number of the reserved port on which it takes the
// command's errors (or an empty string, or "0"), local user, remote user and command, each ended by
// a NUL; the server answers a NUL and the output, or 01 and a line of text. r_command.h tells how
// rexec is told apart.
#include "classify/recognizer.h"
#include "classify/recognizers/r_command.h"

namespace oddport::recognizers {

namespace {

Match with_port(const RCommandOpening& opening, RCommandAnswer answer) {
  const Printable local{opening.first, 16};
  const Printable remote{opening.second, 16};
  const Printable command{opening.third, 28};
  if (answer == RCommandAnswer::foreign)
    return hint("client opens like rsh as user {}, but the server does not answer like it", remote);
  return confirmed("client {} runs {} as {}, errors to its port {}{}", local, command, remote,
                   opening.stderr_port,
                   answer == RCommandAnswer::refused ? "; server refuses" : "");
}

Match without_port(const RCommandOpening& opening, RCommandAnswer answer) {
  const Printable first{opening.first, 16};
  const Printable command{opening.third, 32};
  if (answer == RCommandAnswer::foreign || !is_user_name(opening.second))
    return hint("client opens like rsh or rexec as user {}", first);
  return likely("client {} runs {} (rexec looks the same without a port for errors)", first,
                command);
}

Match recognize_rsh(const Exchange& exchange) {
  if (const auto opening = read_r_command_opening(exchange)) {
    if (opening->names_free_port()) return {};
    const RCommandAnswer answer = r_command_answer(exchange);
    if (opening->names_reserved_port())
      return is_user_name(opening->second) ? with_port(*opening, answer) : Match{};
    return is_terminal_and_speed(opening->third) ? Match{} : without_port(*opening, answer);
  }
  const Bytes refusal = refusal_text(exchange.server);
  if ((refusal == "locuser too long" || refusal == "remuser too long") &&
      !exchange.server_speaks_first())
    return likely("server says {}, in rshd's words", refusal);
  return refusal_by(exchange, {"rshd: ", "remshd: "});
}

constexpr Home homes[] = {{.port = 514, .transport = Transport::tcp, .service = "shell"}};

constexpr Example examples[] = {
    {.about = "command with a second connection for errors",
     .client = "1022\0root\0lab\0id; ls /; echo err >&2\0"_b,
     .server = "\0uid=4321(lab) gid=4321(lab)\nbin\nboot\n"_b},
    {.about = "refusal",
     .client = "1020\0lns\0someuser\0some random command\0"_b,
     .server = "\x01Login incorrect.\n"_b},
    {.about = "a name that is too long",
     .client = too_long_a_name,
     .server = "\x01locuser too long\n"_b,
     .expect = Certainty::likely},
    {.about = "rexec: a name that is too long",
     .client = too_long_a_name,
     .server = "\x01username too long\n"_b,
     .expect = Certainty::none},
    {.about = "rcp without a second connection",
     .client = "0\0ann\0bob\0rcp -t /tmp\0"_b,
     .server = "\0\0"_b,
     .expect = Certainty::likely},
    {.about = "empty port, as glibc sends it",
     .client = "\0root\0lab\0id\0"_b,
     .server = "\0uid=4321(lab)\n"_b,
     .expect = Certainty::likely},
    {.about = "AIX refuses before the client spoke",
     .server = "\x01rshd: 0826-813 Permission is denied.\n"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "rexec: an unreserved port for errors",
     .client = "40123\0lab\0secret\0id\0"_b,
     .server = "\0uid=4321(lab)\n"_b,
     .expect = Certainty::none},
    {.about = "rlogin: a terminal where the command belongs",
     .client = "\0root\0lab\0xterm/38400\0"_b,
     .server = "\0"_b,
     .expect = Certainty::none},
    {.about = "the same opening, but the server is FTP",
     .client = "1022\0root\0lab\0id\0"_b,
     .server = "220 ready\r\n"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a port of no r-command",
     .client = "21\0root\0lab\0id\0"_b,
     .expect = Certainty::none},
    {.about = "syslog over TCP on the same port number",
     .client = "<13>Oct 11 22:14:15 host su: failed\n"_b,
     .expect = Certainty::none},
    {.about = "UTF-16 text", .client = "\0a\0b\0c\0d\0e"_b, .expect = Certainty::none},
};

}  // namespace

extern const Recognizer rsh;
constinit const Recognizer rsh{
    .name = "rsh",
    .title = "rsh",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .reserved_source_port = true,
    .hello = {.bytes = too_long_a_name,
              .about = "how a name is refused that is too long for any user, nobody is looked up"},
    .reference = "4.2BSD rshd(8)",
    .opens = {.client = ByteSet::digits() | ByteSet::range(0, 0), .server = ByteSet::of("\x01")},
    .judge = recognize_rsh,
    .examples = examples,
};

}  // namespace oddport::recognizers
