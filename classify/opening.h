// What the first bytes of one side can be where a recognizer has anything to say of them: a set of values for each of four places.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "classify/byte_set.h"
#include "classify/bytes.h"

namespace oddport {

class Opening {
 public:
  static constexpr std::size_t places = 4;

  // Of a side by which nothing is judged.
  constexpr Opening() : Opening(ByteSet{}) {}

  // Of the first byte alone. Implicit, since most recognizers need no more.
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr Opening(const ByteSet& first)
      : at_{first, ByteSet::all(), ByteSet::all(), ByteSet::all()} {}

  // The same, with other values at one of the places; 0 is the first byte.
  constexpr Opening with(std::size_t place, const ByteSet& values) const {
    Opening narrower = *this;
    narrower.at_[place] = values;
    return narrower;
  }

  constexpr const ByteSet& at(std::size_t place) const { return at_[place]; }

  // Nothing begins so.
  constexpr bool is_empty() const {
    return std::ranges::any_of(at_, [](const ByteSet& values) { return values.size() == 0; });
  }

  // As far as the bytes go. A side that said nothing is nobody's.
  constexpr bool admits(Bytes said) const {
    if (said.empty()) return false;
    for (std::size_t place = 0; place < std::min(places, said.size()); ++place)
      if (!at_[place].contains(static_cast<unsigned char>(said[place]))) return false;
    return true;
  }

 private:
  std::array<ByteSet, places> at_;
};

}  // namespace oddport
