// Answers "what is this port?" offline: everything known of a number, as text for a human or as
// JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "classify/transport.h"

namespace oddport {

// Plain ASCII of at most 80 columns, lines ended by '\n'; the first paragraph is the headline.
// Without a transport: both.
std::string explain_port(std::uint16_t port, std::optional<Transport> transport);

// The same content as one JSON object on one line, ended by '\n'. Bytes that a probe would send are
// hexadecimal.
std::string explain_port_json(std::uint16_t port, std::optional<Transport> transport);

}  // namespace oddport
