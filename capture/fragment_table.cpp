#include "capture/fragment_table.h"

#include <algorithm>
#include <utility>

namespace oddport {
namespace {

// Captures may be merged or run backwards: a datagram is as stale long before its first fragment as
// after it.
bool expired(Time first_seen, Time now) {
  const auto from = static_cast<std::uint64_t>(std::min(first_seen, now));
  const auto to = static_cast<std::uint64_t>(std::max(first_seen, now));
  return to - from > static_cast<std::uint64_t>(FragmentTable::timeout);
}

}  // namespace

std::size_t FragmentTable::KeyHash::operator()(const FragmentKey& key) const {
  std::uint64_t hash = key.identification | static_cast<std::uint64_t>(key.protocol) << 32;
  for (const std::uint64_t part :
       {key.source.high(), key.source.low(), key.destination.high(), key.destination.low()}) {
    hash = (hash ^ part) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 32;
  }
  return static_cast<std::size_t>(hash);
}

bool FragmentTable::Assembly::contradicts(const Fragment& fragment) const {
  const std::size_t fragment_end = fragment.offset + fragment.length;
  if (length) return fragment.last ? fragment_end != *length : fragment_end > *length;
  return fragment.last && fragment_end < end;
}

void FragmentTable::Assembly::insert(const Fragment& fragment) {
  const std::size_t fragment_end = fragment.offset + fragment.length;
  if (fragment.offset == 0 && !covered.test(0)) protocol = fragment.protocol;
  if (fragment.last) length = fragment_end;
  end = std::max(end, fragment_end);
  for (std::size_t at = fragment.offset; at < fragment_end; at += block) {
    if (covered.test(at / block)) continue;
    covered.set(at / block);
    if (!handed_out && at < head_size) copy_block(fragment, at);
  }
  while (covered_from_start < covered.size() && covered.test(covered_from_start)) {
    ++covered_from_start;
  }
}

void FragmentTable::Assembly::copy_block(const Fragment& fragment, std::size_t offset) {
  const std::size_t into_fragment = offset - fragment.offset;
  const std::size_t captured = std::min(into_fragment, fragment.captured.size());
  const Bytes piece = fragment.captured.substr(captured, block);
  if (piece.size() < std::min(block, fragment.length - into_fragment)) {
    readable = std::min(readable, offset + piece.size());
  }
  if (piece.empty()) return;
  if (head.size() < offset + piece.size()) head.resize(offset + piece.size());
  head.replace(offset, piece.size(), piece);
}

std::size_t FragmentTable::Assembly::bytes_from_start() const {
  return std::min({covered_from_start * block, end, readable});
}

bool FragmentTable::Assembly::head_complete() const {
  return bytes_from_start() >= std::min(readable, length.value_or(readable));
}

bool FragmentTable::Assembly::complete() const {
  return length && covered_from_start * block >= *length;
}

std::optional<Datagram> FragmentTable::add(const FragmentKey& key, const Fragment& fragment,
                                           Time now) {
  Assembly& assembly = find_or_begin(key, fragment, now);
  if (assembly.contradicts(fragment)) return std::nullopt;
  assembly.insert(fragment);
  if (assembly.handed_out || !assembly.head_complete()) return std::nullopt;
  return hand_out(assembly);
}

FragmentTable::Assembly& FragmentTable::find_or_begin(const FragmentKey& key,
                                                      const Fragment& fragment, Time now) {
  drop_expired(now);
  if (const auto found = index_.find(key); found != index_.end()) {
    const Assembly& assembly = *found->second;
    // A busy sender uses its identifications again long before the time-out.
    const bool anew = fragment.offset == 0 && assembly.complete();
    if (!anew && !expired(assembly.first_seen, now)) return *found->second;
    drop(found->second);
  }
  if (assemblies_.size() == max_datagrams) drop(assemblies_.begin());
  Assembly& begun = assemblies_.emplace_back();
  begun.key = key;
  begun.first_seen = now;
  index_.emplace(key, std::prev(assemblies_.end()));
  return begun;
}

void FragmentTable::drop(Assemblies::iterator assembly) {
  index_.erase(assembly->key);
  assemblies_.erase(assembly);
}

void FragmentTable::drop_expired(Time now) {
  while (!assemblies_.empty() && expired(assemblies_.front().first_seen, now)) {
    drop(assemblies_.begin());
  }
}

Datagram FragmentTable::hand_out(Assembly& assembly) {
  const std::size_t size = assembly.bytes_from_start();
  std::string& head = heads_[next_head_++ % kept_heads];
  head = std::move(assembly.head);
  assembly.head = {};
  assembly.handed_out = true;
  head.resize(size);
  return {assembly.protocol, head, assembly.length.value_or(assembly.end),
          assembly.length.has_value()};
}

}  // namespace oddport
