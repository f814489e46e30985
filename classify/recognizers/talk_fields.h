// What the requests and answers of both talk protocols, 4.2BSD's and 4.3BSD's, have in common.
#pragma once

#include <cstdint>
#include <string_view>

#include "classify/text.h"

namespace oddport::recognizers {

// Request types: 0 leave invitation, 1 look up, 2 delete, 3 announce.
constexpr std::uint8_t talk_look_up = 1;
constexpr std::size_t talk_types = 4;
// The highest answer code, "bad control address"; 0 is success.
constexpr std::uint8_t talk_last_answer = 8;

// The family of an internet socket address, in either byte order or behind 4.4BSD's length byte.
constexpr bool is_internet_address(Bytes address) {
  return address.starts_with("\0\x02"_b) || address.starts_with("\x02\0"_b) ||
         address.starts_with("\x10\x02"_b);
}

// A user name with zeros up to the end of its field.
constexpr bool is_user_field(Bytes field) {
  const Bytes name = until_nul(field);
  return name.size() < field.size() && is_token(name) && is_zero(field.substr(name.size()));
}

constexpr std::string_view talk_verb(std::uint8_t type) {
  switch (type) {
    case 0:
      return "leaves an invitation for";
    case 1:
      return "looks up";
    case 2:
      return "withdraws an invitation for";
    default:
      return "rings";
  }
}

}  // namespace oddport::recognizers
