// What two sides said, message by message, kept as a capture would have kept it: 4 KiB a side in order, 32 messages.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "classify/observation.h"

namespace oddport {

class TalkBuilder {
 public:
  static constexpr std::size_t most_bytes = 4096;
  static constexpr std::size_t most_messages = 32;
  // Of both sides together; further ones are counted and not kept, for TCP may join many to one turn.
  static constexpr std::size_t most_pieces = 512;

  TalkBuilder();

  void clear();
  // `wire_length` is at least bytes.size().
  void add(Side from, Bytes bytes, std::size_t wire_length);
  // Fills the exchange, its messages and the traffic as the observation's transport has them: TCP joins what one side said to
  // turns and shows nothing beyond a gap. All of it holds until the next clear().
  void tell(Observation& seen) const;

 private:
  struct Piece {
    Side from;
    std::size_t offset;
    std::size_t size;
    std::size_t wire_length;
  };
  struct Spoken {
    std::string kept;
    Traffic traffic;
  };

  const Spoken& of(Side side) const { return sides_[static_cast<std::size_t>(side)]; }
  Bytes bytes_of(const Piece& piece) const {
    return Bytes(of(piece.from).kept).substr(piece.offset, piece.size);
  }
  void tell_datagrams(Observation& seen) const;
  void tell_turns(Observation& seen) const;

  std::array<Spoken, 2> sides_;
  std::vector<Piece> pieces_;
};

}  // namespace oddport
