// Services that HTTP only carries, and by which of its fields they are told: the recognizers of
// their own name them, and that of HTTP steps aside.
#pragma once

#include "classify/http_message.h"

namespace oddport::recognizers {

// Samba's web administration asks for a password in the realm of its name.
inline bool is_of_swat(const MessageHead& answered) {
  return contains_ignoring_case(answered.field("WWW-Authenticate"), "realm=\"SWAT\"");
}

// The target without scheme and authority, where they stand in front of it.
inline Bytes path_of(Bytes target) {
  const std::size_t authority = target.find("://");
  if (authority == Bytes::npos || target.starts_with('/')) return target;
  const std::size_t slash = target.find('/', authority + 3);
  return slash == Bytes::npos ? Bytes{} : target.substr(slash);
}

// OpenPGP key servers: draft-gallagher-openpgp-hkp, section 3.
inline bool is_of_key_server(const MessageHead& asked) {
  const auto request = parse_request_line(asked.start.text);
  if (!request) return false;
  const Bytes path = path_of(request->target);
  return path.starts_with("/pks/lookup?") || path == "/pks/add" ||
         path.starts_with("/pks/hashquery");
}

// The servers of keys that are in use; keys themselves are on many a web server.
inline bool is_key_server(const MessageHead& answered) {
  const Bytes name = answered.field("Server");
  return contains_ignoring_case(name, "sks_www") || contains_ignoring_case(name, "hockeypuck");
}

}  // namespace oddport::recognizers
