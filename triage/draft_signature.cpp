#include "triage/draft_signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

namespace oddport {

namespace {

constexpr std::size_t looked_at = 64;

struct Common {
  std::string value;
  std::vector<unsigned char> mask;  // 0x00, 0x0f, 0xf0 or 0xff
};

// What is the same in every member, as far as the shortest one reaches.
Common common_of(std::span<const Exchange> members, Side side) {
  std::size_t length = looked_at;
  for (const Exchange& member : members) length = std::min(length, member.said(side).size());
  Common common;
  if (members.empty() || length == 0) return common;
  common.value = members.front().said(side).substr(0, length);
  common.mask.assign(length, 0xff);
  for (const Exchange& member : members) {
    for (std::size_t i = 0; i < length; ++i) {
      const auto differs = static_cast<unsigned char>(member.said(side)[i] ^ common.value[i]);
      unsigned same = common.mask[i];
      if ((differs & 0xf0) != 0) same &= 0x0fu;
      if ((differs & 0x0f) != 0) same &= 0xf0u;
      common.mask[i] = static_cast<unsigned char>(same);
    }
  }
  return common;
}

void append_digit(std::string& hex, unsigned value, bool known) {
  constexpr std::string_view digits = "0123456789abcdef";
  hex += known ? digits[value & 0xf] : '?';
}

DraftPattern pattern_of(const Common& common, Side side) {
  const auto is_known = [](unsigned char mask) { return mask != 0; };
  const auto first = std::ranges::find_if(common.mask, is_known);
  DraftPattern pattern{
      .side = side, .at = static_cast<std::size_t>(first - common.mask.begin()), .hex = {}};
  std::size_t end = common.mask.size();
  while (end > pattern.at && common.mask[end - 1] == 0) --end;
  for (std::size_t i = pattern.at; i < end; ++i) {
    if (!pattern.hex.empty()) pattern.hex += ' ';
    const auto octet = static_cast<unsigned char>(common.value[i]);
    append_digit(pattern.hex, octet >> 4, (common.mask[i] & 0xf0) != 0);
    append_digit(pattern.hex, octet, (common.mask[i] & 0x0f) != 0);
    pattern.bits += static_cast<std::size_t>(std::popcount(unsigned{common.mask[i]}));
  }
  return pattern;
}

}  // namespace

std::vector<DraftPattern> draft_patterns(std::span<const Exchange> members) {
  std::vector<DraftPattern> patterns;
  for (const Side side : {Side::client, Side::server}) {
    DraftPattern pattern = pattern_of(common_of(members, side), side);
    if (pattern.bits >= 8) patterns.push_back(std::move(pattern));
  }
  return patterns;
}

std::string what_varies(std::span<const Exchange> members, Side side) {
  std::size_t least = std::numeric_limits<std::size_t>::max();
  std::size_t most = 0;
  for (const Exchange& member : members) {
    const Message first = member.nth(side, 0);
    const std::size_t size = first.wire_length > 0 ? first.wire_length : member.said(side).size();
    least = std::min(least, size);
    most = std::max(most, size);
  }
  if (most == 0) return "says nothing";
  const Common common = common_of(members, side);
  const auto constant = std::ranges::count(common.mask, static_cast<unsigned char>(0xff));
  const std::string sizes =
      least == most ? fmt::format("{} bytes", most) : fmt::format("{} to {} bytes", least, most);
  return fmt::format("{}; {} of the first {} are the same in all", sizes, constant,
                     common.mask.size());
}

}  // namespace oddport
