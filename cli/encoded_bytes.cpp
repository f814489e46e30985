#include "cli/encoded_bytes.h"

#include <absl/strings/escaping.h>

namespace oddport {

namespace {

// 0 to 15, or -1.
int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool append_from_hex(std::string_view text, std::string& bytes) {
  const std::size_t before = bytes.size();
  int high = -1;
  for (const char c : text) {
    if (c == ' ' && high < 0) continue;
    const int value = digit_value(c);
    if (value < 0) {
      bytes.resize(before);
      return false;
    }
    if (high >= 0) bytes += static_cast<char>(high << 4 | value);
    high = high < 0 ? value : -1;
  }
  if (high >= 0) bytes.resize(before);
  return high < 0;
}

bool append_from_base64(std::string_view text, std::string& bytes) {
  std::string decoded;
  // The library skips white space and dots of padding; here they are faults.
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '.') return false;
  if (!absl::Base64Unescape({text.data(), text.size()}, &decoded)) return false;
  bytes += decoded;
  return true;
}

}  // namespace oddport
