// Numbers out of captured bytes at a given offset, for callers that have just compared the length.
//
// ByteReader tests every read, which is right for rare and intricate headers. On the path of every
// packet one comparison covers a whole fixed header; these loads then only assert what that
// comparison has shown.
#pragma once

#include <bit>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "capture/swap_bytes.h"
#include "classify/bytes.h"

namespace oddport {

inline std::uint8_t load_u8(Bytes bytes, std::size_t offset) {
  assert(offset < bytes.size());
  return static_cast<std::uint8_t>(bytes[offset]);
}

// Big-endian, as the network orders them.
template <std::unsigned_integral Integer>
Integer load_be(Bytes bytes, std::size_t offset) {
  assert(offset <= bytes.size() && sizeof(Integer) <= bytes.size() - offset);
  Integer value = 0;
  std::memcpy(&value, &bytes[offset], sizeof(Integer));
  return std::endian::native == std::endian::big ? value : swap_bytes(value);
}

inline std::uint16_t load_be16(Bytes bytes, std::size_t offset) {
  return load_be<std::uint16_t>(bytes, offset);
}

inline std::uint32_t load_be32(Bytes bytes, std::size_t offset) {
  return load_be<std::uint32_t>(bytes, offset);
}

inline std::uint64_t load_be64(Bytes bytes, std::size_t offset) {
  return load_be<std::uint64_t>(bytes, offset);
}

}  // namespace oddport
