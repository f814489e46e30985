// Ageing is exact and O(1): each time-out class has its own list in order of last activity, so
// only the heads are ever looked at.
#include "capture/flow_table.h"

#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

namespace oddport {

namespace {

// Packets of one capture may be a little out of order. A file that begins further back than this before the end of the
// one before it is another capture, into which no flow goes on.
constexpr Time max_disorder = 10'000'000;

constexpr std::size_t most_spare = 4096;

}  // namespace

class FlowTable::Implementation {
 public:
  explicit Implementation(FlowLimits limits) : limits_(limits) {}

  const Flow& add(const Segment& segment, std::string_view origin);
  const Flow* find(const FlowKey& key) const;
  void advance(Time now);
  void finish();
  std::list<Flow> take_ended() { return std::exchange(ended_, {}); }
  void reuse(std::list<Flow> flows) {
    if (spare_.size() < most_spare) spare_.splice(spare_.begin(), flows);
  }
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
  void end(Entries::iterator flow);

  FlowLimits limits_;
  FlowCounts counts_;
  std::uint64_t started_ = 0;
  absl::flat_hash_set<Entries::iterator, Hash, Equal> flows_;
  std::array<Entries, ages> by_age_;  // each in order of last activity
  Entries ended_;
  Entries spare_;            // to be begun anew
  std::string_view origin_;  // of the last segment
  Time file_begin_ = 0;      // the clock when that file began
  Time clock_ = 0;
};

const Flow& FlowTable::Implementation::add(const Segment& segment, std::string_view origin) {
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
  return *flow;
}

const Flow* FlowTable::Implementation::find(const FlowKey& key) const {
  const auto found = flows_.find(key);
  return found == flows_.end() ? nullptr : &**found;
}

void FlowTable::Implementation::advance(Time now) {
  clock_ = std::max(clock_, now);
  expire(clock_);
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
  if (spare_.empty()) spare_.emplace_back();
  list.splice(list.end(), spare_, spare_.begin());
  list.back().begin(segment, origin);
  const auto flow = std::prev(list.end());
  flow->number = ++started_;
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

void FlowTable::Implementation::end(Entries::iterator flow) {
  ++counts_.flows;
  flows_.erase(flow);
  ended_.splice(ended_.end(), entries(flow->age()), flow);
}

void FlowTable::Implementation::finish() {
  std::vector<std::pair<Time, Entries::iterator>> left;
  left.reserve(flows_.size());
  for (Entries& list : by_age_)
    for (auto flow = list.begin(); flow != list.end(); ++flow) left.emplace_back(flow->first, flow);
  std::ranges::stable_sort(left, {}, &std::pair<Time, Entries::iterator>::first);
  flows_.clear();
  counts_.flows += left.size();
  for (const auto& [first, flow] : left) ended_.splice(ended_.end(), entries(flow->age()), flow);
}

FlowTable::FlowTable(FlowLimits limits)
    : implementation_(std::make_unique<Implementation>(limits)) {}
FlowTable::~FlowTable() = default;

const Flow& FlowTable::add(const Segment& segment, std::string_view origin) {
  return implementation_->add(segment, origin);
}
const Flow* FlowTable::find(const FlowKey& key) const { return implementation_->find(key); }
void FlowTable::advance(Time now) { implementation_->advance(now); }
void FlowTable::finish() { implementation_->finish(); }
std::list<Flow> FlowTable::take_ended() { return implementation_->take_ended(); }
void FlowTable::reuse(std::list<Flow> flows) { implementation_->reuse(std::move(flows)); }
const FlowCounts& FlowTable::counts() const { return implementation_->counts(); }

}  // namespace oddport
