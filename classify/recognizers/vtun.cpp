// VTun: tunnels over TCP. auth.c and lib.h of vtun's source; every message of the login is a line, filled up with NULs to 50 bytes.
//
//   server  VTUN server ver 3.X 05/14/2022     client  HOST: name     server  OK CHAL: <letters>     client  CHAL: <letters>     server  OK FLAGS: <letters>
#include <algorithm>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text.h"

namespace oddport::recognizers {

namespace {

constexpr std::size_t message_length = 50;

// The line of the message, or what was seen of it; empty where it is none.
Bytes line_of(Bytes said) {
  const Bytes message = said.substr(0, message_length);
  const Bytes line = up_to_line_end(message);
  const Bytes padding = message.substr(std::min(message.size(), line.size() + 1));
  return is_printable(line) && is_zero(padding) ? line : Bytes{};
}

Fit judge(Bytes said, Bytes opening) {
  if (said.empty()) return Fit::open;
  const Bytes line = line_of(said);
  if (!line.starts_with(opening) || line.size() == opening.size()) return Fit::alien;
  return said.size() >= message_length ? Fit::proves : Fit::fits;
}

Match recognize_vtun(const Exchange& exchange) {
  const Fit server = judge(exchange.server, "VTUN server ver ");
  const Fit client = judge(exchange.client, "HOST: ");
  if (server < Fit::fits && client < Fit::proves) return {};
  Match match;
  // The client's line alone is a field of many protocols.
  match.certainty = weigh(std::min(client, Fit::fits), server);
  if (match)
    match.says =
        Note::of("{} says {}", server > Fit::open ? "server" : "client",
                 Printable{line_of(server > Fit::open ? exchange.server : exchange.client)});
  return match;
}

constexpr Bytes greeting =
    "VTUN server ver 3.X 05/14/2022\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;
constexpr Bytes host =
    "HOST: lab\n\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "a tunnel is asked for", .client = host, .server = greeting, .first = Side::server},
    {.about = "the greeting alone", .server = greeting, .first = Side::server},
    {.about = "only the client was captured", .client = host, .expect = Certainty::likely},
    {.about = "a line without its padding", .client = "HOST: lab\n", .expect = Certainty::none},
    {.about = "a field of HTTP",
     .client = "HOST: lab\r\nUser-Agent: something or other, long enough\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer vtun;
constinit const Recognizer vtun{
    .name = "vtun",
    .title = "VTun",
    .era = Era::niche,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "vtun, auth.c",
    .opens = {.client = ByteSet::of("H"), .server = ByteSet::of("V")},
    .judge = recognize_vtun,
    .examples = examples,
};

}  // namespace oddport::recognizers
