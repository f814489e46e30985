#include "probe/transcript.h"

#include <algorithm>

namespace oddport {

void Transcript::add(Side from, Bytes bytes, Time when) {
  Spoken& side = sides_[index(from)];
  if (first_ == 0) first_ = when;
  last_ = std::max(last_, when);
  ++side.traffic.packets;
  side.traffic.bytes += bytes.size();
  const std::size_t offset = side.kept.size();
  const Bytes kept = bytes.substr(0, capacity - offset);
  const bool same_turn =
      transport_ == Transport::tcp && !turns_.empty() && turns_.back().from == from;
  if (same_turn) {
    turns_.back().size += kept.size();
    turns_.back().wire_length += bytes.size();
  } else if (turns_.size() < max_turns && (!kept.empty() || transport_ == Transport::udp)) {
    turns_.push_back({from, offset, kept.size(), bytes.size()});
  } else {
    return;
  }
  side.kept += kept;
}

void Transcript::tell(Observation& observation) const {
  observation.transport = transport_;
  if (first_ != 0) {
    observation.first = first_;
    observation.last = last_;
  }
  observation.from_client = sides_[0].traffic;
  observation.from_server = sides_[1].traffic;
  observation.messages.clear();
  for (const Turn& turn : turns_)
    observation.messages.push_back(
        {turn.from, said(turn.from).substr(turn.offset, turn.size), turn.wire_length});
  Exchange& exchange = observation.exchange;
  exchange = {};
  exchange.transport = transport_;
  exchange.messages = observation.messages;
  exchange.one_sided = sides_[0].traffic.packets == 0 || sides_[1].traffic.packets == 0;
  if (transport_ == Transport::tcp) {
    exchange.client = said(Side::client);
    exchange.server = said(Side::server);
    exchange.one_sided = false;
  } else {
    exchange.client = exchange.nth(Side::client, 0).bytes;
    exchange.server = exchange.nth(Side::server, 0).bytes;
  }
}

}  // namespace oddport
