// Weighs what each side of a conversation says, and puts the two together to one certainty.
//
// A recognizer counts the bits that it checked independently of each other in one side's bytes;
// what follows from the sum, alone or beside the other side, is the same for all protocols.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "classify/exchange.h"
#include "classify/match.h"

namespace oddport::recognizers {

// How well the bytes of one side fit the protocol, from the worst to the best.
enum class Fit : std::uint8_t {
  foreign,  // they cannot be this protocol's
  silent,   // there are none
  open,     // they neither fit nor contradict: too few, encrypted, or from the middle of something
  weak,     // they fit where some other protocol's also would
  fair,     // enough to name it
  sure,     // beyond chance
};

constexpr unsigned bits_for_sure = 32;
constexpr unsigned bits_for_fair = 22;
constexpr unsigned bits_for_weak = 12;

constexpr Fit fit_of_bits(unsigned bits) {
  if (bits >= bits_for_sure) return Fit::sure;
  if (bits >= bits_for_fair) return Fit::fair;
  return bits >= bits_for_weak ? Fit::weak : Fit::open;
}

// One side contradicts: what a server says still counts for more than what anybody may send it.
constexpr Certainty despite_a_stranger(Fit client, Fit server) {
  if (server == Fit::sure) return Certainty::likely;
  return std::max(client, server) >= Fit::fair ? Certainty::hint : Certainty::none;
}

constexpr Certainty together(Fit client, Fit server) {
  const Fit best = std::max(client, server);
  const Fit worst = std::min(client, server);
  if (worst == Fit::foreign) return despite_a_stranger(client, server);
  switch (best) {
    case Fit::sure:
      return Certainty::confirmed;
    case Fit::fair:
      return worst >= Fit::weak ? Certainty::confirmed : Certainty::likely;
    case Fit::weak:
      return worst == Fit::weak ? Certainty::likely : Certainty::hint;
    default:
      return Certainty::none;
  }
}

// Both sides said the same: what answers may be an echo, which would say so to anything.
constexpr bool is_echo(const Exchange& seen) {
  return !seen.client.empty() && seen.client == seen.server;
}

constexpr Certainty together(const Exchange& seen, Fit client, Fit server) {
  if (!is_echo(seen)) return together(client, server);
  return std::min(together(std::max(client, server), Fit::silent), Certainty::likely);
}

// How many different bytes there are, up to 16 of them: a number drawn by chance has many, a field of small numbers few.
constexpr unsigned count_different(Bytes bytes) {
  unsigned different = 0;
  for (std::size_t n = 0; n < bytes.size() && different < 16; ++n)
    different += bytes.substr(0, n).find(bytes[n]) == Bytes::npos ? 1 : 0;
  return different;
}

constexpr bool is_from_start(const Exchange& seen, Side side) {
  return side == Side::client ? seen.client_from_start : seen.server_from_start;
}

// So little of the side's first turn was captured that a field may have been cut in two.
constexpr bool is_cut_short(const Exchange& seen, Side side) {
  const Message first = seen.nth(side, 0);
  return !first.is_whole() && first.bytes.size() < 128;
}

// The fit of a side's stream by `read(bytes)`. Where the capture began within the conversation, the
// first bytes may be the rest of a message, and where it cut the first one, less than a field: both
// are no contradiction.
template <typename Read>
constexpr Fit read_stream(const Exchange& seen, Side side, Read&& read) {
  const Bytes stream = seen.said(side);
  if (stream.empty()) return Fit::silent;
  const Fit fit = read(stream);
  const bool doubtful = !is_from_start(seen, side) || is_cut_short(seen, side);
  return fit == Fit::foreign && doubtful ? Fit::open : fit;
}

// The fit of a side's datagrams by `read(message)`: the best one's, a step more where others fit that
// say something else, and none at all where most do not fit.
template <typename Read>
constexpr Fit read_datagrams(const Exchange& seen, Side side, Read&& read) {
  Fit best = Fit::silent;
  std::size_t foreign = 0;
  std::size_t fitting = 0;
  Bytes first;
  bool differ = false;
  for (const Message& message : seen.messages) {
    if (message.from != side || message.bytes.empty()) continue;
    const Fit fit = read(message);
    if (fit == Fit::foreign) ++foreign;
    if (fit < Fit::weak) {
      if (fit == Fit::open) best = std::max(best, fit);
      continue;
    }
    if (fitting++ == 0) first = message.bytes;
    differ |= message.bytes != first;
    best = std::max(best, fit);
  }
  if (foreign > fitting) return Fit::foreign;
  if (differ && best == Fit::weak) return Fit::fair;
  if (differ && best == Fit::fair) return Fit::sure;
  return best;
}

template <typename... Args>
Match answer(Certainty certainty, fmt::format_string<Args...> format, Args&&... args) {
  if (certainty == Certainty::none) return {};
  return {
      .certainty = certainty, .says = Note::of(format, std::forward<Args>(args)...), .inside = {}};
}

}  // namespace oddport::recognizers
