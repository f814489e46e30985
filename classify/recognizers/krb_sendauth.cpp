// Applications that open with Kerberos "sendauth": the copy of a KDC's database (kprop, hprop),
// Heimdal's kadmin, KPOP and others.
//
// krb_sendauth.h has the format. The application's version names it: "kprop5_01" (MIT),
// "hprop-0.0" and "KADM0.1" (Heimdal). What klogin and kshell send in front of it is theirs.
#include "classify/recognizers/krb_sendauth.h"

#include <array>

#include "classify/echo.h"
#include "classify/recognizer.h"

namespace oddport::recognizers {

namespace {

// Empty where the application has no name of its own here.
constexpr std::string_view application_name(Bytes version) {
  if (version.starts_with("kprop5_")) return "kprop";
  if (version.starts_with("hprop-")) return "hprop";
  if (version.starts_with("KADM0.")) return "heimdal-kadmin";
  return {};
}

Match recognize_krb_sendauth(const Exchange& exchange) {
  const auto opening = read_krb_sendauth(exchange.client);
  if (!opening) return {};
  const bool fits =
      !is_echo(exchange) &&
      (!exchange.server_from_start || answers_krb_sendauth(exchange.server, opening->kerberos));
  // Version 4 has too little in it where the ticket is missing.
  const bool whole = opening->kerberos == 5 || opening->has_ticket;
  // The port in front of what klogin and kshell send may have been missed.
  const bool enough = whole && !opening->application.starts_with("KCMDV0.");
  return {.certainty = !fits    ? Certainty::hint
                       : enough ? Certainty::confirmed
                                : Certainty::likely,
          .protocol = application_name(opening->application),
          .says = Note::of("client shows a ticket of Kerberos {} for {}", opening->kerberos,
                           Printable{opening->application}),
          .inside = {}};
}

constexpr std::string_view applications[] = {"kprop", "hprop", "heimdal-kadmin"};

constexpr Home homes[] = {{.port = 749, .transport = Transport::tcp, .service = "kerberos-adm"}};

constexpr Example examples[] = {
    {.about = "a database is copied",
     .client = "\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x0akprop5_01\0\0\0\0\x17n\x15"
               "0\x13\xa0\x03"
               "\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0 \0\0\0"_b,
     .server = "\0\0\0\0\0"_b,
     .protocol = "kprop"},
    {.about = "Heimdal's kadmin, the ticket not yet sent",
     .client = "\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x08KADM0.1\0"_b,
     .protocol = "heimdal-kadmin"},
    {.about = "Kerberos 4",
     .client = "AUTHV0.1KPOPV0.1\0\0\0\x1b\x04\x06\x01"
               "ATHENA.MIT.EDU\0\x04\x03tickaut"_b},
    {.about = "a message that is no AP-REQ",
     .client = "\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x0akprop5_01\0\0\0\0\x17n\x15"
               "0\x13\0\x03\x02"
               "\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0 \0\0\0"_b,
     .expect = Certainty::none},
    {.about = "a version without an end",
     .client = "\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x0akprop5_01x"_b,
     .expect = Certainty::none},
    {.about = "the server is something else",
     .client = "\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\x0akprop5_01\0\0\0\0\x17n\x15"
               "0\x13\xa0\x03"
               "\x02\x01\x05\xa1\x03\x02\x01\x0e\xa2\x07\x03\x05\0 \0\0\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the words in a text",
     .client = "AUTHV0.1 is what it says",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer krb_sendauth;
constinit const Recognizer krb_sendauth{
    .name = "krb-sendauth",
    .title = "Kerberos sendauth",
    .transports = Transports::tcp,
    .era = Era::niche,
    .homes = homes,
    .hello = {.about = "nothing: every attempt is logged as a failed one"},
    .reference = "MIT Kerberos, sendauth.c",
    .also = applications,
    .opens = {.client = ByteSet::of("\0A"_b), .server = {}},
    .judge = recognize_krb_sendauth,
    .examples = examples,
};

}  // namespace oddport::recognizers
