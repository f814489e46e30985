// Integers with their bytes in the opposite order.
#pragma once

#include <cstdint>

namespace oddport {

constexpr std::uint16_t swap_bytes(std::uint16_t value) { return __builtin_bswap16(value); }
constexpr std::uint32_t swap_bytes(std::uint32_t value) { return __builtin_bswap32(value); }
constexpr std::uint64_t swap_bytes(std::uint64_t value) { return __builtin_bswap64(value); }

}  // namespace oddport
