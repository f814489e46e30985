// A short line of text held in place: what a recognizer says about bytes, without allocating.
#pragma once

#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "classify/bytes.h"

namespace oddport {

class Note {
 public:
  static constexpr std::size_t capacity = 126;

  // Not defaulted: a defaulted one would let Match{} clear all of the text, thirty times an exchange.
  Note() {}  // NOLINT(modernize-use-equals-default)

  // Formats as fmt does; what does not fit is cut.
  template <typename... Args>
  static Note of(fmt::format_string<Args...> format, Args&&... args) {
    return made_of(format, fmt::make_format_args(args...));
  }

  std::string_view text() const { return {text_.data(), size_}; }
  bool empty() const { return size_ == 0; }

 private:
  // Out of line: instantiated in every recognizer, the formatting would be most of what compiles.
  static Note made_of(fmt::string_view format, fmt::format_args args);

  std::uint8_t size_ = 0;
  std::array<char, capacity> text_;  // only the first size_ count
};

}  // namespace oddport
