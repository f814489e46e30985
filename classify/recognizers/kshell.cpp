// kshell: rsh and rcp with a Kerberos ticket, on 544; with encryption ("ekshell") on 545.
//
// kerberos_r_command.h has the format; the port for errors in front of the ticket, or a command
// behind it, tell it from klogin.
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/recognizers/kerberos_r_command.h"

namespace oddport::recognizers {

namespace {

Match recognize_kshell(const Exchange& exchange) {
  const auto opening = read_kerberos_r_opening(exchange);
  if (!opening) return refusal_by(exchange, {"krshd: ", "kshd: "});
  if (opening->kind == KerberosRCommand::login) return {};
  const unsigned version = opening->auth.kerberos;
  if (!opening->fits || is_echo(exchange))
    return hint("client opens like kshell with a ticket of Kerberos {}, server does not", version);
  if (opening->kind == KerberosRCommand::unknown)
    return hint("client shows a ticket of Kerberos {} as klogin and kshell do", version);
  // The command is not told: it may hold a secret.
  if (opening->user.empty())
    return confirmed("client shows a ticket of Kerberos {}, expects errors on port {}", version,
                     opening->stderr_port);
  return confirmed("client shows a ticket of Kerberos {}, has a command for user {}", version,
                   Printable{opening->user, 16});
}

constexpr Home homes[] = {{.port = 544, .transport = Transport::tcp, .service = "kshell"}};

constexpr Example examples[] = {
    {.about = "Kerberos 5",
     .client = "1021\0\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x09KCMDV0.1\0\0\0\0\x17n\x15"
               "0\x13\xa0"
               "\x03\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0 \0\0\0"
               "bob\0ls -l\0"
               "ann\0"_b,
     .server = "\0\0\0\0\0"_b},
    {.about = "Kerberos 4",
     .client = "1021\0"
               "AUTHV0.1KCMDV0.1\0\0\0\x1b\x04\x06\x01"
               "ATHENA.MIT.EDU\0\x04\x03tickautbob"
               "\0"
               "date\0"_b,
     .server = "\0Sat Nov 21\n"_b},
    {.about = "refusal",
     .server = "\x01krshd: Kerberos Authentication Failed.\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "klogin",
     .client = "\0\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x09KCMDV0.2\0\0\0\0\x17n\x15"
               "0\x13\xa0\x03"
               "\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0 \0\0\0"
               "bob\0xterm/38400\0"
               "ann"
               "\0"_b,
     .expect = Certainty::none},
    {.about = "the version and no more",
     .client = "\0\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x09KCMDV0.2\0"_b,
     .expect = Certainty::none},
    {.about = "rsh", .client = "1022\0ann\0bob\0date\0"_b, .expect = Certainty::none},
};

}  // namespace

extern const Recognizer kshell;
constinit const Recognizer kshell{
    .name = "kshell",
    .title = "kshell",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: to show no ticket is a failed login"},
    .reference = "4.4BSD and MIT krb5-appl, kcmd.c",
    .opens = {.client = ByteSet::of("\0"_b) | ByteSet::digits(), .server = ByteSet::of("\x01")},
    .judge = recognize_kshell,
    .examples = examples,
};

}  // namespace oddport::recognizers
