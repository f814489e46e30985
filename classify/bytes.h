// The one type for captured bytes: a view that owns nothing and may hold any octet, NUL included.
#pragma once

#include <string_view>

namespace oddport {

using Bytes = std::string_view;

// Literal bytes with embedded NULs, at their full length: "\0ab"_b has three bytes, not none.
constexpr Bytes operator""_b(const char* text, std::size_t length) { return {text, length}; }

}  // namespace oddport
