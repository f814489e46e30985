// UUCP: files and commands copied between Unix hosts; over TCP behind a login in plain text.
//
// Taylor UUCP's manual, "UUCP Protocol Internals"; 4.3BSD uucpd. Messages of the handshake begin with
// a DLE (10) and end with a NUL:
//
//   server  login:   client  name   server  Password:   client  secret
//   server  DLE Shere=host   client  DLE Shost -R -N07   server  DLE ROK   server  DLE Pitg
//   client  DLE Ut
#include "classify/byte_reader.h"
#include "classify/echo.h"
#include "classify/recognizer.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto client_first = ByteSet::of("\x10\r");
constexpr auto server_first = ByteSet::of("\x10\r\nlL");

bool begins_in(Bytes said, const ByteSet& set) {
  return !said.empty() && set.contains(static_cast<unsigned char>(said[0]));
}

// The text of the message that begins so, without its end; empty where there is none.
Bytes find_message(Bytes said, Bytes start) {
  const std::size_t at = said.find(start);
  if (at == Bytes::npos) return {};
  ByteReader reader{said.substr(at + 1)};
  const Bytes text = reader.take_while([](unsigned char c) { return is_printable(c); }, 200);
  const std::uint8_t end = reader.u8();
  return reader && (end == 0 || end == '\n' || end == '\r') ? text : Bytes{};
}

// "Shere", "Shere=host".
Bytes find_greeting(Bytes server) {
  const Bytes text = find_message(server, "\x10Shere");
  return text.size() == 5 || (text.size() > 6 && text[5] == '=') ? text : Bytes{};
}

bool is_option(Bytes word) {
  return word.size() >= 2 && word[0] == '-' && Bytes{"QxpRNvU"}.find(word[1]) != Bytes::npos;
}

// "Shost", "Shost -Q0 -x4 -vgrade=z -R -N07"; the options follow the name one by one.
Bytes find_answer(Bytes client) {
  const Bytes text = find_message(client, "\x10S");
  if (text.size() < 2 || !is_token(first_word(text).substr(1))) return {};
  for (Bytes rest = after_first_word(text); !rest.empty(); rest = after_first_word(rest))
    if (!is_option(first_word(rest))) return {};
  return text;
}

// Only the letters of protocols.
bool offers_protocols(Bytes server) {
  const Bytes text = find_message(server, "\x10P");
  return text.size() >= 2 && text.size() <= 20 && is_token(text);
}
bool picks_protocol(Bytes client) { return find_message(client, "\x10U").size() == 2; }

Match judge_login(const Exchange& exchange) {
  const Bytes server = exchange.server;
  if (!starts_with_ignoring_case(server, "login:") || !is_text(server)) return {};
  if (contains_ignoring_case(server, "uucico") || contains_ignoring_case(server, "uucp"))
    return likely("server asks for a login in plain text and mentions UUCP");
  if (exchange.client.empty() && server.size() <= 8)
    return hint(
        "server asks for a login in plain text, as uucico and uucpd do and terminal servers may");
  if (contains_ignoring_case(server, "password:") && !exchange.client.empty())
    return hint("server asks for login and password in plain text, as uucpd does");
  return {};
}

Match recognize_uucp(const Exchange& exchange) {
  if (!begins_in(exchange.client, client_first) && !begins_in(exchange.server, server_first))
    return {};
  const Bytes greeting = find_greeting(exchange.server);
  const Bytes answer = find_answer(exchange.client);
  if (is_echo(exchange)) return {};
  if (!greeting.empty() && !answer.empty())
    return confirmed("server says {}, client says {}", Printable{greeting}, Printable{answer});
  if (!greeting.empty()) {
    const bool odd = !exchange.client.empty() && exchange.client.find('\x10') != Bytes::npos;
    return odd ? likely("server says {}", Printable{greeting})
               : confirmed("server says {}", Printable{greeting});
  }
  if (!answer.empty() && picks_protocol(exchange.client))
    return confirmed("client says {} and picks a protocol", Printable{answer});
  if (!answer.empty() && (exchange.server.empty() || offers_protocols(exchange.server)))
    return likely("client says {}", Printable{answer});
  return judge_login(exchange);
}

constexpr Home homes[] = {{.port = 540, .transport = Transport::tcp, .service = "uucp"}};

constexpr Example examples[] = {
    {.about = "login and handshake",
     .client = "\rlabcli\rsecret\r\x10Slabcli -R -N047\0\x10Ut\0"_b,
     .server = "login: login: Password:\x10Shere=labsrv\0\x10ROKN047\0\x10PtieagJGfvy\0"_b,
     .first = Side::server},
    {.about = "no login",
     .client = "\x10Slabcli -Q0 -x4\0"_b,
     .server = "\x10Shere\0\x10ROK\0"_b,
     .first = Side::server},
    {.about = "client alone", .client = "\x10Slabcli\0\x10Ug\0"_b},
    {.about = "uucpd that may not start uucico",
     .client = "lab\r\nlab\r\n",
     .server = "login: Password: /usr/lib/uucp/uucico: Permission denied\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "a login in plain text may be anyone's",
     .client = "ann\r\nsecret\r\n",
     .server = "login: Password: Login incorrect.\r\n",
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a greeting without an end",
     .server = "\x10Shere=labsrv"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "a byte DLE and letters", .client = "\x10Some text\0"_b, .expect = Certainty::none},
};

}  // namespace

extern const Recognizer uucp;
constinit const Recognizer uucp{
    .name = "uucp",
    .title = "UUCP",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .hello = {.about = "nothing: the server speaks first"},
    .reference = "Taylor UUCP manual, UUCP protocol internals",
    .opens = {.client = client_first, .server = server_first},
    .judge = recognize_uucp,
    .examples = examples,
};

}  // namespace oddport::recognizers
