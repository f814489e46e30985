// SWAT: Samba's web administration, on a port of its own.
//
// HTTP, told by the realm for which it asks a password (source/web/cgi.c of Samba 2 and 3): "401
// Authorization Required", WWW-Authenticate: Basic realm="SWAT".
#include "classify/recognizer.h"
#include "classify/recognizers/http_guests.h"

namespace oddport::recognizers {

namespace {

Match recognize(const Exchange& seen) {
  const MessageHead answered = read_final_head(seen.server);
  const auto status = parse_status_line(answered.start.text);
  if (!status || !is_version_of(status->version, "HTTP") || !answered.sound) return {};
  if (!is_of_swat(answered)) return {};
  return confirmed("server answers {} in the realm of SWAT", status->status);
}

constexpr Example examples[] = {
    {.about = "a password is asked",
     .server = "HTTP/1.0 401 Authorization Required\r\nWWW-Authenticate: Basic realm=\"SWAT\"\r\n"
               "Connection: close\r\nContent-Type: text/html\r\n\r\n<HTML>"},
    {.about = "the same with another order",
     .server = "HTTP/1.0 401 Authorization Required\r\nConnection: close\r\n"
               "WWW-Authenticate: Basic realm=\"SWAT\"\r\n\r\n"},
    {.about = "another realm",
     .server =
         "HTTP/1.0 401 Authorization Required\r\nWWW-Authenticate: Basic realm=\"router\"\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the word in a page",
     .server = "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nrealm=\"SWAT\"",
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer swat;
constinit const Recognizer swat{
    .name = "swat",
    .title = "Samba's web administration (SWAT)",
    .era = Era::obsolete,
    .hello = {.about = "nothing: the question of HTTP serves"},
    .reference = "Samba's source3/web/cgi.c",
    .opens = {.client = {}, .server = ByteSet::of("H")},
    .judge = recognize,
    .examples = examples,
};

}  // namespace oddport::recognizers
