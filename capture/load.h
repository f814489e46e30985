// Numbers out of captured bytes at a given offset, for callers that have just compared the length.
//
// ByteReader tests every read, which is right for rare and intricate headers. On the path of every
// packet one comparison covers a whole fixed header; these loads then only assert what that
// comparison has shown.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>

#include "classify/bytes.h"

namespace oddport {

inline std::uint8_t load_u8(Bytes bytes, std::size_t offset) {
  assert(offset < bytes.size());
  return static_cast<std::uint8_t>(bytes[offset]);
}

inline std::uint16_t load_be16(Bytes bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(load_u8(bytes, offset) << 8 | load_u8(bytes, offset + 1));
}

inline std::uint32_t load_be32(Bytes bytes, std::size_t offset) {
  return static_cast<std::uint32_t>(load_be16(bytes, offset)) << 16 | load_be16(bytes, offset + 2);
}

inline std::uint64_t load_be64(Bytes bytes, std::size_t offset) {
  return static_cast<std::uint64_t>(load_be32(bytes, offset)) << 32 | load_be32(bytes, offset + 4);
}

}  // namespace oddport
