// Postfix asks a policy server: greylisting, quotas, SPF.
//
// Postfix, SMTPD_POLICY_README. Request: lines name=value, the first "request=smtpd_access_policy", ended by an empty line.
// Answer: "action=" and what access(5) knows, and an empty line.
#include <array>

#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes request = "request=smtpd_access_policy";

Fit judge_client(Bytes said, Bytes& state) {
  if (said.empty()) return Fit::open;
  unsigned attributes = 0;
  bool named = false;
  for (LineReader lines{said}; !lines.at_end();) {
    const Line line = lines.next();
    if (!line.ended || line.text.empty()) break;
    if (line.text.find('=') == Bytes::npos || !is_text(line.text)) return Fit::alien;
    ++attributes;
    named = named || line.text == request;
    if (line.text.starts_with("protocol_state=")) state = line.text.substr(15);
  }
  if (named) return Fit::proves;
  return attributes > 0 && !state.empty() ? Fit::weak : Fit::alien;
}

Fit judge_server(Bytes said) {
  if (said.empty()) return Fit::open;
  LineReader lines{said};
  const Line line = lines.next();
  if (!line.text.starts_with("action=") || !line.ended || !is_text(line.text)) return Fit::alien;
  return lines.next().text.empty() ? Fit::fits : Fit::weak;
}

constexpr Openings opens = {.client = ByteSet::of("rp"), .server = ByteSet::of("a")};

Match recognize_postfix_policy(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes state;
  const Fit client = judge_client(exchange.client, state);
  const Fit server = judge_server(exchange.server);
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (client >= Fit::weak)
    match.says = Note::of("client asks for smtpd_access_policy in state {}", Printable{state, 16});
  else
    match.says = Note::of("server says {}", Printable{first_line(exchange.server).text});
  return match;
}

constexpr Bytes question =
    "request=smtpd_access_policy\nprotocol_state=RCPT\nprotocol_name=ESMTP\nsender=ann@a."
    "example\nrecipient=bob@b.example\n\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "asked and answered", .client = question, .server = "action=DUNNO\n\n"},
    {.about = "the client alone", .client = question},
    {.about = "the answer alone",
     .server = "action=defer_if_permit Greylisted\n\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "another request",
     .client = "request=another\nname=value\n\n",
     .expect = Certainty::none},
    {.about = "cut within the first line",
     .client = "request=smtpd_access_pol",
     .expect = Certainty::none},
    {.about = "the service is another",
     .client = question,
     .server = "220 ready\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer postfix_policy;
constinit const Recognizer postfix_policy{
    .name = "postfix-policy",
    .title = "Postfix policy delegation",
    .hello = {.about = "nothing: a question could be counted against somebody"},
    .reference = "Postfix, SMTPD_POLICY_README",
    .opens = opens,
    .judge = recognize_postfix_policy,
    .examples = examples,
};

}  // namespace oddport::recognizers
