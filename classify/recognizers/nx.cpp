// NX: NoMachine's remote desktops.
//
// The first lines of nxssh and nxproxy (README and changes of NoMachine's open NX 3 sources). "NXSH-3.5.0" or "NXD-6.9.2" and
// a line feed; a proxy begins "NXPROXY-3.5.0", perhaps "-" and a second version, a blank and options of name=value.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

bool read_version(ByteReader& reader) {
  reader.decimal(3);
  reader.accept(".");
  reader.decimal(3);
  while (reader.accept_if(".")) reader.decimal(4);
  return static_cast<bool>(reader);
}

Fit judge(Bytes said, Bytes& greeting) {
  if (said.empty()) return Fit::open;
  const Bytes line = up_to_line_end(said.substr(0, 200));
  ByteReader reader{line};
  const bool proxy = reader.accept_if("NXPROXY-");
  if (!proxy && !reader.accept_if("NXSH-") && !reader.accept_if("NXD-")) return Fit::alien;
  if (!read_version(reader)) return Fit::alien;
  if (proxy && reader.accept_if("-")) read_version(reader);
  if (!reader) return Fit::alien;
  greeting = line;
  if (proxy)
    return reader.at_end() || reader.accept_if(" ") || reader.accept_if(",") ? Fit::proves
                                                                             : Fit::alien;
  return reader.at_end() && line.size() < said.size() ? Fit::proves : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("N"), .server = ByteSet::of("N")};

Match recognize_nx(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes client;
  Bytes server;
  Match match;
  match.certainty = weigh(judge(exchange.client, client), judge(exchange.server, server));
  if (match)
    match.says = Note::of("{} says {}", server.empty() ? "client" : "server",
                          Printable{first_word(server.empty() ? client : server)});
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "both greet", .client = "NXSH-6.9.2\n", .server = "NXD-6.9.2\n"},
    {.about = "a proxy",
     .client = "NXPROXY-3.5.0-3.5.0 cookie=0123456789abcdef0123456789abcdef,link=adsl "},
    {.about = "no version", .client = "NXSH-\n", .expect = Certainty::none},
    {.about = "no end of the line", .client = "NXSH-6.9.2", .expect = Certainty::none},
    {.about = "the service is another",
     .client = "NXSH-6.9.2\n",
     .server = "SSH-2.0-OpenSSH_9.2\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nx;
constinit const Recognizer nx{
    .name = "nx",
    .title = "NX (NoMachine)",
    .hello = {.bytes = "NXSH-6.9.2\n", .about = "the client's greeting"},
    .reference = "NoMachine's open NX 3 sources",
    .opens = opens,
    .judge = recognize_nx,
    .examples = examples,
};

}  // namespace oddport::recognizers
