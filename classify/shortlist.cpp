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

}  // namespace

Shortlist::Shortlist(std::span<const Recognizer* const> recognizers)
    : tcp_(entered(recognizers, Transport::tcp)), udp_(entered(recognizers, Transport::udp)) {}

// Most admit any value at most places: whom all values leave in question is found out once for each place.
template <typename OpeningOf>
void Shortlist::OfSide::enter(std::size_t recognizers, OpeningOf&& opening_of) {
  for (std::size_t place = 0; place < Opening::places; ++place) {
    ByValue& values = by_place[place];
    Members any_value;
    for (std::size_t n = 0; n < recognizers; ++n)
      if (opening_of(n).at(place) == ByteSet::all()) any_value.add(n);
    values.fill(any_value);
    for (std::size_t n = 0; n < recognizers; ++n)
      if (const ByteSet& admitted = opening_of(n).at(place); admitted != ByteSet::all())
        admitted.for_each([&](unsigned char value) { values[value].add(n); });
  }
  for (std::size_t n = 0; n < recognizers; ++n)
    if (opening_of(n).is_empty()) indifferent.add(n);
}

Shortlist::OfTransport Shortlist::entered(std::span<const Recognizer* const> recognizers,
                                          Transport transport) {
  struct Entrant {
    const Recognizer* recognizer;
    double share;
  };
  std::vector<Entrant> entrants;
  for (const Recognizer* recognizer : recognizers)
    if (oddport::contains(recognizer->transports, transport))
      entrants.push_back({recognizer, share_admitted(recognizer->openings(transport))});
  if (entrants.size() > capacity)
    throw std::length_error("more recognizers than a shortlist holds");
  std::ranges::stable_sort(entrants, {}, &Entrant::share);
  OfTransport all;
  for (const Entrant& entrant : entrants) {
    if (entrant.recognizer->joins_late) all.joining_late.add(all.recognizers.size());
    all.recognizers.push_back(entrant.recognizer);
  }
  const auto openings_of = [&](std::size_t n) -> const Openings& {
    return all.recognizers[n]->openings(transport);
  };
  all.client.enter(entrants.size(),
                   [&](std::size_t n) -> const Opening& { return openings_of(n).client; });
  all.server.enter(entrants.size(),
                   [&](std::size_t n) -> const Opening& { return openings_of(n).server; });
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
