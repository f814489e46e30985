// What an input holds, by its first bytes and whatever its name: records, a database, or something for the readers of captures.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace oddport {

enum class InputKind : std::uint8_t {
  records,  // a line of NDJSON comes first
  other,    // anything else, also what cannot be opened: its reader says why
};

// Takes nothing from the input. "-" is standard input, whose first byte is waited for; a terminal is never asked.
InputKind kind_of_input(const std::string& path);

// True where one database is all that is named. Throws StoreError where one stands among other inputs; `others` says what may stand there
// instead: "captures".
bool is_lone_database(std::span<const std::string> inputs, std::string_view others);

}  // namespace oddport
