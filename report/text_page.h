// A page of plain text for a terminal of 80 columns: headings, paragraphs, entries; and bytes as people read them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "classify/bytes.h"
#include "classify/transport.h"

namespace oddport {

class TextPage {
 public:
  void prose(std::string_view text, std::size_t indent = 0) { write(text, indent, indent); }
  // Lines after the first are indented by two more.
  void entry(std::string_view text, std::size_t indent = 2) { write(text, indent, indent + 2); }
  void heading(std::string_view text);
  std::string take() { return std::move(text_); }

 private:
  void write(std::string_view text, std::size_t indent, std::size_t hanging);

  std::string text_;
};

// "tcp", "udp", "tcp, udp".
std::string_view name_of(Transports transports);

// Every byte as two digits, nothing between them.
std::string hexadecimal(Bytes bytes);

// What is text for at least three quarters in quotes, as C writes it; anything else as hexadecimal bytes. Bounded.
std::string shown_bytes(Bytes bytes);

}  // namespace oddport
