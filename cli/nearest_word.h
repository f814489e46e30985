// The word that somebody probably meant: the one among those known that is the fewest slips of a finger away.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace oddport {

// Letters left out, put in, changed, or two exchanged: Damerau's distance, of words next to each other.
std::size_t slips_between(std::string_view one, std::string_view other);

// nullopt where no known word is nearer than a third of its length.
std::optional<std::string> nearest_word(std::string_view typed, std::span<const std::string> known);

}  // namespace oddport
