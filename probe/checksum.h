// The Internet checksum (RFC 1071) as a running sum, so that what does not change is summed once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "classify/bytes.h"
#include "classify/ip_address.h"

namespace oddport {

class ChecksumSum {
 public:
  constexpr void add16(std::uint16_t word) { sum_ += word; }
  constexpr void add32(std::uint32_t word) { sum_ += (word >> 16) + (word & 0xffff); }
  constexpr void add64(std::uint64_t word) {
    add32(static_cast<std::uint32_t>(word >> 32));
    add32(static_cast<std::uint32_t>(word));
  }
  constexpr void add(const IpAddress& address) {
    if (address.is_v4()) return add32(address.v4_value());
    add64(address.high());
    add64(address.low());
  }
  // A last odd byte counts as the upper half of a word.
  constexpr void add(Bytes bytes) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
      sum_ += static_cast<std::uint64_t>(octet(bytes[i]) << 8 | octet(bytes[i + 1]));
    if (bytes.size() % 2 != 0) sum_ += static_cast<std::uint64_t>(octet(bytes.back()) << 8);
  }
  // What goes into the header.
  constexpr std::uint16_t checksum() const {
    std::uint64_t sum = sum_;
    while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
    return static_cast<std::uint16_t>(~sum);
  }

 private:
  static constexpr unsigned octet(char c) { return static_cast<unsigned char>(c); }

  std::uint64_t sum_ = 0;
};

}  // namespace oddport
