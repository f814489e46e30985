// Kerberos "sendauth": how a client of a Kerberos application names its version and shows its ticket before anything else.
//
// Version 5 (MIT Kerberos, sendauth.c), every string behind four bytes of length: the string
// "KRB5_SENDAUTH_V1.0" with its NUL, the version of the application with its NUL; the server answers
// a zero byte (1 and 2 refuse either version); then AP-REQ behind its length.
// Version 4 (4.4BSD, krb_sendauth): "AUTHV0.1", the application's version in 8 bytes, the ticket
// behind its length.
#pragma once

#include <optional>

#include "classify/recognizers/kerberos_message.h"

namespace oddport::recognizers {

struct KrbSendauth {
  Bytes application;        // its version: "KCMDV0.2", "kprop5_01"
  unsigned kerberos = 5;    // 4 or 5
  bool has_ticket = false;  // it was captured, at least its beginning
  Bytes after;              // what the application sends then
};

constexpr Bytes sendauth_5 =
    "\0\0\0\x13"
    "KRB5_SENDAUTH_V1.0\0"_b;
constexpr Bytes sendauth_4 = "AUTHV0.1";
constexpr std::size_t longest_ticket_4 = 1250;

// A version-4 message: version 4, type 3 or 4 (application request) with the byte order below it.
inline bool is_ticket_4(Bytes ticket) {
  return ticket.size() < 2 || (ticket[0] == 4 && ticket[1] >= 6 && ticket[1] <= 9);
}

inline bool read_ticket(ByteReader& reader, KrbSendauth& opening) {
  if (reader.at_end()) return true;
  const std::uint32_t size = reader.u32();
  if (!reader || size < 16 || (opening.kerberos == 4 && size > longest_ticket_4)) return false;
  const Bytes ticket = reader.take(std::min<std::size_t>(size, reader.remaining()));
  opening.has_ticket = !ticket.empty();
  opening.after = reader.rest();
  if (opening.kerberos == 4) return is_ticket_4(ticket);
  const auto message = read_kerberos_message(ticket);
  if (!message) return ticket.size() < 16;
  return message->type == KerberosType::ap_request && message->size == size;
}

// Nothing where the bytes hold anything else, or end within the version.
inline std::optional<KrbSendauth> read_krb_sendauth(Bytes bytes) {
  ByteReader reader{bytes};
  KrbSendauth opening;
  if (reader.accept_if(sendauth_5)) {
    const std::uint32_t size = reader.u32();
    const Bytes version = reader.take(size);
    if (!reader || size < 3 || size > 64 || !version.ends_with('\0')) return std::nullopt;
    opening.application = version.substr(0, version.size() - 1);
  } else {
    reader.accept(sendauth_4);
    opening.kerberos = 4;
    opening.application = reader.take(8);
  }
  if (!reader || !is_token(opening.application) || !read_ticket(reader, opening))
    return std::nullopt;
  return opening;
}

// Version 5 answers one byte, then an empty message or an error; version 4 the length of a message
// of its own (or -1), or nothing.
inline bool answers_krb_sendauth(Bytes server, unsigned kerberos) {
  ByteReader reader{server};
  if (server.empty()) return true;
  if (kerberos == 5) {
    const std::uint8_t answer = reader.u8();
    if (answer > 2) return false;
    return answer != 0 || reader.remaining() < 4 || reader.u32() < 0x1000;
  }
  const std::uint32_t size = reader.u32();
  return !reader || size == 0xffffffff || size <= longest_ticket_4;
}

}  // namespace oddport::recognizers
