// Answers "what do you recognize?": the built-in protocols as a table, a page on one of them, or JSON.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "report/escape.h"

namespace oddport {

// A line a protocol, in the order of their names. Lines are cut to `width`; 0 cuts none.
std::string protocols_table(std::size_t width, Charset charset);
// A JSON object a line.
std::string protocols_json();

// All that is known of one, with what its examples prove; nothing where the name is no built-in protocol's.
std::optional<std::string> protocol_page(std::string_view name);
std::optional<std::string> protocol_json(std::string_view name);

}  // namespace oddport
