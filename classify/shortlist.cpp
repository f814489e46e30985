#include "classify/shortlist.h"

#include <algorithm>
#include <stdexcept>

namespace oddport {

namespace {

constexpr std::size_t table_index(Transport transport, Side side) {
  return (transport == Transport::udp ? 2u : 0u) + (side == Side::server ? 1u : 0u);
}

// The part of all beginnings that it admits; 1 of a side by which it never judges.
double share_admitted(const Opening& opening) {
  double share = 1;
  for (std::size_t place = 0; place < Opening::places; ++place)
    share *= static_cast<double>(opening.at(place).size()) / 256;
  return share == 0 ? 1 : share;
}

double share_admitted(const Recognizer& recognizer) {
  return share_admitted(recognizer.opens.client) * share_admitted(recognizer.opens.server);
}

}  // namespace

Shortlist::Shortlist(std::span<const Recognizer* const> recognizers)
    : recognizers_(recognizers.begin(), recognizers.end()) {
  if (recognizers.size() > capacity)
    throw std::length_error("more recognizers than a shortlist holds");
  std::ranges::stable_sort(
      recognizers_, {}, [](const Recognizer* recognizer) { return share_admitted(*recognizer); });
  for (std::size_t n = 0; n < recognizers_.size(); ++n)
    for (const Transport transport : {Transport::tcp, Transport::udp})
      if (oddport::contains(recognizers_[n]->transports, transport)) enter(n, transport);
}

void Shortlist::enter(std::size_t index, Transport transport) {
  const auto add_to = [index](Members& members) {
    members[index / 64] |= std::uint64_t{1} << (index % 64);
  };
  for (const Side side : {Side::client, Side::server}) {
    const Openings& opens = recognizers_[index]->opens;
    const Opening& opening = side == Side::client ? opens.client : opens.server;
    const std::size_t table = table_index(transport, side);
    if (opening.is_empty()) add_to(indifferent_[table]);
    for (std::size_t place = 0; place < Opening::places; ++place)
      for (std::size_t value = 0; value < 256; ++value)
        if (opening.at(place).contains(static_cast<unsigned char>(value)))
          add_to(tables_[table][place][value]);
  }
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

Shortlist::Candidates Shortlist::candidates_of(const Exchange& exchange) const {
  const Members by_client = beginning_as(exchange, Side::client);
  const Members by_server = beginning_as(exchange, Side::server);
  if (exchange.client.empty()) return {.by_both = by_server, .by_one = {}};
  if (exchange.server.empty()) return {.by_both = by_client, .by_one = {}};
  const Members& whatever_client = indifferent_[table_index(exchange.transport, Side::client)];
  const Members& whatever_server = indifferent_[table_index(exchange.transport, Side::server)];
  Candidates candidates{};
  for (std::size_t word = 0; word < by_client.size(); ++word) {
    const std::uint64_t any = by_client[word] | by_server[word];
    const std::uint64_t both =
        any & (by_client[word] | whatever_client[word]) & (by_server[word] | whatever_server[word]);
    candidates.by_both[word] = both;
    candidates.by_one[word] = any & ~both;
  }
  return candidates;
}

bool Shortlist::contains(const Exchange& exchange, const Recognizer& recognizer) const {
  return any_of(exchange, [&](const Recognizer& candidate) { return &candidate == &recognizer; });
}

}  // namespace oddport
