#include "capture/stream_head.h"

#include <algorithm>
#include <utility>

namespace oddport {

StreamHead StreamHead::copy() const {
  StreamHead other;
  other.head_ = head_;
  other.claimed_end_ = claimed_end_;
  other.first_sequence_ = first_sequence_;
  other.started_ = started_;
  other.from_syn_ = from_syn_;
  return other;
}

void StreamHead::start(std::uint32_t first_sequence, bool from_syn) {
  if (started_) return;
  first_sequence_ = first_sequence;
  from_syn_ = from_syn;
  started_ = true;
}

void StreamHead::reset() {
  std::string kept = std::move(head_);
  kept.clear();
  *this = {};
  head_ = std::move(kept);
}

StreamHead::Gain StreamHead::add(std::uint32_t sequence, Bytes payload, std::uint32_t length) {
  start(sequence, false);
  // Signed, so that a segment from before the first byte, or one beyond a wrap, is told from one ahead.
  const auto ahead = static_cast<std::int32_t>(sequence - first_sequence_);
  if (ahead < 0) {
    const auto before = static_cast<std::uint32_t>(-static_cast<std::int64_t>(ahead));
    if (before >= length) return {};
    payload.remove_prefix(std::min<std::size_t>(before, payload.size()));
    length -= before;
  }
  const auto offset = static_cast<std::size_t>(std::max(ahead, 0));
  const std::size_t had = head_.size();
  const auto end = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(offset + std::uint64_t{length}, UINT32_MAX));
  const std::uint32_t claimed = end > claimed_end_ ? end - claimed_end_ : 0;
  claimed_end_ = std::max(claimed_end_, end);
  if (offset < capacity && !payload.empty()) {
    payload = payload.substr(0, capacity - offset);
    if (offset == had && pieces_ == nullptr) {
      append(payload);
    } else {
      keep_for_later(offset, payload);
      join_pieces();
    }
  }
  return {head_.size() - had, claimed};
}

std::size_t StreamHead::append_datagram(Bytes payload) {
  const Bytes fitting = payload.substr(0, capacity - head_.size());
  append(fitting);
  return fitting.size();
}

// Grows fourfold from a size that most conversations never leave, and never beyond the capacity.
void StreamHead::append(Bytes bytes) {
  const std::size_t needed = head_.size() + bytes.size();
  if (needed > head_.capacity())
    head_.reserve(std::min(capacity, std::max({needed, std::size_t{120}, 4 * head_.capacity()})));
  head_.append(bytes);
}

void StreamHead::keep_for_later(std::size_t offset, Bytes payload) {
  const bool all_known = offset + payload.size() <= head_.size();
  // One place stays free for the segment that closes the hole.
  const bool closes_hole = offset <= head_.size();
  if (all_known) return;
  if (pieces_ == nullptr) pieces_ = std::make_unique<std::vector<Piece>>();
  if (pieces_->size() >= max_pieces + (closes_hole ? 1 : 0)) return;
  pieces_->push_back({offset, std::string(payload)});
}

void StreamHead::join_pieces() {
  if (pieces_ == nullptr) return;
  for (;;) {
    const std::size_t at = head_.size();
    const auto next = std::ranges::find_if(
        *pieces_, [at](const Piece& piece) { return piece.offset <= at && at < piece.end(); });
    if (next == pieces_->end()) break;
    // Bytes that an earlier arrival also holds are left to it: the first copy stays.
    std::size_t stop = next->end();
    for (auto earlier = pieces_->begin(); earlier != next; ++earlier)
      if (earlier->offset > at) stop = std::min(stop, earlier->offset);
    append(Bytes(next->bytes).substr(at - next->offset, stop - at));
  }
  std::erase_if(*pieces_, [this](const Piece& piece) { return piece.end() <= head_.size(); });
  if (pieces_->empty()) pieces_ = nullptr;
}

}  // namespace oddport
