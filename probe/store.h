// Numbers into a packet that is being made, big-endian, at offsets that the caller knows to be inside.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace oddport {

using Octets = std::span<std::uint8_t>;

inline void store_be16(Octets to, std::size_t offset, std::uint16_t value) {
  assert(offset + 2 <= to.size());
  to[offset] = static_cast<std::uint8_t>(value >> 8);
  to[offset + 1] = static_cast<std::uint8_t>(value);
}

inline void store_be32(Octets to, std::size_t offset, std::uint32_t value) {
  store_be16(to, offset, static_cast<std::uint16_t>(value >> 16));
  store_be16(to, offset + 2, static_cast<std::uint16_t>(value));
}

inline void store_be64(Octets to, std::size_t offset, std::uint64_t value) {
  store_be32(to, offset, static_cast<std::uint32_t>(value >> 32));
  store_be32(to, offset + 4, static_cast<std::uint32_t>(value));
}

}  // namespace oddport
