// A set of port numbers: the watched ports, 500-1023 unless the user says otherwise.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace oddport {

class PortSet {
 public:
  static PortSet watched_by_default();  // 500-1023

  constexpr bool contains(std::uint16_t port) const {
    return (words_[port >> 6] >> (port & 63) & 1) != 0;
  }
  void insert(std::uint16_t first, std::uint16_t last);
  bool empty() const;
  bool overlaps(const PortSet& other) const;
  // Every port of the other set is in this one.
  bool includes(const PortSet& other) const;

  // Reads "596", "500-1023", "596,724,800-850". On error returns false and says in `error` what is wrong, in the user's words.
  static bool parse(std::string_view text, PortSet& ports, std::string& error);
  // The shortest such text.
  std::string to_string() const;

 private:
  std::array<std::uint64_t, 1024> words_{};
};

}  // namespace oddport
