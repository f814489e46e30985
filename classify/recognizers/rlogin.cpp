// rlogin: a remote terminal on the word of a reserved source port.
//
// RFC 1282. The client opens with a NUL, then local user, remote user and "terminal/speed", each
// ended by a NUL; the server answers a NUL and the session, or 01 and a line of text. The urgent
// byte 80 of the server asks for the window size, which the client sends as FF FF "ss" and four
// 16-bit numbers.
#include "classify/recognizer.h"
#include "classify/recognizers/r_command.h"

namespace oddport::recognizers {

namespace {

constexpr Bytes window_magic = "\xff\xffss"_b;

// A window-size message of 12 bytes anywhere in the client's stream, with sizes that a terminal may
// have.
bool tells_window_size(Bytes client) {
  const std::size_t at = client.find(window_magic);
  if (at == Bytes::npos) return false;
  ByteReader reader{client.substr(at + window_magic.size())};
  const std::uint16_t rows = reader.u16();
  const std::uint16_t columns = reader.u16();
  reader.skip(4);
  return reader && rows <= 1000 && columns <= 1000;
}

Match opening_match(const Exchange& exchange, const RCommandOpening& opening) {
  const Printable local{opening.first, 16};
  const Printable remote{opening.second, 16};
  const Printable terminal{opening.third, 24};
  switch (r_command_answer(exchange)) {
    case RCommandAnswer::foreign:
      return hint("client opens like rlogin as user {}, but the server does not answer like it",
                  remote);
    case RCommandAnswer::refused:
      return confirmed("client {} asks for user {}, terminal {}; server says {}", local, remote,
                       terminal, Printable{refusal_text(exchange.server), 32});
    case RCommandAnswer::accepted:
    case RCommandAnswer::none:
      break;
  }
  return confirmed("client {} asks for user {}, terminal {}", local, remote, terminal);
}

// A terminal and no user at all: the server accepts it, and asks who is there.
constexpr Bytes nameless_opening = "\0\0\0dumb/9600\0"_b;

Match judge_nameless(const Exchange& exchange) {
  const Bytes refusal = refusal_text(exchange.server);
  if (!refusal.empty())
    return likely("server refuses a user without a name: {}", Printable{refusal, 32});
  if (!exchange.server.starts_with('\0')) return {};
  const Bytes prompt = exchange.server.substr(1);
  const std::size_t colon = prompt.find_last_not_of(' ');
  if (colon != Bytes::npos && prompt[colon] == ':' &&
      is_printable(prompt.substr(prompt.rfind('\n') + 1)))
    return confirmed("server accepts a terminal without a user, and asks {}",
                     Printable{prompt.substr(prompt.rfind('\n') + 1), 32});
  return prompt.empty() || is_text(prompt) ? likely("server accepts a terminal without a user")
                                           : Match{};
}

Match recognize_rlogin(const Exchange& exchange) {
  if (exchange.client == nameless_opening && !exchange.server.empty() &&
      !exchange.server_speaks_first())
    return judge_nameless(exchange);
  const auto opening = read_r_command_opening(exchange);
  if (opening && opening->port.empty() && is_user_name(opening->second) &&
      is_terminal_and_speed(opening->third))
    return opening_match(exchange, *opening);
  if (!exchange.client_from_start && tells_window_size(exchange.client))
    return likely("client tells its window size as rlogin does; the start was not seen");
  return refusal_by(exchange, {"rlogind: "});
}

constexpr Home homes[] = {{.port = 513, .transport = Transport::tcp, .service = "login"}};

constexpr Example examples[] = {
    {.about = "session of rsh-redone: server asks for the window size at once",
     .client = "\0root\0lab\0xterm/38400\0\xff\xffss\0\x18\0\x50\0\0\0\0id\n"_b,
     .server = "\0\x80Linux vm 6.1.0\r\n"_b},
    {.about = "refusal with the daemon's name",
     .client = "\0ann\0bob\0vt100/9600\0"_b,
     .server = "\x01rlogind: Permission denied.\r\n"_b},
    {.about = "client alone: the answer was not captured", .client = "\0ann\0bob\0dumb/9600\0"_b},
    {.about = "server alone",
     .server = "\x01rlogind: Permission denied.\r\n"_b,
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "rsh without a second connection: a command where the terminal belongs",
     .client = "\0ann\0bob\0ls /tmp\0"_b,
     .server = "\0a\nb\n"_b,
     .expect = Certainty::none},
    {.about = "the same opening, but the server is SSH",
     .client = "\0ann\0bob\0xterm/38400\0"_b,
     .server = "SSH-2.0-OpenSSH_9.2\r\n"_b,
     .expect = Certainty::none},
    {.about = "a terminal without a user", .client = nameless_opening, .server = "\0Password: "_b},
    {.about = "a terminal without a user, and nothing more yet",
     .client = nameless_opening,
     .server = "\0"_b,
     .expect = Certainty::likely},
    {.about = "a terminal without a user, shown to a server of another kind",
     .client = nameless_opening,
     .server = "\0\x0f\x85\0\x12"_b,
     .expect = Certainty::none},
    {.about = "no speed", .client = "\0ann\0bob\0xterm\0"_b, .expect = Certainty::none},
    {.about = "a single zero byte of the server is anyone's",
     .server = "\0"_b,
     .first = Side::server,
     .expect = Certainty::none},
    {.about = "Kerberos rlogin: sendauth after the first NUL",
     .client = "\0\0\0\0\x13KRB5_SENDAUTH_V1.0\0\0\0\0\tKCMDV0.2\0"_b,
     .expect = Certainty::none},
};

}  // namespace

extern const Recognizer rlogin;
constinit const Recognizer rlogin{
    .name = "rlogin",
    .title = "rlogin",
    .transports = Transports::tcp,
    .era = Era::obsolete,
    .homes = homes,
    .reserved_source_port = true,
    .hello = {.bytes = nameless_opening,
              .about = "a terminal without a user's name, left at the prompt: who names nobody "
                       "does not log in"},
    .reference = "RFC 1282",
    .opens = {.client = ByteSet::all(), .server = ByteSet::of("\1")},
    .judge = recognize_rlogin,
    .examples = examples,
};

}  // namespace oddport::recognizers
