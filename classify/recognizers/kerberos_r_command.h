// How klogin and kshell open a connection: rlogin and rsh with a Kerberos ticket in place of the trusted port.
//
// 4.4BSD and MIT kcmd(): a decimal port for errors and a NUL (klogin, and rcp, name none), sendauth
// for the application "KCMDV0.1" or "KCMDV0.2", then strings that end in NUL: remote user, command
// (klogin: "terminal/speed"), with Kerberos 5 also the local user. Servers answer as sendauth does,
// later as rlogin and rsh; errors are 01 and a line.
#pragma once

#include <optional>

#include "classify/recognizers/krb_sendauth.h"
#include "classify/recognizers/r_command.h"

namespace oddport::recognizers {

enum class KerberosRCommand : std::uint8_t { unknown, login, shell };

struct KerberosROpening {
  KerberosRCommand kind = KerberosRCommand::unknown;
  KrbSendauth auth;
  std::uint32_t stderr_port = 0;
  Bytes user;     // empty where it was not captured
  Bytes command;  // or terminal and speed
  bool answered = false;
  bool fits = true;  // what the server answers
};

inline std::optional<KerberosROpening> read_kerberos_r_opening(const Exchange& exchange) {
  if (!exchange.client_from_start) return std::nullopt;
  ByteReader reader{exchange.client};
  Bytes port_text;
  const auto port = read_stderr_port(reader, port_text);
  if (!port) return std::nullopt;
  const auto auth = read_krb_sendauth(reader.rest());
  if (!auth || !auth->application.starts_with("KCMDV0.")) return std::nullopt;
  KerberosROpening opening{.auth = *auth, .stderr_port = *port, .user = {}, .command = {}};
  ByteReader strings{auth->after};
  const Bytes user = strings.until('\0', 64);
  const Bytes command = strings.until('\0');
  if (*port != 0) opening.kind = KerberosRCommand::shell;
  if (strings && is_printable(user) && is_text(command)) {
    opening.user = user;
    opening.command = command;
    opening.kind = opening.stderr_port == 0 && is_terminal_and_speed(command)
                       ? KerberosRCommand::login
                       : KerberosRCommand::shell;
  }
  opening.answered = !exchange.server.empty();
  opening.fits = answers_krb_sendauth(exchange.server, auth->kerberos) ||
                 !refusal_text(exchange.server).empty() || !exchange.server_from_start;
  // Without Kerberos 5 the shell's server may answer with its zero byte at once.
  if (auth->kerberos == 4 && exchange.server.starts_with('\0')) opening.fits = true;
  return opening;
}

}  // namespace oddport::recognizers
