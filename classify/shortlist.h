// Which few of all recognizers an exchange leaves in question: tables by transport, side and the first bytes.
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
    const Members by_client = beginning_as(exchange, Side::client);
    const Members by_server = beginning_as(exchange, Side::server);
    for (std::size_t word = 0; word < by_client.size(); ++word) {
      std::uint64_t left = by_client[word] | by_server[word];
      for (; left != 0; left &= left - 1)
        ask(*recognizers_[word * 64 + static_cast<std::size_t>(std::countr_zero(left))]);
    }
  }

  bool contains(const Exchange& exchange, const Recognizer& recognizer) const;

 private:
  // A bit for each recognizer.
  using Members = std::array<std::uint64_t, capacity / 64>;
  // Whom each value at one place leaves in question.
  using ByValue = std::array<Members, 256>;
  using ByPlace = std::array<ByValue, Opening::places>;

  Members beginning_as(const Exchange& exchange, Side side) const;
  ByPlace& tables(Transport transport, Side side);
  void enter(std::size_t index, const Opening& opening, ByPlace& tables);

  std::span<const Recognizer* const> recognizers_;
  std::array<ByPlace, 4> tables_{};
};

}  // namespace oddport
