#include "classify/shortlist.h"

#include <stdexcept>

namespace oddport {

namespace {

constexpr std::size_t table_index(Transport transport, Side side) {
  return (transport == Transport::udp ? 2u : 0u) + (side == Side::server ? 1u : 0u);
}

}  // namespace

Shortlist::Shortlist(std::span<const Recognizer* const> recognizers) : recognizers_(recognizers) {
  if (recognizers.size() > capacity)
    throw std::length_error("more recognizers than a shortlist holds");
  for (std::size_t n = 0; n < recognizers.size(); ++n) {
    const Recognizer& recognizer = *recognizers[n];
    for (const Transport transport : {Transport::tcp, Transport::udp}) {
      if (!oddport::contains(recognizer.transports, transport)) continue;
      for (std::size_t byte = 0; byte < 256; ++byte) {
        const auto value = static_cast<unsigned char>(byte);
        const std::uint64_t bit = std::uint64_t{1} << (n % 64);
        if (recognizer.opens.client.contains(value))
          table(transport, Side::client)[byte][n / 64] |= bit;
        if (recognizer.opens.server.contains(value))
          table(transport, Side::server)[byte][n / 64] |= bit;
      }
    }
  }
}

Shortlist::ByFirstByte& Shortlist::table(Transport transport, Side side) {
  return tables_[table_index(transport, side)];
}

// Nobody is in question for a side that said nothing.
const Shortlist::Members& Shortlist::starting_with(const Exchange& exchange, Side side) const {
  static constexpr Members nobody{};
  const Bytes said = exchange.said(side);
  if (said.empty()) return nobody;
  return tables_[table_index(exchange.transport, side)][static_cast<unsigned char>(said.front())];
}

bool Shortlist::contains(const Exchange& exchange, const Recognizer& recognizer) const {
  bool found = false;
  for_each(exchange,
           [&](const Recognizer& candidate) { found = found || &candidate == &recognizer; });
  return found;
}

}  // namespace oddport
