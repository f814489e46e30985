// The records of a classic capture, read in several places at once.
//
// Where a record ends stands in its header, so reading one after the other waits for memory at each. Here several chains of
// records, each begun where a record plausibly begins, wait together. The records of a chain count only if the chain before
// it ended exactly where it begins; else that stretch is read again from there. What comes out is what reading one after the
// other gives, whatever the bytes are.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/fixed_field.h"
#include "capture/packet_source.h"
#include "capture/port_peek.h"

namespace oddport {

// Layout and units: see pcap_reader.cpp.
inline constexpr std::size_t record_header_size = 16;

class RecordChains {
 public:
  // What one reading came to.
  struct Reading {
    Passed passed;
    std::size_t consumed = 0;
  };

  // Reads Ethernet packets from the front of `bytes`, which begin with a record, as far as whole records of at most `limit`
  // bytes follow each other, and appends those that may touch a port to `selection`, in order. `order` is the file's, `tick`
  // its unit of time in nanoseconds.
  template <std::endian order, Time tick>
  Reading read(Bytes bytes, std::uint32_t limit, const PortSet& to_decode,
               std::vector<Packet>& selection) {
    bytes_ = bytes.substr(0, chains_.size() * longest_stretch);
    limit_ = limit;
    to_decode_ = &to_decode;
    begin_chains<order, tick>();
    follow_all<order, tick>();
    return join<order, tick>(selection);
  }

 private:
  // Long enough that finding a record costs nothing, short enough that a group of stretches stays in the cache.
  static constexpr std::size_t longest_stretch = std::size_t{64} << 10;

  // Reads the records that begin in [begin, end).
  struct Chain {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t at = 0;
    bool stopped = false;  // at a record that is not whole, or damaged
    std::size_t packets = 0;
    std::vector<Packet> selection;

    void start(std::size_t from, std::size_t to) {
      begin = at = from;
      end = to;
      stopped = false;
      packets = 0;
      selection.clear();
    }
    void stop() {
      stopped = true;
      end = at;
    }
    bool goes_on() const { return at < end; }
    std::size_t bytes() const { return at - begin - packets * record_header_size; }
  };

  template <std::endian order, Time tick>
  void begin_chains() {
    const std::size_t stretch = bytes_.size() / chains_.size();
    for (std::size_t n = 0; n < chains_.size(); ++n) {
      const std::size_t from = n * stretch;
      const std::size_t to = n + 1 < chains_.size() ? from + stretch : bytes_.size();
      chains_[n].start(n == 0 ? 0 : find_record<order, tick>(from, to), to);
    }
  }

  template <std::endian order, Time tick>
  void follow_all() {
    for (bool any = true; any;) {
      any = false;
      for (Chain& chain : chains_) {
        if (!chain.goes_on()) continue;
        step<order, tick>(chain);
        any = true;
      }
    }
  }

  template <std::endian order, Time tick>
  Reading join(std::vector<Packet>& selection) {
    Reading reading;
    for (Chain& chain : chains_) {
      if (chain.end <= reading.consumed) continue;  // a record reaches over all of it
      if (chain.begin != reading.consumed) {
        chain.start(reading.consumed, chain.end);
        while (chain.goes_on()) step<order, tick>(chain);
      }
      reading.consumed = chain.at;
      reading.passed.packets += chain.packets;
      reading.passed.bytes += chain.bytes();
      selection.insert(selection.end(), chain.selection.begin(), chain.selection.end());
      if (chain.stopped) break;
    }
    return reading;
  }

  template <std::endian order, Time tick>
  void step(Chain& chain) const {
    const Bytes rest = bytes_.substr(chain.at);
    if (rest.size() < record_header_size) return chain.stop();
    const std::size_t captured = field_at<order, std::uint32_t>(rest, 8);
    const std::size_t size = record_header_size + captured;
    if (captured > limit_ || size > rest.size()) return chain.stop();
    // The next header, and the ports behind it.
    __builtin_prefetch(rest.substr(size).data());
    __builtin_prefetch(rest.substr(std::min(size + 50, rest.size())).data());
    const Bytes frame = rest.substr(record_header_size, captured);
    if (frame_may_touch(frame, *to_decode_)) [[unlikely]]
      chain.selection.push_back(packet_at<order, tick>(rest, frame));
    ++chain.packets;
    chain.at += size;
  }

  template <std::endian order, Time tick>
  static Packet packet_at(Bytes record, Bytes frame) {
    const auto seconds = field_at<order, std::uint32_t>(record, 0);
    const auto ticks = field_at<order, std::uint32_t>(record, 4);
    const auto on_wire = field_at<order, std::uint32_t>(record, 12);
    return {frame, std::max(static_cast<std::uint32_t>(frame.size()), on_wire), LinkType::ethernet,
            Time{seconds} * 1'000'000'000 + Time{ticks} * tick};
  }

  // Where a record plausibly begins; `to` where none does.
  template <std::endian order, Time tick>
  std::size_t find_record(std::size_t from, std::size_t to) const {
    const auto seconds = field_at<order, std::uint32_t>(bytes_, 0);
    for (std::size_t at = from; at < to; ++at)
      if (is_plausible<order, tick>(at, seconds) &&
          is_plausible<order, tick>(end_of<order>(at), seconds))
        return at;
    return to;
  }

  template <std::endian order>
  std::size_t end_of(std::size_t at) const {
    return at + record_header_size + field_at<order, std::uint32_t>(bytes_, at + 8);
  }

  template <std::endian order, Time tick>
  bool is_plausible(std::size_t at, std::uint32_t seconds) const {
    constexpr std::uint32_t day = 86'400;
    if (at > bytes_.size() || bytes_.size() - at < record_header_size) return false;
    if (field_at<order, std::uint32_t>(bytes_, at) - seconds + day > 2 * day) return false;
    const auto captured = field_at<order, std::uint32_t>(bytes_, at + 8);
    return captured != 0 && captured <= limit_ &&
           captured <= field_at<order, std::uint32_t>(bytes_, at + 12) &&
           field_at<order, std::uint32_t>(bytes_, at + 4) < 1'000'000'000 / tick;
  }

  Bytes bytes_;
  std::uint32_t limit_ = 0;
  const PortSet* to_decode_ = nullptr;
  std::array<Chain, 8> chains_;
};

}  // namespace oddport
