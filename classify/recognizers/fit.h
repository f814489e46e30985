// How well what each side of a conversation said fits a protocol, and what the two amount to together.
//
// A recognizer judges each side by what it checked independently of each other; what follows from the two is the same for all protocols.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "classify/echo.h"
#include "classify/exchange.h"
#include "classify/match.h"

namespace oddport {

enum class Fit : std::uint8_t {
  alien,   // something else
  open,    // nothing; or too little, encrypted, or from the middle of something
  weak,    // as it should be, but much else could begin so
  fits,    // enough to name the protocol
  proves,  // beyond chance
};

// For recognizers that count the bits which they checked.
constexpr unsigned bits_to_prove = 32;
constexpr unsigned bits_to_fit = 22;
constexpr unsigned bits_to_notice = 12;

constexpr Fit fit_of_bits(unsigned bits) {
  if (bits >= bits_to_prove) return Fit::proves;
  if (bits >= bits_to_fit) return Fit::fits;
  return bits >= bits_to_notice ? Fit::weak : Fit::open;
}

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

// The same, of a protocol whose sides speak alike: of an echo only one side counts.
constexpr Certainty weigh(const Exchange& exchange, Fit client, Fit server) {
  if (!is_echo(exchange)) return weigh(client, server);
  return std::min(weigh(std::max(client, server), Fit::open), Certainty::likely);
}

// How many different bytes there are, up to 16 of them: a number drawn by chance has many, a field of small numbers few.
constexpr unsigned count_different(Bytes bytes) {
  unsigned different = 0;
  for (std::size_t n = 0; n < bytes.size() && different < 16; ++n)
    different += bytes.substr(0, n).find(bytes[n]) == Bytes::npos ? 1 : 0;
  return different;
}

// Sixteen bytes of a key, a seal or anything encrypted have hardly a value twice; what people and programs write does.
constexpr bool looks_random(Bytes bytes) {
  constexpr std::size_t sample = 16;
  return bytes.size() >= sample && count_different(bytes.substr(0, sample)) >= 10;
}

}  // namespace oddport
