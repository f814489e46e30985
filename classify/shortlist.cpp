#include "classify/shortlist.h"

#include <algorithm>
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
    for (const Transport transport : {Transport::tcp, Transport::udp}) {
      if (!oddport::contains(recognizers[n]->transports, transport)) continue;
      enter(n, recognizers[n]->opens.client, tables(transport, Side::client));
      enter(n, recognizers[n]->opens.server, tables(transport, Side::server));
    }
  }
}

void Shortlist::enter(std::size_t index, const Opening& opening, ByPlace& tables) {
  for (std::size_t place = 0; place < Opening::places; ++place)
    for (std::size_t value = 0; value < 256; ++value)
      if (opening.at(place).contains(static_cast<unsigned char>(value)))
        tables[place][value][index / 64] |= std::uint64_t{1} << (index % 64);
}

Shortlist::ByPlace& Shortlist::tables(Transport transport, Side side) {
  return tables_[table_index(transport, side)];
}

// As Opening::admits() of each; nobody is in question for a side that said nothing.
Shortlist::Members Shortlist::beginning_as(const Exchange& exchange, Side side) const {
  const Bytes said = exchange.said(side);
  if (said.empty()) return {};
  const ByPlace& tables = tables_[table_index(exchange.transport, side)];
  Members members = tables[0][static_cast<unsigned char>(said.front())];
  for (std::size_t place = 1; place < std::min(Opening::places, said.size()); ++place) {
    const Members& left = tables[place][static_cast<unsigned char>(said[place])];
    for (std::size_t word = 0; word < members.size(); ++word) members[word] &= left[word];
  }
  return members;
}

bool Shortlist::contains(const Exchange& exchange, const Recognizer& recognizer) const {
  bool found = false;
  for_each(exchange,
           [&](const Recognizer& candidate) { found = found || &candidate == &recognizer; });
  return found;
}

}  // namespace oddport
