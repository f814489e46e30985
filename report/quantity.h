// Numbers as people read them: "4,512,380", "1.23 GB", "2.31 s".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oddport {

std::string grouped(std::uint64_t number);

// "1 flow", "2,000 flows".
std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural);

// Decimal units, as disks and links have them: 999 B, 1.00 kB, 34.1 MB, 512 GB; three digits.
std::string byte_size(double bytes);

// "0.42 s", "12.3 s", "2 min 5 s", "3 h 2 min". Less than nothing counts as nothing.
std::string duration(double seconds);

}  // namespace oddport
