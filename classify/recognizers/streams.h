// What one side sends over TCP, read as frames one after the other, or as a whole.
#pragma once

#include <cstddef>
#include <cstdint>

#include "classify/byte_reader.h"
#include "classify/exchange.h"
#include "classify/recognizers/fit.h"

namespace oddport {

enum class Frame : std::uint8_t {
  good,
  cut,  // right as far as it goes
  bad,
};

struct Walk {
  std::size_t frames = 0;  // good ones
  bool cut = false;        // the last one is not whole
  bool broken = false;     // something else came
  bool late = false;       // the first ones were looked for behind other bytes

  constexpr bool found() const { return frames > 0 || cut; }
};

// Reads frames with `read(ByteReader&)`, which consumes one and says what it was.
template <typename Read>
constexpr Walk walk_frames(Bytes bytes, Read&& read) {
  Walk walk;
  ByteReader reader{bytes};
  while (!reader.at_end() && !walk.cut && !walk.broken) {
    const Frame frame = read(reader);
    if (frame == Frame::good && reader)
      ++walk.frames;
    else
      (frame == Frame::bad ? walk.broken : walk.cut) = true;
  }
  return walk;
}

// The frames of one side of a TCP stream. Where the capture began within a frame, one of the side's next turns begins
// with a whole one.
template <typename Read>
constexpr Walk walk_stream(const Exchange& exchange, Side side, Read&& read) {
  const Bytes stream = exchange.said(side);
  Walk walk = walk_frames(stream, read);
  if (walk.frames > 0 || !walk.broken || exchange.is_from_start(side)) return walk;
  std::size_t at = 0;
  for (const Message& turn : exchange.messages) {
    if (turn.from != side) continue;
    at += turn.bytes.size();
    if (at >= stream.size()) break;
    const Walk next = walk_frames(stream.substr(at), read);
    if (next.frames == 0) continue;
    walk = next;
    walk.late = true;
    break;
  }
  return walk;
}

// Reads messages with `read(ByteReader&)`, which consumes one, up to the end; false where one is none. What is shorter than a
// header counts only where it stands alone.
template <typename Read>
constexpr bool read_messages(Bytes bytes, std::size_t header, Read&& read) {
  ByteReader reader{bytes};
  while (!reader.at_end() && (reader.offset() == 0 || reader.remaining() >= header))
    if (!read(reader)) return false;
  return true;
}

// So little of the side's first turn was captured that a field may have been cut in two.
constexpr bool is_cut_short(const Exchange& exchange, Side side) {
  const Message first = exchange.nth(side, 0);
  return !first.is_whole() && first.bytes.size() < 128;
}

// The fit of a side's stream by `judge(bytes)`. Where the capture began within the conversation, the
// first bytes may be the rest of a message, and where it cut the first one, less than a field: both
// are no contradiction.
template <typename Judge>
constexpr Fit judge_stream(const Exchange& exchange, Side side, Judge&& judge) {
  const Bytes stream = exchange.said(side);
  if (stream.empty()) return Fit::open;
  const Fit fit = judge(stream);
  const bool doubtful = !exchange.is_from_start(side) || is_cut_short(exchange, side);
  return fit == Fit::alien && doubtful ? Fit::open : fit;
}

struct BothFits {
  Fit client = Fit::open;
  Fit server = Fit::open;
};

// The fits of both streams by `judge(bytes, said)`, which notes what the side said.
template <typename Judge, typename Said>
constexpr BothFits judge_streams(const Exchange& exchange, Judge&& judge, Said& client,
                                 Said& server) {
  return {.client = judge_stream(exchange, Side::client,
                                 [&](Bytes bytes) { return judge(bytes, client); }),
          .server = judge_stream(exchange, Side::server,
                                 [&](Bytes bytes) { return judge(bytes, server); })};
}

}  // namespace oddport
