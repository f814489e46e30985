// What an input holds, by its first byte and whatever its name: records, or something for the readers of captures.
#pragma once

#include <cstdint>
#include <string>

namespace oddport {

enum class InputKind : std::uint8_t {
  records,  // a line of NDJSON comes first
  other,    // anything else, also what cannot be opened: its reader says why
};

// Takes nothing from the input. "-" is standard input, whose first byte is waited for; a terminal is never asked.
InputKind kind_of_input(const std::string& path);

}  // namespace oddport
