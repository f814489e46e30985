// How well what each side said fits a protocol, and what that amounts to; frames read one after the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "classify/byte_reader.h"
#include "classify/exchange.h"
#include "classify/match.h"
#include "classify/recognizer.h"

namespace oddport {

enum class Fit : std::uint8_t {
  alien,   // something else
  open,    // nothing, or too little to tell
  weak,    // as it should be, but much else could begin so
  fits,    // enough to name the protocol
  proves,  // beyond chance
};

// Each side counts for itself. A side that speaks something else leaves less than likely of what the client alone
// showed: no service answered it.
constexpr Certainty weigh(Fit client, Fit server) {
  if (client == Fit::alien || server == Fit::alien) {
    if (server == Fit::proves) return Certainty::likely;
    return std::max(client, server) >= Fit::fits ? Certainty::hint : Certainty::none;
  }
  const int sum =
      static_cast<int>(client) + static_cast<int>(server) - 2 * static_cast<int>(Fit::open);
  if (sum >= 3) return Certainty::confirmed;
  if (sum == 2) return Certainty::likely;
  return sum == 1 ? Certainty::hint : Certainty::none;
}

// Sixteen bytes of a key, a seal or anything encrypted have hardly a value twice; what people and programs write does.
constexpr bool looks_random(Bytes bytes) {
  constexpr std::size_t sample = 16;
  if (bytes.size() < sample) return false;
  std::size_t distinct = 0;
  for (std::size_t n = 0; n < sample; ++n)
    if (bytes.substr(0, n).find(bytes[n]) == Bytes::npos) ++distinct;
  return distinct >= 10;
}

constexpr bool is_from_start(const Exchange& exchange, Side side) {
  return side == Side::client ? exchange.client_from_start : exchange.server_from_start;
}

// The datagrams of one side by a function of one Message: the best of them, or alien where one is.
template <typename Judge>
constexpr Fit judge_datagrams(const Exchange& exchange, Side side, Judge judge) {
  Fit best = Fit::open;
  for (const Message& message : exchange.messages) {
    if (message.from != side || message.bytes.empty()) continue;
    const Fit fit = judge(message);
    if (fit == Fit::alien) return Fit::alien;
    best = std::max(best, fit);
  }
  return best;
}

// Whether the recognizer that opens so is asked about the exchange at all. What it finds further in must not make it
// answer otherwise: the first bytes keep the asking cheap.
constexpr bool may_open(const Exchange& exchange, const Openings& opens) {
  return opens.client.admits(exchange.client) || opens.server.admits(exchange.server);
}

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
  if (walk.frames > 0 || !walk.broken || is_from_start(exchange, side)) return walk;
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

}  // namespace oddport
