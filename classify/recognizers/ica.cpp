// Citrix: ICA, the remote desktop, and CGP, which keeps its connections alive.
//
// Citrix's public descriptions of how to see that a server listens. ICA: the server greets 7F 7F "ICA" 00, over and over until
// the client says the same. CGP: both sides begin 1A (the length of what names it), "CGP/01" and a version (1).
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes greeting = "\x7f\x7fICA\0"_b;

struct Talk {
  Fit fit = Fit::open;
  bool cgp = false;
};

Talk judge(Bytes said) {
  Talk talk;
  if (said.empty()) return talk;
  if (said.size() < greeting.size() && greeting.starts_with(said)) return talk;
  ByteReader reader{said};
  const bool ica = reader.accept_if(greeting);
  reader.skip(1);
  talk.cgp = !ica && said.size() >= 9 && reader.accept_if("CGP/0");
  talk.fit = Fit::alien;
  if (ica) talk.fit = Fit::proves;
  if (talk.cgp && said[0] == 0x1a && reader.u8() == '1') talk.fit = Fit::proves;
  return talk;
}

constexpr Openings opens = {.client = ByteSet::of("\x7f\x1a"), .server = ByteSet::of("\x7f\x1a")};

Match recognize_ica(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  const Talk client = judge(exchange.client);
  const Talk server = judge(exchange.server);
  Match match;
  match.certainty = weigh(client.fit, server.fit);
  if (!match) return match;
  if (client.cgp || server.cgp) {
    match.protocol = "cgp";
    match.says = Note::of("{} says CGP/01", client.cgp ? "client" : "server");
    match.inside = Note::of("ICA");
  } else {
    match.says = Note::of("{} greets with ICA", server.fit == Fit::proves ? "server" : "client");
  }
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 1494, .service = "ica"}});
constexpr auto others = std::to_array<std::string_view>({"cgp"});

constexpr auto examples = std::to_array<Example>({
    {.about = "the server greets twice",
     .server = "\x7f\x7fICA\0\x7f\x7fICA\0"_b,
     .first = Side::server},
    {.about = "both greet", .client = greeting, .server = greeting, .first = Side::server},
    {.about = "CGP",
     .client = "\x1a"
               "CGP/01\x13\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .server = "\x1a"
               "CGP/01\x13\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::likely,
     .protocol = "cgp"},
    {.about = "the beginning of a greeting",
     .server = "\x7f\x7fIC",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a file of ELF",
     .server = "\x7f"
               "ELF\x02\x01\x01\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "another version",
     .client = "\x1a"
               "CGP/02\x13\0\0\0"_b,
     .expect = Certainty::none},
    {.about = "the client is another",
     .client = "GET / HTTP/1.0\r\n\r\n",
     .server = greeting,
     .first = Side::server,
     .expect = Certainty::likely},
});

}  // namespace

extern const Recognizer ica;
constinit const Recognizer ica{
    .name = "ica",
    .title = "Citrix ICA",
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Citrix support articles on testing ICA and CGP ports",
    .also = others,
    .opens = opens,
    .judge = recognize_ica,
    .examples = examples,
};

}  // namespace oddport::recognizers
