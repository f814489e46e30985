// What standard output and standard error are connected to: a terminal or not, how wide, colours or not.
#pragma once

#include <cstddef>
#include <cstdio>

#include "report/escape.h"

namespace oddport {

bool is_terminal(std::FILE* stream);
// Columns of the terminal behind the stream; $COLUMNS or 80 where there is none.
std::size_t terminal_width(std::FILE* stream);
// Colours suit the stream: a terminal that is not "dumb", and NO_COLOR unset or empty (no-color.org).
bool wants_color(std::FILE* stream);
// UTF-8 by the locale's environment variables, else plain ASCII.
Charset terminal_charset();

}  // namespace oddport
