// What was said over one connection or socket of the prober: the first 4 KiB each way, turn by turn, with times and counts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "classify/observation.h"

namespace oddport {

class Transcript {
 public:
  // As much of a side as capture keeps of a flow, so that both see the same.
  static constexpr std::size_t capacity = 4096;

  explicit Transcript(Transport transport) : transport_(transport) {}

  // Bytes of a TCP stream join the turn of their side; of UDP each call is one datagram.
  void add(Side from, Bytes bytes, Time when);

  Bytes said(Side side) const { return sides_[index(side)].kept; }
  // All bytes that went that way, kept or not.
  std::uint64_t total(Side side) const { return sides_[index(side)].traffic.bytes; }
  std::uint64_t count(Side side) const { return sides_[index(side)].traffic.packets; }
  bool is_full(Side side) const { return said(side).size() >= capacity; }
  bool server_speaks_first() const {
    return !turns_.empty() && turns_.front().from == Side::server;
  }

  // Sets transport, traffic, messages and exchange, and the times where there is anything. The observation's views last
  // until the transcript is changed or gone.
  void tell(Observation& observation) const;

 private:
  static constexpr std::size_t max_turns = 32;

  struct Spoken {
    std::string kept;
    Traffic traffic;
  };
  struct Turn {
    Side from;
    std::size_t offset;
    std::size_t size;
    std::size_t wire_length;
  };

  static constexpr std::size_t index(Side side) { return side == Side::client ? 0 : 1; }

  Transport transport_;
  std::array<Spoken, 2> sides_;
  std::vector<Turn> turns_;
  Time first_ = 0;
  Time last_ = 0;
};

}  // namespace oddport
