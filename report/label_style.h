// How a label looks on a terminal: ECMA-48 Select Graphic Rendition, in the sixteen colors that every terminal lets its user choose.
#pragma once

#include "classify/verdict.h"

namespace oddport::terminal_style {

inline constexpr const char* plain = "";
inline constexpr const char* bold = "\x1b[1m";
inline constexpr const char* faint = "\x1b[2m";
inline constexpr const char* reset = "\x1b[0m";

constexpr const char* of(Label label) {
  switch (label) {
    case Label::unknown:
      return "\x1b[1;31m";  // red
    case Label::unofficial:
      return "\x1b[1;33m";  // yellow
    case Label::legacy:
      return "\x1b[1;35m";  // magenta
    case Label::expected:
      return "\x1b[32m";  // green
    case Label::silent:
      return faint;
  }
  return plain;
}

}  // namespace oddport::terminal_style
