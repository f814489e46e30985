// Integers at fixed places of a record whose byte order is known once per file, not once per field.
//
// ByteReader walks and remembers failure; this is for the few loops that run once per packet and
// have tested the record's length already.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "capture/swap_bytes.h"
#include "classify/bytes.h"

namespace oddport {

// The integer at `offset`; zero where the bytes end before it does.
template <std::endian order, std::unsigned_integral Integer>
Integer field_at(Bytes bytes, std::size_t offset) {
  if (bytes.size() < sizeof(Integer) || offset > bytes.size() - sizeof(Integer)) return 0;
  Integer value = 0;
  std::memcpy(&value, bytes.substr(offset).data(), sizeof(Integer));
  return order == std::endian::native ? value : swap_bytes(value);
}

}  // namespace oddport
