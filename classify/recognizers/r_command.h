// How the clients of rexec, rlogin and rsh open a connection, and how their servers answer: one
// shape, three protocols.
//
// All three begin with four strings, each ended by a NUL:
//
//   rlogin  (empty)        local user   remote user  terminal/speed
//   rsh     stderr port    local user   remote user  command
//   rexec   stderr port    user         password     command
//
// The terminal ("xterm/38400") tells rlogin. rsh and rexec differ in the port alone: rshd accepts a
// reserved one only, rexec(3) lets the kernel choose a free one. With no second connection (an
// empty string, or "0") nothing tells them apart, and each calls the bytes likely, never confirmed.
#pragma once

#include <initializer_list>
#include <optional>

#include "classify/byte_reader.h"
#include "classify/exchange.h"
#include "classify/match.h"
#include "classify/text.h"

namespace oddport::recognizers {

struct RCommandOpening {
  Bytes port;    // decimal, or empty
  Bytes first;   // user name
  Bytes second;  // user name or password
  Bytes third;   // terminal/speed or command
  // The port as a number; 0 where it is "0" or empty.
  std::uint32_t stderr_port = 0;

  bool names_no_port() const { return stderr_port == 0; }
  bool names_reserved_port() const { return stderr_port >= 512 && stderr_port <= 1023; }
  bool names_free_port() const { return stderr_port >= 1024; }
};

enum class RCommandAnswer : std::uint8_t {
  none,      // nothing was said
  accepted,  // a zero byte; the session follows
  refused,   // a one byte and a line of text
  foreign,   // no server of this family
};

// A user name as the password file holds it, or with a domain in front: no blank, no control.
inline bool is_user_name(Bytes text) {
  return text.size() <= 64 && is_token(text) && text[0] != '-' && text[0] != '.' &&
         text.find_first_of("\"'`;|<>()[]{}*?!,:/=&^~") == Bytes::npos;
}

// "xterm/38400": a terminal type of terminfo's naming, and a speed in bits per second.
inline bool is_terminal_and_speed(Bytes text) {
  ByteReader reader{text};
  const Bytes type = reader.until('/', 40);
  reader.decimal(7);
  return reader && reader.at_end() && is_token(type) &&
         (is_letter(static_cast<unsigned char>(type[0])) ||
          is_digit(static_cast<unsigned char>(type[0])));
}

// The port string up to its NUL; no port above 65535, no leading zero, none of 1 to 511.
inline std::optional<std::uint32_t> read_stderr_port(ByteReader& reader, Bytes& text) {
  text = reader.until('\0', 5);
  if (!reader) return std::nullopt;
  if (text.empty() || text == "0") return 0;
  ByteReader digits{text};
  const std::uint64_t port = digits.decimal(5);
  if (!digits || !digits.at_end() || text[0] == '0' || port < 512 || port > 65535)
    return std::nullopt;
  return static_cast<std::uint32_t>(port);
}

// Nothing where the client's stream was not seen from its first byte, or holds anything else.
inline std::optional<RCommandOpening> read_r_command_opening(const Exchange& exchange) {
  if (exchange.transport != Transport::tcp || !exchange.client_from_start) return std::nullopt;
  ByteReader reader{exchange.client};
  RCommandOpening opening;
  const auto port = read_stderr_port(reader, opening.port);
  if (!port) return std::nullopt;
  opening.stderr_port = *port;
  opening.first = reader.until('\0', 64);
  opening.second = reader.until('\0', 128);
  opening.third = reader.until('\0');
  if (!reader || !is_user_name(opening.first) || !is_printable(opening.second)) return std::nullopt;
  if (!is_token(opening.third.substr(0, 1)) || !is_text(opening.third)) return std::nullopt;
  // Without a port there is little enough to go by: no empty password then.
  if (opening.port.empty() && opening.second.empty()) return std::nullopt;
  // Text in UTF-16 (big-endian) is also a row of one-letter strings.
  const bool utf16 = opening.port.empty() && opening.first.size() == 1 &&
                     opening.second.size() == 1 && opening.third.size() == 1;
  return utf16 ? std::nullopt : std::optional{opening};
}

// The error text of a refusal, without the one byte in front; empty where the server said anything
// else.
inline Bytes refusal_text(Bytes server) {
  ByteReader reader{server};
  if (!reader.accept("\x01")) return {};
  const Bytes line = up_to_line_end(reader.rest());
  return line.size() >= 4 && is_printable(line) ? line : Bytes{};
}

// No port for errors, and a name too long to be one: daemons that check (4.2BSD's do) refuse it before anybody is looked up,
// in words that tell them apart; others wait for the rest, which never comes.
inline constexpr Bytes too_long_a_name = "0\0oddport-asks-under-a-name-too-long-for-any\0"_b;

// A server alone that refuses and tells its name: "rlogind: Permission denied."
inline Match refusal_by(const Exchange& exchange, std::initializer_list<Bytes> daemons) {
  const Bytes refusal = refusal_text(exchange.server);
  if (!exchange.client.empty()) return {};
  for (const Bytes daemon : daemons)
    if (refusal.starts_with(daemon)) return likely("server says {}", Printable{refusal, 60});
  return {};
}

inline RCommandAnswer r_command_answer(const Exchange& exchange) {
  if (exchange.server.empty()) return RCommandAnswer::none;
  if (!refusal_text(exchange.server).empty()) return RCommandAnswer::refused;
  const bool accepted = exchange.server.front() == '\0' && !exchange.server_speaks_first();
  return accepted && exchange.server_from_start ? RCommandAnswer::accepted
                                                : RCommandAnswer::foreign;
}

}  // namespace oddport::recognizers
