// The first 4 KiB of one direction of a TCP connection, put in order from segments that come late,
// twice or overlapping.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "classify/bytes.h"

namespace oddport {

class StreamHead {
 public:
  static constexpr std::size_t capacity = 4096;

  // The stream's first byte has this sequence number. `from_syn` where a SYN told so; else it is
  // merely the first byte that was captured. A later call changes nothing.
  void start(std::uint32_t first_sequence, bool from_syn);
  bool started() const { return started_; }
  bool from_syn() const { return from_syn_; }

  struct Gain {
    std::size_t bytes = 0;    // that became contiguous
    std::size_t claimed = 0;  // by which the stream grew on the wire, captured or not
  };
  // `length` is the payload's length on the wire, at least payload.size(). Of bytes that come twice
  // the first copy stays.
  Gain add(std::uint32_t sequence, Bytes payload, std::uint32_t length);

  // Forgets all; what was allocated for the bytes is kept for those of another stream.
  void reset();

  // For datagrams: appends what fits. Returns how many bytes that were.
  std::size_t append_datagram(Bytes payload);

  // Without what lies beyond a hole.
  StreamHead copy() const;

  // From the first byte to the first hole; at most `capacity`.
  Bytes contiguous() const { return head_; }

 private:
  struct Piece {
    std::size_t offset;
    std::string bytes;
    std::size_t end() const { return offset + bytes.size(); }
  };
  static constexpr std::size_t max_pieces = 8;

  void append(Bytes bytes);
  void keep_for_later(std::size_t offset, Bytes payload);
  void join_pieces();

  // Small on purpose: a table of flows is as fast as it is compact, and hardly any stream has a hole.
  std::string head_;
  std::unique_ptr<std::vector<Piece>> pieces_;  // beyond a hole, in order of arrival; null without
  std::uint32_t claimed_end_ = 0;
  std::uint32_t first_sequence_ = 0;
  bool started_ = false;
  bool from_syn_ = false;
};

}  // namespace oddport
