// Services that HTTP only carries, and by which of its fields they are told: the recognizers of their own name them, and
// that of HTTP steps aside.
#pragma once

#include "classify/http_message.h"

namespace oddport::recognizers {

// Samba's web administration asks for a password in the realm of its name.
inline bool is_of_swat(const MessageHead& answered) {
  return contains_ignoring_case(answered.field("WWW-Authenticate"), "realm=\"SWAT\"") ||
         contains_ignoring_case(answered.field("Server"), "swat");
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

inline bool gives_keys(const MessageHead& answered) {
  return starts_with_ignoring_case(answered.field("Content-Type"), "application/pgp-keys") ||
         contains_ignoring_case(answered.field("Server"), "sks_www");
}

}  // namespace oddport::recognizers
