#include "classify/shortlist.h"

#include <algorithm>
#include <stdexcept>

namespace oddport {

namespace {

// The part of all beginnings that it admits; 1 of a side by which it never judges.
double share_admitted(const Opening& opening) {
  double share = 1;
  for (std::size_t place = 0; place < Opening::places; ++place)
    share *= static_cast<double>(opening.at(place).size()) / 256;
  return share == 0 ? 1 : share;
}

double share_admitted(const Openings& opens) {
  return share_admitted(opens.client) * share_admitted(opens.server);
}

template <typename OfSide>
void enter(std::size_t index, const Opening& opening, OfSide& side) {
  if (opening.is_empty()) side.indifferent.add(index);
  for (std::size_t place = 0; place < Opening::places; ++place)
    for (std::size_t value = 0; value < 256; ++value)
      if (opening.at(place).contains(static_cast<unsigned char>(value)))
        side.by_place[place][value].add(index);
}

}  // namespace

Shortlist::Shortlist(std::span<const Recognizer* const> recognizers)
    : tcp_(entered(recognizers, Transport::tcp)), udp_(entered(recognizers, Transport::udp)) {}

Shortlist::OfTransport Shortlist::entered(std::span<const Recognizer* const> recognizers,
                                          Transport transport) {
  OfTransport all;
  for (const Recognizer* recognizer : recognizers)
    if (oddport::contains(recognizer->transports, transport)) all.recognizers.push_back(recognizer);
  if (all.recognizers.size() > capacity)
    throw std::length_error("more recognizers than a shortlist holds");
  std::ranges::stable_sort(all.recognizers, {}, [transport](const Recognizer* recognizer) {
    return share_admitted(recognizer->openings(transport));
  });
  for (std::size_t n = 0; n < all.recognizers.size(); ++n) {
    const Openings& opens = all.recognizers[n]->openings(transport);
    enter(n, opens.client, all.client);
    enter(n, opens.server, all.server);
    if (all.recognizers[n]->joins_late) all.joining_late.add(n);
  }
  return all;
}

// As Opening::admits() of each; nobody is in question for a side that said nothing.
Shortlist::Members Shortlist::beginning_as(const Exchange& exchange, Side side) const {
  const Bytes said = exchange.said(side);
  if (said.empty()) return {};
  const OfTransport& all = of(exchange.transport);
  const auto& by_place = (side == Side::client ? all.client : all.server).by_place;
  Members members = by_place[0][static_cast<unsigned char>(said.front())];
  for (std::size_t place = 1; place < std::min(Opening::places, said.size()); ++place)
    members &= by_place[place][static_cast<unsigned char>(said[place])];
  if (!exchange.is_from_start(side)) members |= all.joining_late;
  return members;
}

Shortlist::Candidates Shortlist::candidates_of(const Exchange& exchange) const {
  const Members by_client = beginning_as(exchange, Side::client);
  const Members by_server = beginning_as(exchange, Side::server);
  if (exchange.client.empty()) return {.by_both = by_server, .by_one = {}};
  if (exchange.server.empty()) return {.by_both = by_client, .by_one = {}};
  const OfTransport& all = of(exchange.transport);
  const Members any = by_client | by_server;
  const Members both =
      any & (by_client | all.client.indifferent) & (by_server | all.server.indifferent);
  return {.by_both = both, .by_one = Members{any}.remove(both)};
}

bool Shortlist::contains(const Exchange& exchange, const Recognizer& recognizer) const {
  return any_of(exchange, [&](const Recognizer& candidate) { return &candidate == &recognizer; });
}

}  // namespace oddport
