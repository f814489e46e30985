// HylaFAX: fax jobs are queued over a protocol like FTP's. hfaxd(8).
//
//   server  220 HOST server (HylaFAX (tm) Version 6.0.7) ready.<CR LF>     client  USER lab<CR LF>     server  230 User lab logged in.<CR LF>
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  const auto reply = parse_reply(line.text);
  if (!reply || reply->code != 220 || !is_text(line.text)) return Fit::alien;
  if (line.text.find(" server (HylaFAX") != Bytes::npos)
    return line.ended ? Fit::proves : Fit::fits;
  return contains_ignoring_case(reply->text, "HylaFAX") ? Fit::fits : Fit::alien;
}

// A command is a word of three or four letters.
Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  const Bytes verb = first_word(first_line(said).text);
  for (const char c : verb)
    if (!is_letter(static_cast<unsigned char>(c))) return Fit::alien;
  return verb.size() >= 3 && verb.size() <= 5 ? Fit::weak : Fit::alien;
}

Match recognize_hylafax(const Exchange& exchange) {
  const Fit server = judge_server(exchange.server);
  if (server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(judge_client(exchange.client), server);
  if (match)
    match.says = Note::of("server says {}", Printable{first_line(exchange.server).text, 70});
  return match;
}

constexpr auto homes = std::to_array<Home>({{.port = 4559, .service = "hylafax"}});

constexpr auto examples = std::to_array<Example>({
    {.about = "a login",
     .client = "USER lab\r\n",
     .server = "220 fax server (HylaFAX (tm) Version 6.0.7) ready.\r\n230 User lab logged in.\r\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "220 fax.example.org server (HylaFAX (tm) Version 4.3.11) ready.\r\n",
     .first = Side::server},
    {.about = "a greeting that was reworded",
     .server = "220 HylaFAX here\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "FTP",
     .client = "USER lab\r\n",
     .server = "220 ProFTPD Server (files)\r\n331 Password required\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a refusal",
     .server = "421 HylaFAX is down\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer hylafax;
constinit const Recognizer hylafax{
    .name = "hylafax",
    .title = "HylaFAX",
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "HylaFAX, hfaxd(8)",
    .opens = {.client = {}, .server = ByteSet::of("2")},
    .judge = recognize_hylafax,
    .examples = examples,
};

}  // namespace oddport::recognizers
