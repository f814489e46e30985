// rexec: one command on another host, with the password in clear.
//
// 4.2BSD rexecd(8). The client sends the decimal number of the port on which it takes the command's
// errors (or an empty string, or "0"), user, password and command, each ended by a NUL; the server
// answers a NUL and the output, or 01 and a line of text. r_command.h tells how rsh is told apart.
// The password is never told.
#include "classify/recognizer.h"
#include "classify/recognizers/r_command.h"

namespace oddport::recognizers {

namespace {

Match with_port(const RCommandOpening& opening, RCommandAnswer answer) {
  const Printable user{opening.first, 16};
  if (answer == RCommandAnswer::foreign)
    return hint("client opens like rexec as user {}, but the server does not answer like it", user);
  return confirmed("client runs {} as {} with a password, errors to its port {}{}",
                   Printable{opening.third, 32}, user, opening.stderr_port,
                   answer == RCommandAnswer::refused ? "; server refuses" : "");
}

// rcp and rsync know rsh only.
bool is_command_of_rsh(Bytes command) {
  return command.starts_with("rcp -") || command.starts_with("rsync --server") ||
         command.starts_with("rdist ");
}

Match without_port(const RCommandOpening& opening, RCommandAnswer answer) {
  const Printable user{opening.first, 16};
  if (answer == RCommandAnswer::foreign || is_command_of_rsh(opening.third))
    return hint("client opens like rexec or rsh as user {}", user);
  return likely("client runs {} as {} (rsh looks the same without a port for errors)",
                Printable{opening.third, 32}, user);
}

Match recognize_rexec(const Exchange& exchange) {
  if (const auto opening = read_r_command_opening(exchange)) {
    if (opening->names_reserved_port()) return {};
    const RCommandAnswer answer = r_command_answer(exchange);
    if (opening->names_free_port()) return with_port(*opening, answer);
    return is_terminal_and_speed(opening->third) ? Match{} : without_port(*opening, answer);
  }
  const Bytes refusal = refusal_text(exchange.server);
  if (refusal == "username too long" && !exchange.server_speaks_first())
    return likely("server says that a username is too long, in rexecd's words");
  if (exchange.client.empty() && refusal == "Where are you?")
    return hint("server says Where are you?, as rexecd does when it finds no name for the client");
  return refusal_by(exchange, {"rexecd: "});
}

constexpr Home homes[] = {{.port = 512, .transport = Transport::tcp, .service = "exec"}};

constexpr Example examples[] = {
    {.about = "command with a second connection for errors",
     .client = "40123\0lab\0s3cret phrase!\0id; uname -s\0"_b,
     .server = "\0uid=4321(lab) gid=4321(lab)\nLinux\n"_b},
    {.about = "wrong password",
     .client = "1042\0lab\0wrong\0id\0"_b,
     .server = "\x01Password incorrect.\n"_b},
    {.about = "empty port, as glibc sends it without a second connection",
     .client = "\0lab\0lab\0id; uname -s; ls /usr\0"_b,
     .server = "\0uid=4321(lab) gid=4321(lab)\nLinux\n"_b,
     .expect = Certainty::likely},
    {.about = "server alone names itself",
     .server = "\x01rexecd: Login incorrect.\n"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "rsh: a reserved port for errors",
     .client = "1022\0root\0lab\0id\0"_b,
     .server = "\0uid=4321(lab)\n"_b,
     .expect = Certainty::none},
    {.about = "rlogin: a terminal where the command belongs",
     .client = "\0root\0lab\0xterm/38400\0"_b,
     .server = "\0"_b,
     .expect = Certainty::none},
    {.about = "rcp, which knows rsh only",
     .client = "\0ann\0bob\0rcp -t /tmp\0"_b,
     .server = "\0\0"_b,
     .expect = Certainty::none},
    {.about = "three strings only", .client = "40123\0lab\0secret\0"_b, .expect = Certainty::none},
    {.about = "a name that is too long",
     .client = too_long_a_name,
     .server = "\x01username too long\n"_b,
     .expect = Certainty::likely},
    {.about = "rsh: a name that is too long",
     .client = too_long_a_name,
     .server = "\x01locuser too long\n"_b,
     .expect = Certainty::none},
    {.about = "no such port", .client = "70000\0lab\0secret\0id\0"_b, .expect = Certainty::none},
    {.about = "error text of any server of the family",
     .server = "\x01Login incorrect.\n"_b,
     .first = Side::server,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer rexec;
constinit const Recognizer rexec{
    .name = "rexec",
    .title = "rexec",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.bytes = too_long_a_name,
              .about = "how a name is refused that is too long for any user, nobody is looked up"},
    .reference = "4.2BSD rexecd(8)",
    .opens = {.client = ByteSet::digits() | ByteSet::range(0, 0), .server = ByteSet::of("\x01")},
    .judge = recognize_rexec,
    .examples = examples,
};

}  // namespace oddport::recognizers
