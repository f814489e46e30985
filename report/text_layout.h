// Fits text into columns of a terminal: its width, cutting it and breaking it into lines.
//
// The text must be visible (report/escape.h): valid UTF-8 without controls. Widths are columns, not
// bytes: a combining mark takes none, an East Asian wide character or a pictograph two.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/escape.h"

namespace oddport {

std::size_t display_width(std::string_view text);

// The text where it fits, else its beginning and an ellipsis, which is "..." in ASCII; never wider
// than `width`.
std::string cut_to_width(std::string_view text, std::size_t width, Charset charset = Charset::utf8);

// Lines of at most `width` columns (taken as 2 where less), broken at blanks, or inside words that
// are wider than a line. Never empty: a blank text gives one empty line. The lines are views of the
// text.
std::vector<std::string_view> wrap(std::string_view text, std::size_t width);

}  // namespace oddport
