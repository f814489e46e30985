#include "capture/flow.h"

namespace oddport {

namespace {

constexpr std::size_t max_messages = 32;

}  // namespace

void Direction::reset() {
  traffic = {};
  head.reset();
  finished = false;
}

void Flow::begin(const Segment& segment, std::string_view from) {
  key = FlowKey::of(segment);
  for (Direction& direction : directions) direction.reset();
  marks.clear();
  marks.reserve(4);
  rhythm = {};
  opener = talker = -1;
  has_syn = reset = ongoing = false;
  first_sender = static_cast<int>(direction_of(segment));
  origin = from;
  first = last = segment.time;
}

void Flow::add(const Segment& segment) {
  const std::size_t from = direction_of(segment);
  const bool reset_text = key.transport == Transport::tcp && segment.has(TcpFlags::rst);
  const std::uint32_t length = reset_text ? 0 : segment.payload_length;  // not application data
  first = std::min(first, segment.time);
  last = std::max(last, segment.time);
  ++directions[from].traffic.packets;
  directions[from].traffic.bytes += length;
  if (length > 0) {
    if (talker < 0) talker = static_cast<int>(from);
    if (talker == static_cast<int>(from)) rhythm.add(segment.time);
  }
  if (key.transport == Transport::tcp)
    add_tcp(segment, from);
  else
    add_udp(segment, from);
}

// A SYN tells both who opens and where the stream begins.
void Flow::open(const Segment& segment, std::size_t from) {
  const bool is_answer = segment.has(TcpFlags::ack);
  opener = static_cast<int>(is_answer ? 1 - from : from);
  directions[from].head.start(segment.sequence + 1, true);
  if (is_answer) {
    directions[1 - from].head.start(segment.acknowledgment, true);
  } else {
    has_syn = true;
    syn_sequence = segment.sequence;
  }
}

void Flow::add_tcp(const Segment& segment, std::size_t from) {
  if (segment.has(TcpFlags::rst)) {
    reset = true;
    return;
  }
  if (segment.has(TcpFlags::syn)) open(segment, from);
  if (segment.has(TcpFlags::fin)) directions[from].finished = true;
  if (segment.payload_length == 0) return;
  Direction& direction = directions[from];
  const std::uint32_t sequence = segment.sequence + (segment.has(TcpFlags::syn) ? 1 : 0);
  const std::size_t offset = direction.head.contiguous().size();
  const auto gain = direction.head.add(sequence, segment.payload, segment.payload_length);
  note_message(from, offset, gain.bytes, gain.claimed);
}

void Flow::add_udp(const Segment& segment, std::size_t from) {
  StreamHead& kept = directions[from].head;
  const std::size_t offset = kept.contiguous().size();
  if (offset >= StreamHead::capacity || marks.size() >= max_messages) return;
  const std::size_t size = kept.append_datagram(segment.payload);
  marks.push_back({static_cast<std::uint8_t>(from), static_cast<std::uint32_t>(offset),
                   static_cast<std::uint32_t>(size), segment.payload_length});
}

// A turn grows while its side goes on speaking.
void Flow::note_message(std::size_t from, std::size_t offset, std::size_t size,
                        std::size_t wire_length) {
  if (!marks.empty() && marks.back().direction == from) {
    Mark& turn = marks.back();
    turn.size += static_cast<std::uint32_t>(size);
    turn.wire_length += static_cast<std::uint32_t>(wire_length);
    // Bytes beyond a hole may have been claimed in an earlier turn and join the stream in this one.
    turn.wire_length = std::max(turn.wire_length, turn.size);
  } else if (size > 0 && marks.size() < max_messages) {
    marks.push_back({static_cast<std::uint8_t>(from), static_cast<std::uint32_t>(offset),
                     static_cast<std::uint32_t>(size),
                     static_cast<std::uint32_t>(std::max(size, wire_length))});
  }
}

// A SYN with another sequence number on a connection that was in use is a new connection on the same ports.
bool Flow::restarted_by(const Segment& segment) const {
  if (key.transport != Transport::tcp || !segment.has(TcpFlags::syn) || segment.has(TcpFlags::ack))
    return false;
  if (has_syn && segment.sequence == syn_sequence) return false;
  return closed() || talker >= 0;
}

Flow Flow::copy() const {
  Flow other;
  other.key = key;
  for (std::size_t i = 0; i < directions.size(); ++i)
    other.directions[i] = {directions[i].traffic, directions[i].head.copy(),
                           directions[i].finished};
  other.marks = marks;
  other.origin = origin;
  other.first = first;
  other.last = last;
  other.rhythm = rhythm;
  other.first_sender = first_sender;
  other.opener = opener;
  other.talker = talker;
  other.syn_sequence = syn_sequence;
  other.has_syn = has_syn;
  other.reset = reset;
  other.ongoing = true;
  return other;
}

void Flow::tell(Observation& observation) const {
  const auto client = static_cast<std::size_t>(opener < 0 ? first_sender : opener);
  const Direction& mine = directions[client];
  const Direction& theirs = directions[1 - client];
  observation.source = Source::capture;
  observation.origin = origin;
  observation.transport = key.transport;
  observation.client = client == 0 ? key.low : key.high;
  observation.server = client == 0 ? key.high : key.low;
  observation.basis = opener < 0 ? RoleBasis::first_packet : RoleBasis::handshake;
  observation.first = first;
  observation.last = last;
  observation.from_client = mine.traffic;
  observation.from_server = theirs.traffic;
  observation.rhythm = rhythm;
  observation.ongoing = ongoing;
  observation.messages.clear();
  for (const Mark& mark : marks) {
    const Bytes all = directions[mark.direction].head.contiguous();
    observation.messages.push_back({mark.direction == client ? Side::client : Side::server,
                                    all.substr(mark.offset, mark.size), mark.wire_length});
  }
  Exchange& exchange = observation.exchange;
  exchange = {};
  exchange.transport = key.transport;
  exchange.messages = observation.messages;
  exchange.one_sided = mine.traffic.packets == 0 || theirs.traffic.packets == 0;
  if (key.transport == Transport::tcp) {
    exchange.client = mine.head.contiguous();
    exchange.server = theirs.head.contiguous();
    exchange.client_from_start = mine.head.from_syn();
    exchange.server_from_start = theirs.head.from_syn();
  } else {
    exchange.client = exchange.nth(Side::client, 0).bytes;
    exchange.server = exchange.nth(Side::server, 0).bytes;
  }
}

}  // namespace oddport
