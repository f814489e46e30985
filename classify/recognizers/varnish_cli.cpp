// Varnish's command line for administrators.
//
// varnish-cli(7), "Authentication" and "Responses". Answer: status (3 digits), blank, length padded with blanks to 8, line feed,
// that many bytes, line feed. On a connection the server first sends status 107 and a challenge of 32 letters, or status 200 and
// a banner. The client sends lines: "auth" and 64 hexadecimal digits, "ping", "vcl.list", "param.show" ...
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto statuses =
    std::to_array<std::uint64_t>({100, 101, 102, 103, 104, 105, 106, 107, 200, 201, 300, 400, 500});

Fit judge_server(Bytes said, std::uint64_t& status) {
  if (said.empty()) return Fit::open;
  ByteReader reader{said};
  status = reader.decimal(3);
  reader.accept(" ");
  const std::uint64_t length = reader.decimal(8);
  reader.take_while([](unsigned char c) { return c == ' '; });
  if (reader.offset() != 12) return Fit::alien;
  reader.accept("\n");
  if (!reader || std::ranges::find(statuses, status) == statuses.end() || length > 1u << 20)
    return Fit::alien;
  const Bytes body = reader.take(std::min<std::size_t>(length, reader.remaining()));
  if (!is_text(body)) return Fit::alien;
  if (body.size() < length) return Fit::fits;
  reader.accept("\n");
  return reader ? Fit::proves : Fit::alien;
}

Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  const Bytes verb = first_word(line.text);
  if (!line.ended || !is_text(line.text)) return Fit::alien;
  if (verb == "auth") return after_first_word(line.text).size() == 64 ? Fit::fits : Fit::alien;
  return verb.starts_with("vcl.") || verb.starts_with("param.") || verb.starts_with("backend.") ||
                 verb.starts_with("ban")
             ? Fit::weak
             : Fit::open;
}

constexpr Openings opens = {.client = ByteSet::of("a"), .server = ByteSet::of("12345")};

Match recognize_varnish_cli(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  std::uint64_t status = 0;
  const Fit client = judge_client(exchange.client);
  const Fit server = judge_server(exchange.server, status);
  if (server < Fit::fits && client < Fit::fits) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (server >= Fit::fits)
    match.says = Note::of("server answers status {} with a text of the length it tells", status);
  else
    match.says = Note::of("client says {}", Printable{first_line(exchange.client).text, 24});
  return match;
}

constexpr Bytes challenge =
    "107 59      \nixslvvxrgkjptxmcgnnsdxsvdmvfympg\n\nAuthentication required.\n\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "the challenge alone", .server = challenge, .first = Side::server},
    {.about = "a ping",
     .client = "auth 455ce847f0073c7ab3b1465f74507b75d3dc064c1e7de3b71e00de9092fdc89a\n",
     .server = challenge,
     .first = Side::server},
    {.about = "an answer cut short",
     .server = "200 236     \n-----------------------------\nVarnish Cache CLI 1.0",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "an answer of SMTP",
     .server = "220 mail.example.org ESMTP\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a length that is wrong",
     .server = "200 4       \nhello\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a length without its blanks",
     .server = "200 5\nhello\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer varnish_cli;
constinit const Recognizer varnish_cli{
    .name = "varnish-cli",
    .title = "Varnish CLI",
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "varnish-cli(7), Responses",
    .opens = opens,
    .judge = recognize_varnish_cli,
    .examples = examples,
};

}  // namespace oddport::recognizers
