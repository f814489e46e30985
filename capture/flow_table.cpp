// The table in three parts: Direction keeps what one side said, Flow pairs two of them, FlowTable finds, ages and
// hands out flows. Ageing is exact and O(1): each time-out class has its own list in order of last activity, so
// only the heads are ever looked at.
#include "capture/flow_table.h"

#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>

#include <algorithm>
#include <array>
#include <list>
#include <utility>
#include <vector>

#include "capture/stream_head.h"

namespace oddport {

namespace {

constexpr std::size_t max_messages = 32;
// Packets of one capture may be a little out of order. A file that begins further back than this before the end of the
// one before it is another capture, into which no flow goes on.
constexpr Time max_disorder = 10'000'000;

struct FlowKey {
  Endpoint low;
  Endpoint high;
  Transport transport;

  static FlowKey of(const Segment& segment) {
    return {std::min(segment.source, segment.destination),
            std::max(segment.source, segment.destination), segment.transport};
  }
  friend bool operator==(const FlowKey&, const FlowKey&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const FlowKey& key) {
    return H::combine(std::move(state), key.low.ip.high(), key.low.ip.low(), key.high.ip.high(),
                      key.high.ip.low(), key.low.port, key.high.port, key.transport);
  }
};

// What one end of a flow sent.
struct Direction {
  Traffic traffic;
  StreamHead head;        // of UDP: the first datagrams, one behind the other
  bool finished = false;  // sent FIN
};

// A message in the making: which direction, and where in that direction's bytes it lies.
struct Mark {
  std::uint8_t direction;
  std::uint32_t offset;
  std::uint32_t size;
  std::uint32_t wire_length;
};

enum class Age : std::uint8_t { udp, tcp_open, tcp_closed };
constexpr std::size_t ages = 3;

struct Flow {
  FlowKey key;
  // directions[0] is the lower end's.
  std::array<Direction, 2> directions;
  std::vector<Mark> marks;
  std::string_view origin;
  Time first = 0;
  Time last = 0;
  Rhythm rhythm;
  int first_sender = 0;
  int opener = -1;  // direction of the SYN, the other one of a SYN-ACK; -1 where neither was seen
  int talker = -1;  // direction that sent payload first
  std::uint32_t syn_sequence = 0;
  bool has_syn = false;
  bool reset = false;

  bool closed() const { return reset || (directions[0].finished && directions[1].finished); }
  Age age() const {
    if (key.transport == Transport::udp) return Age::udp;
    return closed() ? Age::tcp_closed : Age::tcp_open;
  }
  std::size_t direction_of(const Segment& segment) const {
    return segment.source == key.low ? 0 : 1;
  }

  void begin(const Segment& segment, std::string_view from);
  void add(const Segment& segment);
  void add_tcp(const Segment& segment, std::size_t from);
  void add_udp(const Segment& segment, std::size_t from);
  void open(const Segment& segment, std::size_t from);
  void note_message(std::size_t from, std::size_t offset, std::size_t size,
                    std::size_t wire_length);
  bool restarted_by(const Segment& segment) const;
  void tell(Observation& observation) const;
};

void Flow::begin(const Segment& segment, std::string_view from) {
  key = FlowKey::of(segment);
  marks.reserve(4);
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

}  // namespace

class FlowTable::Implementation {
 public:
  Implementation(FlowLimits limits, Sink sink) : limits_(limits), sink_(std::move(sink)) {}

  void add(const Segment& segment, std::string_view origin);
  void finish();
  const FlowCounts& counts() const { return counts_; }

 private:
  using Entries = std::list<Flow>;
  // The key stands in the flow alone; the set finds it there.
  struct KeyOf {
    using is_transparent = void;
    static const FlowKey& key(const FlowKey& key) { return key; }
    static const FlowKey& key(Entries::iterator flow) { return flow->key; }
  };
  struct Hash : KeyOf {
    std::size_t operator()(const auto& flow) const { return absl::HashOf(key(flow)); }
  };
  struct Equal : KeyOf {
    bool operator()(const auto& a, const auto& b) const { return key(a) == key(b); }
  };

  Entries& entries(Age age) { return by_age_[static_cast<std::size_t>(age)]; }
  Time timeout(Age age) const {
    return std::array{limits_.udp_timeout, limits_.tcp_timeout,
                      limits_.tcp_closed_timeout}[static_cast<std::size_t>(age)];
  }
  void begin_file(Time time, std::string_view origin);
  bool goes_on(const Flow& flow, const Segment& segment) const;
  Entries::iterator start(const Segment& segment, std::string_view origin);
  void expire(Time now);
  void evict();
  void hand_out(const Flow& flow);
  void end(Entries::iterator flow);

  FlowLimits limits_;
  Sink sink_;
  FlowCounts counts_;
  absl::flat_hash_set<Entries::iterator, Hash, Equal> flows_;
  std::array<Entries, ages> by_age_;  // each in order of last activity
  Observation observation_;
  std::string_view origin_;  // of the last segment
  Time file_begin_ = 0;      // the clock when that file began
  Time clock_ = 0;
};

void FlowTable::Implementation::add(const Segment& segment, std::string_view origin) {
  if (origin.data() != origin_.data()) begin_file(segment.time, origin);
  clock_ = std::max(clock_, segment.time);
  expire(clock_);

  const FlowKey key = FlowKey::of(segment);
  auto found = flows_.find(key);
  if (found != flows_.end() && !goes_on(**found, segment)) {
    end(*found);
    found = flows_.end();
  }
  const auto flow = found == flows_.end() ? start(segment, origin) : *found;
  const Age before = flow->age();
  flow->add(segment);
  Entries& destination = entries(flow->age());
  destination.splice(destination.end(), entries(before), flow);
}

void FlowTable::Implementation::begin_file(Time time, std::string_view origin) {
  if (!origin_.empty() && time < clock_ - max_disorder) finish();
  if (flows_.empty()) clock_ = time;
  origin_ = origin;
  file_begin_ = clock_;
}

// A flow that the files before this one left behind goes on only with a later packet: copies of one capture, given
// one after the other, are flows of their own.
bool FlowTable::Implementation::goes_on(const Flow& flow, const Segment& segment) const {
  if (flow.restarted_by(segment)) return false;
  const Time gap = segment.time - flow.last;
  const bool left_behind = flow.origin.data() != origin_.data() && flow.last <= file_begin_;
  return gap <= timeout(flow.age()) && (!left_behind || gap > 0);
}

FlowTable::Implementation::Entries::iterator FlowTable::Implementation::start(
    const Segment& segment, std::string_view origin) {
  if (flows_.size() >= limits_.max_flows) evict();
  const Age age = segment.transport == Transport::udp ? Age::udp : Age::tcp_open;
  Entries& list = entries(age);
  list.emplace_back().begin(segment, origin);
  const auto flow = std::prev(list.end());
  flows_.insert(flow);
  return flow;
}

void FlowTable::Implementation::expire(Time now) {
  for (const Age age : {Age::udp, Age::tcp_open, Age::tcp_closed}) {
    Entries& list = entries(age);
    while (!list.empty() && now - list.front().last > timeout(age)) end(list.begin());
  }
}

// The flow that has been quiet longest goes first.
void FlowTable::Implementation::evict() {
  Entries* quietest = nullptr;
  for (Entries& list : by_age_)
    if (!list.empty() && (quietest == nullptr || list.front().last < quietest->front().last))
      quietest = &list;
  if (quietest == nullptr) return;
  ++counts_.evicted;
  end(quietest->begin());
}

void FlowTable::Implementation::hand_out(const Flow& flow) {
  ++counts_.flows;
  flow.tell(observation_);
  sink_(observation_);
}

void FlowTable::Implementation::end(Entries::iterator flow) {
  hand_out(*flow);
  flows_.erase(flow);
  entries(flow->age()).erase(flow);
}

void FlowTable::Implementation::finish() {
  std::vector<const Flow*> left;
  left.reserve(flows_.size());
  for (const Entries& list : by_age_)
    for (const Flow& flow : list) left.push_back(&flow);
  std::ranges::stable_sort(left, {}, [](const Flow* flow) { return flow->first; });
  for (const Flow* flow : left) hand_out(*flow);
  flows_.clear();
  for (Entries& list : by_age_) list.clear();
}

FlowTable::FlowTable(FlowLimits limits, Sink sink)
    : implementation_(std::make_unique<Implementation>(limits, std::move(sink))) {}
FlowTable::~FlowTable() = default;

void FlowTable::add(const Segment& segment, std::string_view origin) {
  implementation_->add(segment, origin);
}
void FlowTable::finish() { implementation_->finish(); }
const FlowCounts& FlowTable::counts() const { return implementation_->counts(); }

}  // namespace oddport
