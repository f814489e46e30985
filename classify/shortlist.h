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
  static constexpr std::size_t capacity = 512;

  // At most `capacity` recognizers, which must outlive it.
  explicit Shortlist(std::span<const Recognizer* const> recognizers);

  // Calls `ask` with each recognizer in question until it returns true; whether it did. First come those to whom both sides
  // could belong, those who admit the fewest beginnings before others; then those to whom one side could.
  template <typename Ask>
  bool any_of(const Exchange& exchange, Ask&& ask) const {
    const Candidates candidates = candidates_of(exchange);
    const OfTransport& all = of(exchange.transport);
    return visit(all, candidates.by_both, ask) || visit(all, candidates.by_one, ask);
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
  // A bit for each recognizer of a transport; all of them within one cache line.
  struct Members {
    alignas(64) std::array<std::uint64_t, capacity / 64> words{};

    void add(std::size_t index) { words[index / 64] |= std::uint64_t{1} << (index % 64); }
    Members& operator&=(const Members& others) {
      for (std::size_t n = 0; n < words.size(); ++n) words[n] &= others.words[n];
      return *this;
    }
    Members& operator|=(const Members& others) {
      for (std::size_t n = 0; n < words.size(); ++n) words[n] |= others.words[n];
      return *this;
    }
    Members& remove(const Members& others) {
      for (std::size_t n = 0; n < words.size(); ++n) words[n] &= ~others.words[n];
      return *this;
    }
    friend Members operator&(const Members& a, const Members& b) { return Members{a} &= b; }
    friend Members operator|(const Members& a, const Members& b) { return Members{a} |= b; }
  };
  // Whom each value at one place leaves in question.
  using ByValue = std::array<Members, 256>;

  struct OfSide {
    std::array<ByValue, Opening::places> by_place{};
    Members indifferent;  // those who never judge by this side, whatever it says

    // `opening_of(n)` is the n-th recognizer's.
    template <typename OpeningOf>
    void enter(std::size_t recognizers, OpeningOf&& opening_of);
  };
  struct OfTransport {
    std::vector<const Recognizer*> recognizers;  // those who admit the fewest beginnings first
    OfSide client;
    OfSide server;
    Members joining_late;
  };
  struct Candidates {
    Members by_both;
    Members by_one;
  };

  static OfTransport entered(std::span<const Recognizer* const> recognizers, Transport transport);
  const OfTransport& of(Transport transport) const {
    return transport == Transport::tcp ? tcp_ : udp_;
  }
  Candidates candidates_of(const Exchange& exchange) const;
  Members beginning_as(const Exchange& exchange, Side side) const;

  template <typename Ask>
  static bool visit(const OfTransport& all, const Members& members, Ask&& ask) {
    for (std::size_t word = 0; word < members.words.size(); ++word)
      for (std::uint64_t left = members.words[word]; left != 0; left &= left - 1)
        if (ask(*all.recognizers[word * 64 + static_cast<std::size_t>(std::countr_zero(left))]))
          return true;
    return false;
  }

  OfTransport tcp_;
  OfTransport udp_;
};

}  // namespace oddport
