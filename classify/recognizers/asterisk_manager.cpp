// Asterisk's manager interface (AMI).
//
// Asterisk's documentation, "The Asterisk Manager TCP/IP API". The server greets "Asterisk Call Manager/5.0.2"; the client sends
// blocks of "Action: Login" and further fields, the server blocks that begin "Response:" or "Event:", each ended by an empty line.
#include <array>

#include "classify/byte_reader.h"
#include "classify/http_message.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"

namespace oddport::recognizers {

namespace {

// "Response: Success": the value of a first field of this name.
Bytes first_value(Line line, Bytes name) {
  if (!line.ended || !starts_with_ignoring_case(line.text, name) || !is_printable(line.text))
    return {};
  const Bytes rest = line.text.substr(name.size());
  return rest.starts_with(": ") ? rest.substr(2) : Bytes{};
}

Fit judge_server(Bytes said, Bytes& greeting) {
  if (said.empty()) return Fit::open;
  const Line line = first_line(said);
  ByteReader reader{line.text};
  if (reader.accept_if("Asterisk Call Manager/")) {
    greeting = line.text;
    reader.decimal(3);
    return reader && reader.accept(".") && line.ended ? Fit::proves : Fit::alien;
  }
  const Bytes response = first_value(line, "Response");
  if (response == "Success" || response == "Error" || response == "Goodbye" ||
      response == "Follows" || response == "Pong")
    return Fit::fits;
  return is_token(first_value(line, "Event")) && said.find("\r\nPrivilege: ") != Bytes::npos
             ? Fit::proves
             : Fit::alien;
}

Fit judge_client(Bytes said, Bytes& action) {
  if (said.empty()) return Fit::open;
  LineReader lines{said};
  const Line line = lines.next();
  action = first_value(line, "Action");
  if (!is_token(action)) return Fit::alien;
  const Line second = lines.next();
  return second.text.empty() || is_field_line(second.text) ? Fit::fits : Fit::alien;
}

constexpr Openings opens = {.client = ByteSet::of("Aa"), .server = ByteSet::of("AREre")};

Match recognize_asterisk_manager(const Exchange& exchange) {
  if (!may_open(exchange, opens)) return {};
  Bytes greeting;
  Bytes action;
  const Fit client = judge_client(exchange.client, action);
  const Fit server = judge_server(exchange.server, greeting);
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  if (!greeting.empty())
    match.says = Note::of("server greets {}", Printable{greeting});
  else if (!action.empty())
    match.says = Note::of("client asks for {}", Printable{action});
  else
    match.says = Note::of("server says {}", Printable{first_line(exchange.server).text});
  return match;
}

constexpr auto examples = std::to_array<Example>({
    {.about = "greeted, then a login",
     .client = "Action: Login\r\nUsername: admin\r\nSecret: x\r\n\r\n",
     .server =
         "Asterisk Call Manager/5.0.2\r\nResponse: Error\r\nMessage: Authentication failed\r\n\r\n",
     .first = Side::server},
    {.about = "the greeting alone",
     .server = "Asterisk Call Manager/1.1\r\n",
     .first = Side::server},
    {.about = "events",
     .server = "Event: PeerStatus\r\nPrivilege: system,all\r\nPeer: SIP/100\r\n\r\n",
     .first = Side::server},
    {.about = "the client alone", .client = "Action: Ping\r\n\r\n", .expect = Certainty::likely},
    {.about = "no version",
     .server = "Asterisk Call Manager\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "no action", .client = "Action\r\n\r\n", .expect = Certainty::none},
    {.about = "the service is another",
     .client = "Action: Ping\r\n\r\n",
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer asterisk_manager;
constinit const Recognizer asterisk_manager{
    .name = "asterisk-manager",
    .title = "Asterisk Manager Interface",
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Asterisk documentation, The Asterisk Manager TCP/IP API",
    .opens = opens,
    .judge = recognize_asterisk_manager,
    .examples = examples,
};

}  // namespace oddport::recognizers
