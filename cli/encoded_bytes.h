// Bytes that stand in text as hexadecimal digits or in base 64.
#pragma once

#include <string>
#include <string_view>

namespace oddport {

// Appends the bytes; on a fault nothing is appended and false is returned.
// Hexadecimal: pairs of digits of either case, blanks between the pairs do not matter.
bool append_from_hex(std::string_view text, std::string& bytes);
// Base 64 (RFC 4648, section 4), with or without its padding.
bool append_from_base64(std::string_view text, std::string& bytes);

}  // namespace oddport
