// Which few of all recognizers an exchange leaves in question: tables by transport, side and the first bytes.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "classify/recognizer.h"

namespace oddport {

class Shortlist {
 public:
  static constexpr std::size_t capacity = 448;

  // At most `capacity` recognizers, which must outlive it.
  explicit Shortlist(std::span<const Recognizer* const> recognizers);

  // Calls `ask` with each recognizer in question until it returns true; whether it did. First come those to whom both sides
  // could belong, those who admit the fewest beginnings before others; then those to whom one side could.
  template <typename Ask>
  bool any_of(const Exchange& exchange, Ask&& ask) const {
    const Candidates candidates = candidates_of(exchange);
    return visit(candidates.by_both, ask) || visit(candidates.by_one, ask);
  }

  // Calls `ask` with each of them.
  template <typename Ask>
  void for_each(const Exchange& exchange, Ask&& ask) const {
    any_of(exchange, [&](const Recognizer& recognizer) {
      ask(recognizer);
      return false;
    });
  }

  bool contains(const Exchange& exchange, const Recognizer& recognizer) const;

 private:
  // A bit for each recognizer.
  using Members = std::array<std::uint64_t, capacity / 64>;
  // Whom each value at one place leaves in question.
  using ByValue = std::array<Members, 256>;
  using ByPlace = std::array<ByValue, Opening::places>;

  struct Candidates {
    Members by_both;
    Members by_one;
  };

  template <typename Ask>
  bool visit(const Members& members, Ask&& ask) const {
    for (std::size_t word = 0; word < members.size(); ++word)
      for (std::uint64_t left = members[word]; left != 0; left &= left - 1)
        if (ask(*recognizers_[word * 64 + static_cast<std::size_t>(std::countr_zero(left))]))
          return true;
    return false;
  }

  Candidates candidates_of(const Exchange& exchange) const;
  Members beginning_as(const Exchange& exchange, Side side) const;
  void enter(std::size_t index, Transport transport);

  std::vector<const Recognizer*> recognizers_;  // those who admit the fewest beginnings first
  std::array<ByPlace, 4> tables_{};
  // Those who never judge by a side, whatever it says.
  std::array<Members, 4> indifferent_{};
};

}  // namespace oddport
