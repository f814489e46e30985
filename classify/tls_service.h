// Which protocol runs inside TLS on the ports that IANA assigned to it in that form: IMAP on 993, as imaps.
#pragma once

#include <cstdint>
#include <string_view>

#include "classify/recognizer.h"

namespace oddport {

// The entry of TLS itself for this port, where its service is this protocol inside TLS; null where it is not.
const Home* find_home_in_tls(std::string_view protocol, std::uint16_t port);

}  // namespace oddport
