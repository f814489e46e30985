// Which few of all recognizers an exchange leaves in question: a table by transport, side and first byte.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "classify/recognizer.h"

namespace oddport {

class Shortlist {
 public:
  static constexpr std::size_t capacity = 448;

  // At most `capacity` recognizers, which must outlive it.
  explicit Shortlist(std::span<const Recognizer* const> recognizers);

  // Calls `ask` with each recognizer in question, in the order of the list.
  template <typename Ask>
  void for_each(const Exchange& exchange, Ask&& ask) const {
    Members members = starting_with(exchange, Side::client);
    const Members& of_server = starting_with(exchange, Side::server);
    for (std::size_t word = 0; word < members.size(); ++word) {
      std::uint64_t left = members[word] | of_server[word];
      for (; left != 0; left &= left - 1)
        ask(*recognizers_[word * 64 + static_cast<std::size_t>(std::countr_zero(left))]);
    }
  }

  bool contains(const Exchange& exchange, const Recognizer& recognizer) const;

 private:
  // A bit for each recognizer.
  using Members = std::array<std::uint64_t, capacity / 64>;
  using ByFirstByte = std::array<Members, 256>;

  const Members& starting_with(const Exchange& exchange, Side side) const;
  ByFirstByte& table(Transport transport, Side side);

  std::span<const Recognizer* const> recognizers_;
  std::array<ByFirstByte, 4> tables_{};
};

}  // namespace oddport
