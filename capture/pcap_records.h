// The records of a classic capture: which of them may touch a port, and where one might begin.
//
// Where a record ends stands in its header, so reading waits for one header after the other: the bytes should lie in a cache, or be
// on their way there.
// Layout and units: see pcap_reader.cpp.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "capture/fixed_field.h"
#include "capture/packet_source.h"
#include "capture/port_peek.h"
#include "capture/prefetch.h"

namespace oddport {

inline constexpr std::size_t record_header_size = 16;

// Headers that lie further apart than this, in bytes, the processor does not fetch by itself early enough: they are asked for that
// much ahead.
inline constexpr std::size_t close_enough = 128;
inline constexpr std::size_t ahead = 1024;

// What one reading came to.
struct RecordsRead {
  Passed passed;
  std::size_t consumed = 0;
};

// The record is whole. `order` is the file's, `tick` its unit of time in nanoseconds.
template <std::endian order, Time tick>
Packet packet_of_record(Bytes record, LinkType link_type) {
  const auto seconds = field_at<order, std::uint32_t>(record, 0);
  const auto ticks = field_at<order, std::uint32_t>(record, 4);
  const auto captured = field_at<order, std::uint32_t>(record, 8);
  const auto on_wire = field_at<order, std::uint32_t>(record, 12);
  return {record.substr(record_header_size, captured), std::max(captured, on_wire), link_type,
          Time{seconds} * 1'000'000'000 + Time{ticks} * tick};
}

// Reads Ethernet packets from the front of `bytes`, which begin with a record, as far as whole records of at most `limit` bytes
// follow each other and begin before `end`, and has `take` called with those that may touch a port.
template <std::endian order, Time tick, typename Take>
RecordsRead select_records(Bytes bytes, std::size_t end, std::uint32_t limit,
                           const PortSet& to_decode, Take&& take) {
  std::size_t packets = 0;
  std::size_t at = 0;
  while (at < end) {
    const Bytes rest = bytes.substr(at);
    if (rest.size() < record_header_size) break;
    const std::size_t captured = field_at<order, std::uint32_t>(rest, 8);
    if (captured > limit || captured > rest.size() - record_header_size) break;
    if (frame_may_touch(rest.substr(record_header_size, captured), to_decode)) [[unlikely]]
      take(packet_of_record<order, tick>(rest, LinkType::ethernet));
    if (captured > close_enough)
      prefetch(bytes.substr(std::min(at + ahead, bytes.size()), record_header_size + captured));
    ++packets;
    at += record_header_size + captured;
  }
  return {{packets, at - packets * record_header_size}, at};
}

// Whether a record could begin at `at`; `seconds` is the time of one nearby.
template <std::endian order, Time tick>
bool may_begin_record(Bytes bytes, std::size_t at, std::uint32_t limit, std::uint32_t seconds) {
  constexpr std::uint32_t day = 86'400;
  if (at > bytes.size() || bytes.size() - at < record_header_size) return false;
  if (field_at<order, std::uint32_t>(bytes, at) - seconds + day > 2 * day) return false;
  const auto captured = field_at<order, std::uint32_t>(bytes, at + 8);
  return captured != 0 && captured <= limit &&
         captured <= field_at<order, std::uint32_t>(bytes, at + 12) &&
         field_at<order, std::uint32_t>(bytes, at + 4) < 1'000'000'000 / tick;
}

// Where in `bytes` a record plausibly begins, with two more behind it; their size where none does.
template <std::endian order, Time tick>
std::size_t find_record(Bytes bytes, std::uint32_t limit) {
  const auto end_of = [bytes](std::size_t at) {
    return at + record_header_size + field_at<order, std::uint32_t>(bytes, at + 8);
  };
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto seconds = field_at<order, std::uint32_t>(bytes, at);
    const std::size_t second = end_of(at);
    if (may_begin_record<order, tick>(bytes, at, limit, seconds) &&
        may_begin_record<order, tick>(bytes, second, limit, seconds) &&
        may_begin_record<order, tick>(bytes, end_of(second), limit, seconds))
      return at;
  }
  return bytes.size();
}

}  // namespace oddport
