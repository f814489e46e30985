// Asks the processor to bring memory near that will be needed soon; of no other effect, wherever the memory lies.
#pragma once

#include <cstddef>

#include "classify/bytes.h"

namespace oddport {

inline void prefetch(Bytes bytes) {
  constexpr std::size_t cache_line = 64;
  for (std::size_t at = 0; at < bytes.size(); at += cache_line) __builtin_prefetch(&bytes[at]);
}

template <typename T>
void prefetch(const T& object) {
  prefetch(Bytes(reinterpret_cast<const char*>(&object), sizeof object));
}

}  // namespace oddport
