// NATS: messages published under subjects.
//
// NATS client protocol. The server greets "INFO {JSON}<CR LF>"; then lines: CONNECT {JSON}, PING, PONG, +OK, -ERR,
// SUB SUBJECT [GROUP] ID, UNSUB ID, PUB SUBJECT [REPLY] BYTES and MSG SUBJECT ID [REPLY] BYTES with that many bytes behind
// (HPUB and HMSG with headers); clusters RS+, RMSG and others.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

struct Speech {
  Bytes word;
  bool pings = false;  // nothing else was said
};

// "PUB lab 5" and "MSG lab 1 5": the last word counts the bytes that follow, and CR LF.
Fit read_message(Bytes line, Bytes behind) {
  const std::size_t blank = line.rfind(' ');
  const Bytes digits = line.substr(blank + 1);
  if (blank == Bytes::npos || !is_decimal(digits) || digits.size() > 9) return Fit::alien;
  ByteReader number{digits};
  const auto length = static_cast<std::size_t>(number.decimal(9));
  if (behind.size() < length + 2) return Fit::weak;
  return behind.substr(length, 2) == "\r\n" ? Fit::proves : Fit::alien;
}

bool is_json(Bytes text) { return text.starts_with('{') && is_text(text.substr(0, 512)); }

Fit read_line(Side side, const Line& line, Bytes behind, Speech& said) {
  said.word = first_word(line.text);
  const Bytes rest = after_first_word(line.text);
  const auto is = [&](Bytes word) { return equal_ignoring_case(said.word, word); };
  const bool client = side == Side::client;
  if (!client && is("INFO"))
    return is_json(rest) && rest.find("\"server_id\"") != Bytes::npos ? Fit::proves : Fit::alien;
  if (is("CONNECT"))
    return is_json(rest) &&
                   (rest.find("\"verbose\"") != Bytes::npos || rest.find("\"lang\"") != Bytes::npos)
               ? Fit::proves
               : Fit::alien;
  if (!line.ended) return Fit::alien;
  if (client ? is("PUB") || is("HPUB") : is("MSG") || is("HMSG") || is("RMSG"))
    return read_message(line.text, behind);
  said.pings = is("PING") || is("PONG");
  if (said.pings) return line.text.size() == 4 ? Fit::open : Fit::alien;
  if (client && (is("SUB") || is("UNSUB")))
    return is_token(first_word(rest)) ? Fit::weak : Fit::alien;
  if (!client && line.text.starts_with("-ERR '")) return Fit::fits;
  return !client && line.text == "+OK" ? Fit::open : Fit::alien;
}

Fit read_side(const Exchange& seen, Side side, Speech& said) {
  return judge_stream(seen, side, [&](Bytes bytes) {
    LineReader lines{bytes};
    Fit best = Fit::open;
    for (int n = 0; n < 4 && !lines.at_end(); ++n) {
      Speech now;
      const Line line = lines.next();
      const Fit fit = read_line(side, line, lines.rest(), now);
      const bool greets =
          equal_ignoring_case(now.word, "INFO") || equal_ignoring_case(now.word, "CONNECT");
      const bool must_greet = n == 0 && seen.is_from_start(side);
      // A server greets, and a client says how it connects.
      if (fit == Fit::alien || (must_greet && !greets)) return Fit::alien;
      if (fit > best || n == 0) said = now;
      best = std::max(best, fit);
      if (best == Fit::proves) break;
    }
    return best;
  });
}

Match recognize_nats(const Exchange& seen) {
  Speech client;
  Speech server;
  const Fit asks = read_side(seen, Side::client, client);
  const Fit answers = read_side(seen, Side::server, server);
  const bool answered = answers >= asks;
  return answer(weigh(seen, asks, answers), "{} says {}", answered ? "server" : "client",
                Printable{answered ? server.word : client.word});
}

constexpr Bytes greeting =
    "INFO {\"server_id\":\"NBBLGYGNYMJ\",\"version\":\"2.9.10\",\"max_payload\":1048576} \r\n";

constexpr auto examples = std::to_array<Example>({
    {.about = "greeting and answer",
     .client = "CONNECT {\"verbose\":false}\r\nSUB lab 1\r\nPUB lab 5\r\nhello\r\nPING\r\n",
     .server = greeting,
     .first = Side::server},
    {.about = "the greeting alone", .server = greeting, .first = Side::server},
    {.about = "the client alone",
     .client = "CONNECT {\"verbose\":false,\"lang\":\"go\",\"version\":\"1.31.0\"}\r\nPING\r\n"},
    {.about = "information of another kind",
     .server = "INFO {\"name\":1}\r\n",
     .expect = Certainty::none},
    {.about = "a ping alone",
     .client = "PING\r\n",
     .server = "PONG\r\n",
     .expect = Certainty::none},
    {.about = "a message before any greeting",
     .server = "MSG lab 1 5\r\nhello\r\n",
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer nats;
constinit const Recognizer nats{
    .name = "nats",
    .title = "NATS",
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "NATS client protocol",
    .opens = {.client = ByteSet::of("CSUPHcsuph"), .server = ByteSet::of("IMHPRC+-imhprc")},
    .judge = recognize_nats,
    .examples = examples,
};

}  // namespace oddport::recognizers
