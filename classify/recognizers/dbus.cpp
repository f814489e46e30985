// D-Bus: programs of a desktop or a host speak to each other. D-Bus Specification, "Authentication Protocol" and "Message Protocol".
//
//   client  0, AUTH mechanism data<CR LF> ... BEGIN<CR LF>, then messages
//   server  REJECTED mechanisms | OK guid | DATA hex | ERROR | AGREE_UNIX_FD<CR LF>, then messages
//   message l or B for the order of bytes, type 1 to 4, flags, version 1, length of the body (4), serial (4), length of the fields (4)
#include <algorithm>
#include <array>

#include "classify/byte_reader.h"
#include "classify/recognizer.h"
#include "classify/recognizers/fit.h"
#include "classify/text_lines.h"

namespace oddport::recognizers {

namespace {

constexpr auto mechanisms =
    std::to_array<Bytes>({"EXTERNAL", "DBUS_COOKIE_SHA1", "ANONYMOUS", "KERBEROS_V4", "SKEY"});

bool is_mechanism(Bytes word) { return std::ranges::find(mechanisms, word) != mechanisms.end(); }

bool is_hexadecimal(Bytes word) {
  return word.find_first_not_of("0123456789abcdefABCDEF") == Bytes::npos;
}

bool is_message(Bytes bytes) {
  ByteReader reader{bytes};
  const char order = static_cast<char>(reader.u8());
  const std::uint8_t type = reader.u8();
  const std::uint8_t flags = reader.u8();
  reader.accept("\1"_b);
  const bool little = order == 'l';
  const std::uint32_t body = little ? reader.u32_le() : reader.u32();
  const std::uint32_t serial = little ? reader.u32_le() : reader.u32();
  const std::uint32_t fields = little ? reader.u32_le() : reader.u32();
  return reader && (little || order == 'B') && type >= 1 && type <= 4 && flags < 8 && serial > 0 &&
         body <= 0x8000000 && fields <= 0x4000000;
}

Fit judge_command(Bytes line) {
  const Bytes verb = first_word(line);
  const Bytes rest = after_first_word(line);
  if (verb == "AUTH") {
    if (rest.empty()) return Fit::fits;
    return is_mechanism(first_word(rest)) && is_hexadecimal(after_first_word(rest)) ? Fit::proves
                                                                                    : Fit::alien;
  }
  if (verb == "DATA") return is_hexadecimal(rest) ? Fit::weak : Fit::alien;
  if (verb == "CANCEL" || verb == "NEGOTIATE_UNIX_FD" || verb == "BEGIN")
    return rest.empty() ? Fit::weak : Fit::alien;
  return verb == "ERROR" ? Fit::open : Fit::alien;
}

Fit judge_reply(Bytes line) {
  const Bytes verb = first_word(line);
  const Bytes rest = after_first_word(line);
  if (verb == "OK") return rest.size() == 32 && is_hexadecimal(rest) ? Fit::fits : Fit::alien;
  if (verb == "REJECTED") return is_mechanism(first_word(rest)) ? Fit::proves : Fit::alien;
  if (verb == "DATA") return is_hexadecimal(rest) ? Fit::weak : Fit::alien;
  if (verb == "AGREE_UNIX_FD") return rest.empty() ? Fit::fits : Fit::alien;
  return verb == "ERROR" ? Fit::open : Fit::alien;
}

// The lines, and the message behind them.
template <typename Judge>
Fit judge_lines(Bytes said, Judge judge_line) {
  Fit best = Fit::open;
  for (LineReader lines{said}; !lines.at_end();) {
    if (best >= Fit::weak && is_message(lines.rest())) return Fit::proves;
    const Line line = lines.next();
    if (!line.ended) break;
    const Fit fit = is_printable(line.text) ? judge_line(line.text) : Fit::alien;
    // Messages stand behind the lines, and need not be whole.
    if (fit == Fit::alien) return best >= Fit::weak ? best : Fit::alien;
    best = std::max(best, fit);
  }
  return best;
}

Fit judge_client(Bytes said) {
  if (said.empty()) return Fit::open;
  if (said.front() != '\0') return Fit::alien;
  return judge_lines(said.substr(1), judge_command);
}

Match recognize_dbus(const Exchange& exchange) {
  const Fit client = judge_client(exchange.client);
  const Fit server = judge_lines(exchange.server, judge_reply);
  if (client < Fit::fits && server < Fit::fits) return {};
  Match match;
  match.certainty = weigh(client, server);
  if (!match) return match;
  // That something is an error says many a server, IRC's too.
  if (!exchange.server.empty() && server == Fit::open)
    match.certainty = client == Fit::proves ? Certainty::likely : Certainty::hint;
  if (exchange.client.size() > 1)
    match.says =
        Note::of("client says {}", Printable{first_line(exchange.client.substr(1)).text, 40});
  else
    match.says = Note::of("server says {}", Printable{first_line(exchange.server).text, 60});
  return match;
}

constexpr Bytes hello = "\0AUTH\r\n"_b;

constexpr auto examples = std::to_array<Example>({
    {.about = "by the user's number, and a message",
     .client = "\0AUTH EXTERNAL 30\r\nBEGIN\r\nl\1\0\1\0\0\0\0\1\0\0\0\x6e\0\0\0\1\1o\0"_b,
     .server = "OK fe8c6e1e7b1ec16759dfbd8e6b0251cb\r\nl\2\1\1\x09\0\0\0\1\0\0\0\x3d\0\0\0"_b},
    {.about = "refused", .client = "\0AUTH EXTERNAL 30\r\n"_b, .server = "REJECTED ANONYMOUS\r\n"},
    {.about = "which mechanisms there are",
     .client = hello,
     .server = "REJECTED EXTERNAL DBUS_COOKIE_SHA1\r\n"},
    {.about = "the server accepts, the client was not captured",
     .server = "OK fe8c6e1e7b1ec16759dfbd8e6b0251cb\r\n",
     .first = Side::server,
     .expect = Certainty::likely},
    {.about = "an error that others tell as well",
     .client = hello,
     .server = "ERROR :Unknown command\r\n",
     .expect = Certainty::none},
    {.about = "without the first byte",
     .client = "AUTH EXTERNAL 30\r\n",
     .expect = Certainty::none},
    {.about = "a mechanism of SMTP",
     .client = "\0AUTH PLAIN AGEAYg==\r\n"_b,
     .expect = Certainty::none},
    {.about = "a number that is no guid",
     .server = "OK 1234\r\n",
     .first = Side::server,
     .expect = Certainty::none},
});

}  // namespace

extern const Recognizer dbus;
constinit const Recognizer dbus{
    .name = "dbus",
    .title = "D-Bus",
    .hello = {.bytes = hello, .about = "the mechanisms of authentication"},
    .reference = "D-Bus Specification, Authentication Protocol",
    .opens = {.client = ByteSet::of("\0"_b), .server = ByteSet::of("ORDAE")},
    .judge = recognize_dbus,
    .examples = examples,
};

}  // namespace oddport::recognizers
