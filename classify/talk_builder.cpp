#include "classify/talk_builder.h"

#include <algorithm>

namespace oddport {

// Room for all that is ever kept, so that no view into it becomes stale.
TalkBuilder::TalkBuilder() {
  for (Spoken& side : sides_) side.kept.reserve(most_bytes);
}

void TalkBuilder::clear() {
  for (Spoken& side : sides_) {
    side.kept.clear();
    side.traffic = {};
  }
  pieces_.clear();
}

void TalkBuilder::add(Side from, Bytes bytes, std::size_t wire_length) {
  Spoken& side = sides_[static_cast<std::size_t>(from)];
  ++side.traffic.packets;
  side.traffic.bytes += wire_length;
  if (pieces_.size() >= most_pieces) return;
  const std::size_t offset = side.kept.size();
  side.kept += bytes.substr(0, most_bytes - offset);
  pieces_.push_back({from, offset, side.kept.size() - offset, wire_length});
}

void TalkBuilder::tell(Observation& seen) const {
  seen.from_client = of(Side::client).traffic;
  seen.from_server = of(Side::server).traffic;
  seen.messages.clear();
  seen.exchange = {};
  seen.exchange.transport = seen.transport;
  if (seen.transport == Transport::tcp)
    tell_turns(seen);
  else
    tell_datagrams(seen);
  seen.exchange.messages = seen.messages;
}

void TalkBuilder::tell_datagrams(Observation& seen) const {
  Exchange& exchange = seen.exchange;
  std::array<bool, 2> spoke{};
  for (const Piece& piece : pieces_) {
    if (piece.offset >= most_bytes || seen.messages.size() >= most_messages) continue;
    bool& before = spoke[static_cast<std::size_t>(piece.from)];
    if (!before) (piece.from == Side::client ? exchange.client : exchange.server) = bytes_of(piece);
    before = true;
    seen.messages.push_back({piece.from, bytes_of(piece), piece.wire_length});
  }
  exchange.one_sided = seen.from_client.packets == 0 || seen.from_server.packets == 0;
}

// A side's pieces lie one behind the other, so that a turn of several is one stretch of its bytes.
void TalkBuilder::tell_turns(Observation& seen) const {
  std::array<std::size_t, 2> shown{};  // of a side's bytes
  std::array<bool, 2> gap{};
  for (const Piece& piece : pieces_) {
    const auto side = static_cast<std::size_t>(piece.from);
    const std::size_t size = gap[side] ? 0 : piece.size;
    const Bytes kept = of(piece.from).kept;
    if (!seen.messages.empty() && seen.messages.back().from == piece.from) {
      Message& turn = seen.messages.back();
      turn.bytes = kept.substr(shown[side] - turn.bytes.size(), turn.bytes.size() + size);
      turn.wire_length += piece.wire_length;
    } else if (size > 0 && seen.messages.size() < most_messages) {
      seen.messages.push_back({piece.from, kept.substr(shown[side], size), piece.wire_length});
    }
    shown[side] += size;
    if (piece.size < piece.wire_length) gap[side] = true;
  }
  seen.exchange.client = Bytes(of(Side::client).kept).substr(0, shown[0]);
  seen.exchange.server = Bytes(of(Side::server).kept).substr(0, shown[1]);
}

}  // namespace oddport
