#include "triage/families.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <unordered_map>

#include "classify/text.h"

namespace oddport {

namespace {

constexpr std::size_t looked_at = 32;  // bytes of a first message
constexpr std::size_t turns_looked_at = 4;
constexpr double alike_from = 0.45;
constexpr std::size_t core_sample = 64;  // members that say what a family has in common
constexpr double core_share = 0.9;
constexpr int rounds = 3;

enum class Trait : std::uint8_t { turns, made_of, byte_at, length_field, size, last_byte };

// One trait of an exchange, as a number, and how much it says by itself.
struct Mark {
  std::uint64_t key = 0;
  double weight = 0;
};

std::uint64_t key_of(Trait trait, Side side, std::uint64_t place, std::uint64_t value) {
  return static_cast<std::uint64_t>(trait) << 60 | static_cast<std::uint64_t>(side) << 59 |
         place << 40 | value;
}

std::uint64_t number_at(Bytes bytes, std::size_t offset, std::size_t width, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    const std::size_t place = offset + (big_endian ? i : width - 1 - i);
    value = value << 8 | static_cast<unsigned char>(bytes[place]);
  }
  return value;
}

void mark_length_fields(const Message& message, std::vector<Mark>& marks) {
  constexpr std::size_t farthest = 8;
  constexpr std::size_t least_behind = 4;
  for (std::size_t offset = 0; offset <= farthest; ++offset) {
    for (const std::size_t width : {std::size_t{2}, std::size_t{4}}) {
      const std::size_t end = offset + width;
      if (end > message.bytes.size() || message.wire_length < end + least_behind) continue;
      for (const bool big : {false, true}) {
        const std::uint64_t value = number_at(message.bytes, offset, width, big);
        const bool all = value == message.wire_length;
        if (!all && value != message.wire_length - end) continue;
        marks.push_back({key_of(Trait::length_field, message.from, offset,
                                width << 2 | (big ? 2u : 0u) | (all ? 1u : 0u)),
                         4});
      }
    }
  }
}

std::uint64_t made_of(Bytes bytes) {
  if (bytes.empty()) return 0;
  const auto printable = static_cast<double>(std::ranges::count_if(bytes, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return is_printable(octet) || (octet >= '\t' && octet <= '\r');
  }));
  const double share = printable / static_cast<double>(bytes.size());
  return share > 0.97 ? 1 : share > 0.7 ? 2 : 3;
}

void mark_side(const Exchange& exchange, Side side, std::vector<Mark>& marks) {
  Message message = exchange.nth(side, 0);
  message.from = side;
  if (message.bytes.empty()) {
    message.bytes = exchange.said(side);
    message.wire_length = message.bytes.size();
  }
  marks.push_back({key_of(Trait::made_of, side, 0, made_of(message.bytes)), 2});
  if (message.bytes.empty()) return;
  for (std::size_t i = 0; i < std::min(message.bytes.size(), looked_at); ++i) {
    const auto octet = static_cast<unsigned char>(message.bytes[i]);
    marks.push_back({key_of(Trait::byte_at, side, i, octet), octet == 0 ? 0.6 : 1.0});
  }
  mark_length_fields(message, marks);
  marks.push_back({key_of(Trait::size, side, 0, message.wire_length & 0xffffffff), 3});
  if (message.is_whole())
    marks.push_back(
        {key_of(Trait::last_byte, side, 0, static_cast<unsigned char>(message.bytes.back())), 1});
}

std::vector<Mark> marks_of(const Exchange& exchange) {
  std::vector<Mark> marks;
  std::uint64_t turns = 0;
  for (std::size_t i = 0; i < std::min(exchange.messages.size(), turns_looked_at); ++i)
    turns |= (exchange.messages[i].from == Side::client ? 1u : 2u) << (2 * i);
  marks.push_back({key_of(Trait::turns, Side::client, 0, turns), 2});
  mark_side(exchange, Side::client, marks);
  mark_side(exchange, Side::server, marks);
  return marks;
}

using Items = std::vector<std::uint32_t>;  // ascending

struct Cluster {
  std::vector<std::size_t> members;
  Items core;
  double core_weight = 0;
  std::size_t standing = 0;  // members before they are dealt out anew
};

class Clustering {
 public:
  explicit Clustering(std::span<const Exchange> exchanges) { index(exchanges); }

  std::vector<Family> run() {
    gather();
    for (int round = 0; round < rounds; ++round) {
      merge();
      deal_out();
    }
    return families();
  }

 private:
  void index(std::span<const Exchange> exchanges);
  void gather();
  void merge();
  void deal_out();
  std::vector<Family> families() const;
  double weight_of(const Items& items) const {
    return std::accumulate(items.begin(), items.end(), 0.0,
                           [this](double sum, std::uint32_t item) { return sum + weights_[item]; });
  }
  double shared(const Items& a, const Items& b) const;
  double likeness(std::size_t flow, const Cluster& cluster, std::size_t size) const;
  bool belong_together(const Cluster& smaller, const Cluster& larger) const;
  void settle_core(Cluster& cluster) const;

  std::vector<double> weights_;  // by item
  std::vector<Items> flows_;
  std::vector<double> flow_weights_;
  std::vector<Cluster> clusters_;
};

// What hardly any flow has says nothing of families, and what nearly all have says little: a mark weighs by how rare it is, in bits, within bounds.
void Clustering::index(std::span<const Exchange> exchanges) {
  struct Count {
    std::uint32_t item = 0;
    std::size_t flows = 0;
    double weight = 0;
  };
  std::unordered_map<std::uint64_t, Count> counts;
  std::vector<std::vector<Mark>> marks;
  marks.reserve(exchanges.size());
  for (const Exchange& exchange : exchanges) {
    for (const Mark& mark : marks.emplace_back(marks_of(exchange))) {
      Count& count = counts[mark.key];
      ++count.flows;
      count.weight = mark.weight;
    }
  }
  const std::size_t least = std::max<std::size_t>(3, exchanges.size() / 200);
  for (auto& [key, count] : counts) {
    if (count.flows < least) continue;
    const double bits =
        std::log2(static_cast<double>(exchanges.size()) / static_cast<double>(count.flows));
    count.item = static_cast<std::uint32_t>(weights_.size());
    weights_.push_back(count.weight * std::clamp(bits, 0.5, 4.0));
  }
  for (const auto& all : marks) {
    Items& items = flows_.emplace_back();
    for (const Mark& mark : all)
      if (const Count& count = counts.at(mark.key); count.flows >= least)
        items.push_back(count.item);
    std::ranges::sort(items);
    flow_weights_.push_back(weight_of(items));
  }
}

double Clustering::shared(const Items& a, const Items& b) const {
  double sum = 0;
  auto left = a.begin();
  auto right = b.begin();
  while (left != a.end() && right != b.end()) {
    if (*left == *right) {
      sum += weights_[*left];
      ++left;
      ++right;
    } else if (*left < *right) {
      ++left;
    } else {
      ++right;
    }
  }
  return sum;
}

// As Jaccard has it, but what a flow has beyond the family's core counts little: fields vary.
double Clustering::likeness(std::size_t flow, const Cluster& cluster, std::size_t size) const {
  if (cluster.core_weight <= 0) return 0;
  const double common = shared(flows_[flow], cluster.core);
  const double beyond = flow_weights_[flow] - common;
  return common / (cluster.core_weight + (size > 3 ? 0.3 : 0.15) * beyond);
}

void Clustering::settle_core(Cluster& cluster) const {
  std::unordered_map<std::uint32_t, std::size_t> counts;
  const std::size_t sample = std::min(cluster.members.size(), core_sample);
  for (std::size_t i = cluster.members.size() - sample; i < cluster.members.size(); ++i)
    for (const std::uint32_t item : flows_[cluster.members[i]]) ++counts[item];
  cluster.core.clear();
  for (const auto& [item, count] : counts)
    if (static_cast<double>(count) >= core_share * static_cast<double>(sample))
      cluster.core.push_back(item);
  std::ranges::sort(cluster.core);
  cluster.core_weight = weight_of(cluster.core);
}

void Clustering::gather() {
  for (std::size_t flow = 0; flow < flows_.size(); ++flow) {
    Cluster* best = nullptr;
    double best_likeness = alike_from;
    for (Cluster& cluster : clusters_) {
      const double alike = likeness(flow, cluster, cluster.members.size());
      if (alike < best_likeness) continue;
      best = &cluster;
      best_likeness = alike;
    }
    if (best == nullptr) {
      clusters_.push_back({.members = {flow},
                           .core = flows_[flow],
                           .core_weight = flow_weights_[flow],
                           .standing = 1});
      continue;
    }
    best->members.push_back(flow);
    if (best->members.size() < core_sample || best->members.size() % 16 == 0) settle_core(*best);
  }
}

bool Clustering::belong_together(const Cluster& smaller, const Cluster& larger) const {
  constexpr double from = alike_from + 0.05;
  if (smaller.members.size() < 4)
    return std::ranges::any_of(smaller.members, [&](std::size_t flow) {
      return likeness(flow, larger, larger.members.size()) >= from;
    });
  const double common = shared(smaller.core, larger.core);
  const double all = smaller.core_weight + larger.core_weight - common;
  return all > 0 && common / all >= from;
}

void Clustering::merge() {
  std::ranges::stable_sort(clusters_, std::ranges::greater{},
                           [](const Cluster& cluster) { return cluster.members.size(); });
  std::vector<Cluster> merged;
  for (Cluster& cluster : clusters_) {
    const auto home = std::ranges::find_if(
        merged, [&](const Cluster& larger) { return belong_together(cluster, larger); });
    if (home == merged.end()) {
      merged.push_back(std::move(cluster));
      continue;
    }
    home->members.insert(home->members.end(), cluster.members.begin(), cluster.members.end());
    settle_core(*home);
  }
  clusters_ = std::move(merged);
}

// Every flow goes to the family that it is most like, now that all are known; one that is like none stays where it was.
void Clustering::deal_out() {
  std::vector<std::size_t> homes(flows_.size());
  for (std::size_t i = 0; i < clusters_.size(); ++i) {
    for (const std::size_t flow : clusters_[i].members) homes[flow] = i;
    clusters_[i].standing = clusters_[i].members.size();
    clusters_[i].members.clear();
  }
  for (std::size_t flow = 0; flow < flows_.size(); ++flow) {
    double best_likeness = alike_from / 2;
    for (std::size_t i = 0; i < clusters_.size(); ++i) {
      const double alike = likeness(flow, clusters_[i], clusters_[i].standing);
      if (alike <= best_likeness) continue;
      best_likeness = alike;
      homes[flow] = i;
    }
    clusters_[homes[flow]].members.push_back(flow);
  }
  std::erase_if(clusters_, [](const Cluster& cluster) { return cluster.members.empty(); });
  for (Cluster& cluster : clusters_) settle_core(cluster);
}

std::vector<Family> Clustering::families() const {
  std::vector<Family> all;
  for (const Cluster& cluster : clusters_) {
    Family family{.members = cluster.members, .likeness = 0};
    std::size_t best = 0;
    double best_likeness = -1;
    for (std::size_t i = 0; i < family.members.size(); ++i) {
      const double alike = likeness(family.members[i], cluster, family.members.size());
      family.likeness += alike / static_cast<double>(family.members.size());
      if (alike <= best_likeness) continue;
      best_likeness = alike;
      best = i;
    }
    std::swap(family.members.front(), family.members[best]);
    all.push_back(std::move(family));
  }
  return all;
}

void add_families(std::span<const Exchange> exchanges, Transport transport,
                  std::vector<Family>& all) {
  std::vector<std::size_t> places;
  std::vector<Exchange> ours;
  for (std::size_t i = 0; i < exchanges.size(); ++i) {
    if (exchanges[i].transport != transport) continue;
    places.push_back(i);
    ours.push_back(exchanges[i]);
  }
  if (ours.empty()) return;
  for (Family& family : Clustering(ours).run()) {
    for (std::size_t& member : family.members) member = places[member];
    all.push_back(std::move(family));
  }
}

}  // namespace

std::vector<Family> find_families(std::span<const Exchange> exchanges) {
  std::vector<Family> all;
  for (const Transport transport : {Transport::tcp, Transport::udp})
    add_families(exchanges, transport, all);
  std::ranges::stable_sort(all, std::ranges::greater{},
                           [](const Family& family) { return family.members.size(); });
  return all;
}

}  // namespace oddport
