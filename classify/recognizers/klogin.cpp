// klogin: rlogin with a Kerberos ticket, on 543; with encryption ("eklogin") on 2105.
//
// kerberos_r_command.h has the format; "terminal/speed" behind the ticket, or no port for errors in
// front of it, tell it from kshell.
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/recognizers/kerberos_r_command.h"

namespace oddport::recognizers {

namespace {

Match recognize_klogin(const Exchange& exchange) {
  const auto opening = read_kerberos_r_opening(exchange);
  if (!opening) return refusal_by(exchange, {"klogind: "});
  if (opening->kind == KerberosRCommand::shell) return {};
  const unsigned version = opening->auth.kerberos;
  if (!opening->fits || is_echo(exchange))
    return hint("client opens like klogin with a ticket of Kerberos {}, server does not", version);
  if (opening->kind == KerberosRCommand::unknown)
    return likely("client shows a ticket of Kerberos {} as klogin does", version);
  return confirmed("client shows a ticket of Kerberos {}, asks for user {}, terminal {}", version,
                   Printable{opening->user, 16}, Printable{opening->command, 24});
}

constexpr Home homes[] = {{.port = 543, .transport = Transport::tcp, .service = "klogin"}};

constexpr Example examples[] = {
    {.about = "Kerberos 5",
     .client = "\0\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x09KCMDV0.2\0\0\0\0\x17n\x15"
               "0\x13\xa0\x03"
               "\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0 \0\0\0"
               "bob\0xterm/38400\0"
               "ann"
               "\0"_b,
     .server = "\0\0\0\0\0"_b},
    {.about = "Kerberos 4",
     .client = "\0"
               "AUTHV0.1KCMDV0.1\0\0\0\x1b\x04\x06\x01"
               "ATHENA.MIT.EDU\0\x04\x03tickautbob\0xt"
               "erm/9600\0"_b},
    {.about = "the ticket and nothing behind it: kshell may name no port either",
     .client = "\0\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x09KCMDV0.2\0\0\0\0\x17n\x15"
               "0\x13\xa0\x03"
               "\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0 \0\0\0"_b,
     .expect = Certainty::likely},
    {.about = "refusal",
     .server = "\x01klogind: All authentication systems disabled; connection refused.\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "kshell",
     .client = "1021\0\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x09KCMDV0.1\0\0\0\0\x17n\x15"
               "0\x13\xa0"
               "\x03\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0 \0\0\0"
               "bob\0ls -l\0"
               "ann\0"_b,
     .expect = Certainty::none},
    {.about = "rlogin", .client = "\0ann\0bob\0xterm/38400\0"_b, .expect = Certainty::none},
    {.about = "the server is something else",
     .client = "\0\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x09KCMDV0.2\0\0\0\0\x17n\x15"
               "0\x13\xa0\x03"
               "\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0 \0\0\0"
               "bob\0xterm/38400\0"
               "ann"
               "\0"_b,
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer klogin;
constinit const Recognizer klogin{
    .name = "klogin",
    .title = "klogin",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: to show no ticket is a failed login"},
    .reference = "4.4BSD and MIT krb5-appl, kcmd.c",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("\x01")},
    .judge = recognize_klogin,
    .examples = examples,
};

}  // namespace oddport::recognizers
