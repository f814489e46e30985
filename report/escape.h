// Makes untrusted text safe to write: as a JSON string, or as visible text for terminals, CSV cells
// and error lines.
//
// Text that comes from the network or from file names may hold anything. Valid UTF-8 that a reader
// can see passes unchanged. What could act instead of being read (control characters, escape
// sequences, characters that reverse or hide text) is written as an escape, and a byte that is not
// UTF-8 as \xNN, so that it stays known which it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace oddport {

// What a terminal can show. `ascii` writes every other character as an escape.
enum class Charset : std::uint8_t { ascii, utf8 };

struct CodePoint {
  char32_t value = 0;      // of an invalid byte: the byte itself
  std::size_t length = 0;  // bytes taken
  bool valid = false;
};

// Decodes strictly as RFC 3629, section 3, has it: no overlong form, no surrogate, nothing above
// U+10FFFF. A byte that does not fit stands alone: length 1 and not valid. Of an empty text: length
// 0 and not valid.
CodePoint first_code_point(std::string_view text);

// False for what acts or hides instead of being seen: controls, bidirectional and zero-width marks,
// tags, noncharacters.
bool is_visible(char32_t value);

// Appends the text with its quotes (RFC 8259, section 7). Whatever the bytes, the result is valid
// JSON in valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

// Appends the text with every character that is not visible as \xNN, \uNNNN or \UNNNNNNNN. A
// backslash of the text itself stays as it is: the result is for reading, not for decoding.
void append_visible(std::string& out, std::string_view text, Charset charset = Charset::utf8);
std::string visible(std::string_view text, Charset charset = Charset::utf8);

}  // namespace oddport
