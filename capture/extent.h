// The bytes of one protocol layer: those that were captured, and how many there are by the headers.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>

#include "classify/bytes.h"

namespace oddport {

struct Extent {
  Bytes captured;
  std::size_t length = 0;  // never less than captured.size(); more where the snaplen cut the packet
  // A reassembled datagram whose last fragment has not come yet: `length` is the least it can be.
  bool open_ended = false;

  // What follows the first `n` bytes; these must have been captured.
  Extent after(std::size_t n) const {
    assert(n <= captured.size());
    return {captured.substr(n), length - n, open_ended};
  }
  // The first `n` bytes, as the layer's own header counts them: drops padding, and tells of a cut
  // that the capture file's lengths hide.
  Extent resized(std::size_t n) const { return {captured.substr(0, n), n, false}; }
  // The first `n` bytes at most, where the header of a mere wrapper counts.
  Extent limited(std::size_t n) const { return n < length ? resized(n) : *this; }
};

}  // namespace oddport
