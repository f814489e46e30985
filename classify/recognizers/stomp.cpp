// STOMP: text frames between clients and message brokers.
//
// STOMP 1.0, 1.1, 1.2: a command alone on its line, header lines "name:value", an empty line, a body, a
// NUL; line feeds may stand between frames. The client opens with CONNECT or STOMP, the server answers
// CONNECTED or ERROR.
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/recognizers/streams.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto client_commands =
    std::to_array<Bytes>({"CONNECT", "STOMP", "SEND", "SUBSCRIBE", "UNSUBSCRIBE", "ACK", "NACK",
                          "BEGIN", "COMMIT", "ABORT", "DISCONNECT"});
constexpr auto server_commands = std::to_array<Bytes>({"CONNECTED", "MESSAGE", "RECEIPT", "ERROR"});

struct Speech {
  Bytes command;
  Bytes version;
};

bool is_command(Bytes word, Side side) {
  const auto holds = [word](const auto& list) {
    return std::ranges::find(list, word) != list.end();
  };
  return side == Side::client ? holds(client_commands) : holds(server_commands);
}

// "name:value"; STOMP has no blank in its names.
bool is_header(Bytes line) {
  const std::size_t colon = line.find(':');
  return colon != Bytes::npos && is_token(line.substr(0, colon)) && is_text(line);
}

// Whether the frame is a whole one is told by its NUL; only its head is looked into.
Fit read_frame(Bytes bytes, Side side, Speech& said) {
  LineReader lines{bytes};
  Line line = lines.next();
  if (!line.ended || !is_command(line.text, side)) return Fit::alien;
  said.command = line.text;
  unsigned headers = 0;
  for (line = lines.next(); line.ended && !line.text.empty(); line = lines.next()) {
    if (!is_header(line.text)) return Fit::alien;
    if (line.text.starts_with("version:")) said.version = line.text.substr(8);
    ++headers;
  }
  // ERROR alone on a line says many a server.
  if (!line.ended && headers == 0 && side == Side::server) return Fit::alien;
  if (!line.ended) return headers > 0 ? Fit::weak : Fit::open;
  const bool closed = lines.rest().find('\0') != Bytes::npos;
  if (lines.at_end() || (!closed && lines.rest().size() < 1024)) return Fit::fits;
  return Fit::proves;
}

Fit read_side(const Exchange& seen, Side side, Speech& said) {
  return judge_stream(seen, side, [&](Bytes bytes) {
    const std::size_t begin = bytes.find_first_not_of("\r\n");
    // Heartbeats, which no server sends before it has connected somebody.
    if (begin == Bytes::npos)
      return side == Side::server && seen.server_from_start ? Fit::alien : Fit::open;
    const Fit fit = read_frame(bytes.substr(begin), side, said);
    const bool opens = said.command == "CONNECT" || said.command == "STOMP";
    const bool must_open = side == Side::client && seen.client_from_start;
    return must_open && fit > Fit::open && !opens ? Fit::alien : fit;
  });
}

Match recognize_stomp(const Exchange& seen) {
  Speech client;
  Speech server;
  const Certainty certainty =
      weigh(seen, read_side(seen, Side::client, client), read_side(seen, Side::server, server));
  if (!server.version.empty())
    return answer(certainty, "server is connected with STOMP {}", Printable{server.version});
  if (!client.command.empty())
    return answer(certainty, "client sends {}", Printable{client.command});
  return answer(certainty, "server sends {}", Printable{server.command});
}

constexpr auto examples = std::to_array<Example>({
    {.about = "connection of version 1.2",
     .client = "STOMP\naccept-version:1.1,1.2\nhost:broker\n\n\0"_b,
     .server = "CONNECTED\nversion:1.2\nheart-beat:0,0\nserver:RabbitMQ/3.12.1\n\n\0\n"_b},
    {.about = "connection of version 1.0, refused",
     .client = "CONNECT\nlogin:a\npasscode:b\n\n\0"_b,
     .server = "ERROR\nmessage:Bad CONNECT\n\nAccess refused\0\n"_b},
    {.about = "the server alone", .server = "CONNECTED\r\nversion:1.1\r\n\r\n\0"_b},
    {.about = "HTTP's CONNECT",
     .client = "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n",
     .expect = Certainty::none},
    {.about = "another protocol answers",
     .client = "CONNECT\nlogin:a\n\n\0"_b,
     .server = "HTTP/1.1 400 Bad Request\r\n\r\n",
     .expect = Certainty::none},
    {.about = "the command alone", .client = "STOMP\n", .expect = Certainty::none},
    {.about = "a message before any connection",
     .client = "SEND\ndestination:/queue/a\n\nhello\0"_b,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer stomp;
constinit const Recognizer stomp{
    .name = "stomp",
    .title = "STOMP",
    .hello = {.bytes = "STOMP\naccept-version:1.0,1.1,1.2\nhost:/\n\n\0"_b,
              .about = "a connection without a login"},
    .reference = "STOMP 1.2, frames",
    .opens = {.client = ByteSet::of("CSUANBD\r\n"), .server = ByteSet::of("CMRE\r\n")},
    .judge = recognize_stomp,
    .examples = examples,
};

}  // namespace oddport::recognizers
