// Finds in a text what toml++ 3.3 cannot be trusted with, before it sees it: undefined behaviour and boundless recursion.
//
// Of the texts that are TOML it refuses only the odd: more than 256 dots of keys and numbers on one line, and line-ending backslashes.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace oddport {

struct TomlDanger {
  std::size_t line = 0;
  std::string_view what;
};

std::optional<TomlDanger> find_danger(std::string_view text);

}  // namespace oddport
