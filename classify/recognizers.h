// The list of all recognizers: one line each, in alphabetical order.
#pragma once

#include <span>

#include "classify/recognizer.h"

namespace oddport {

std::span<const Recognizer* const> all_recognizers();

// The recognizer that owns this name, or gives it as one of its further names; null where none does.
const Recognizer* find_recognizer(std::string_view name);

}  // namespace oddport
