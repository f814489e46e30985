// Idea: as in pcap_reader.cpp, a pass over the bytes at hand fills a batch and the window moves
// only between passes. The pass is compiled once per byte order; it stops at a section header of
// the other order, and the next pass goes on from there.
//
// Layout (draft-ietf-opsawg-pcapng, section 3.1): type u32, total length u32, body, total length
// u32, with the body padded to 4 bytes. Both lengths must agree, which is what finds damage early.
//
// Tested by tests/capture/pcapng_reader_test.cpp, readers_agree_test.cpp, fuzz/fuzz_reader.cpp.
#include "capture/pcapng_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/fixed_field.h"
#include "capture/pcap_reader.h"

namespace oddport {
namespace {

enum Block : std::uint32_t {
  interface_description = 1,
  obsolete_packet = 2,
  simple_packet = 3,
  enhanced_packet = 6,
  section_header = 0x0a0d0d0a,  // reads the same both ways round
};

enum Option : std::uint16_t { end_of_options = 0, if_tsresol = 9, if_tsoffset = 14 };

constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::size_t smallest_block = 12;
constexpr std::size_t most_interfaces = 65'536;

// Where the fields begin, counted from the start of the block, and where what follows them does.
constexpr std::size_t body_at = 8;
constexpr std::size_t section_fields_end = 24;
constexpr std::size_t interface_fields_end = 16;
constexpr std::size_t packet_fields_end = 28;
constexpr std::size_t simple_packet_fields_end = 12;

template <std::endian order>
std::uint16_t u16_at(Bytes bytes, std::size_t offset) {
  return field_at<order, std::uint16_t>(bytes, offset);
}

template <std::endian order>
std::uint32_t u32_at(Bytes bytes, std::size_t offset) {
  return field_at<order, std::uint32_t>(bytes, offset);
}

template <std::endian order>
std::uint64_t ticks_at(Bytes bytes, std::size_t offset) {
  return std::uint64_t{u32_at<order>(bytes, offset)} << 32 | u32_at<order>(bytes, offset + 4);
}

// The 64-bit fields of options are in the byte order of the section as a whole.
template <std::endian order>
std::int64_t seconds_of(Bytes value) {
  const std::uint64_t first = u32_at<order>(value, 0);
  const std::uint64_t second = u32_at<order>(value, 4);
  return static_cast<std::int64_t>(order == std::endian::big ? first << 32 | second
                                                             : second << 32 | first);
}

// Options that do not add up end the walk; what was understood before stays.
template <std::endian order>
TickClock clock_of(Bytes options) {
  std::uint8_t resolution = 6;
  std::int64_t offset = 0;
  while (options.size() >= 4) {
    const auto code = u16_at<order>(options, 0);
    const std::size_t length = u16_at<order>(options, 2);
    const std::size_t padded = 4 + (length + 3) / 4 * 4;
    if (code == end_of_options || padded > options.size()) break;
    const Bytes value = options.substr(4, length);
    if (code == if_tsresol && length == 1) resolution = static_cast<std::uint8_t>(value.front());
    if (code == if_tsoffset && length == 8) offset = seconds_of<order>(value);
    options.remove_prefix(padded);
  }
  return TickClock(resolution, offset);
}

}  // namespace

PcapngReader::PcapngReader(ByteWindow input, std::string where)
    : input_(std::move(input)), where_(std::move(where)) {}

std::span<const Packet> PcapngReader::next_batch() {
  while (!ended_) {
    count_ = consumed_ = wanted_ = 0;
    const Bytes rest = input_.rest();
    if (order_ == std::endian::big) {
      parse<std::endian::big>(rest);
    } else {
      parse<std::endian::little>(rest);
    }
    input_.advance(consumed_);
    if (count_ != 0) return std::span(packets_).first(count_);
    if (!ended_ && wanted_ != 0 && !input_.refill(wanted_)) end_of_input();
  }
  return {};
}

template <std::endian order>
void PcapngReader::parse(Bytes bytes) {
  while (count_ < max_batch && order_ == order) {
    const Bytes block = whole_block<order>(bytes.substr(consumed_));
    if (block.empty()) return;
    take_block<order>(block);
    if (ended_) return;
    consumed_ += block.size();
  }
}

template <std::endian order>
Bytes PcapngReader::whole_block(Bytes rest) {
  wanted_ = smallest_block;
  if (rest.size() < wanted_) return {};
  if (u32_at<order>(rest, 0) == section_header && !recognize_order(rest)) return {};
  if (order_ != order) return {};
  const std::size_t total = u32_at<order>(rest, 4);
  if (total < smallest_block || total % 4 != 0 || total > largest_record) {
    damage(fmt::format("a block claims a length of {} bytes, which no block can have", total));
    return {};
  }
  wanted_ = total;
  if (rest.size() < total) return {};
  const std::size_t repeated = u32_at<order>(rest, total - 4);
  if (repeated != total) {
    damage(fmt::format("a block's length is {} at its start and {} at its end", total, repeated));
    return {};
  }
  return rest.substr(0, total);
}

bool PcapngReader::recognize_order(Bytes rest) {
  if (u32_at<std::endian::big>(rest, body_at) == byte_order_magic) {
    order_ = std::endian::big;
  } else if (u32_at<std::endian::little>(rest, body_at) == byte_order_magic) {
    order_ = std::endian::little;
  } else {
    damage("a section begins without the byte-order magic");
    return false;
  }
  return true;
}

template <std::endian order>
void PcapngReader::take_block(Bytes block) {
  switch (u32_at<order>(block, 0)) {
    case enhanced_packet:
      return take_packet<order>(block);
    case simple_packet:
      return take_simple_packet<order>(block);
    case obsolete_packet:
      return take_obsolete_packet<order>(block);
    case interface_description:
      return take_interface<order>(block);
    case section_header:
      return take_section<order>(block);
    default:
      return;
  }
}

template <std::endian order>
void PcapngReader::take_section(Bytes block) {
  if (block.size() < section_fields_end + 4) return damage("a section header is too short");
  const auto major = u16_at<order>(block, 12);
  if (major != 1) return damage(fmt::format("a section is of the unknown version {}", major));
  interfaces_.clear();
}

template <std::endian order>
void PcapngReader::take_interface(Bytes block) {
  if (block.size() < interface_fields_end + 4) return damage("an interface block is too short");
  if (interfaces_.size() == most_interfaces) {
    return damage(fmt::format("a section has more than {} interfaces", most_interfaces));
  }
  const Bytes options = block.substr(interface_fields_end, block.size() - interface_fields_end - 4);
  interfaces_.push_back({static_cast<LinkType>(u16_at<order>(block, 8)), u32_at<order>(block, 12),
                         clock_of<order>(options)});
}

template <std::endian order>
void PcapngReader::take_packet(Bytes block) {
  if (block.size() < packet_fields_end + 4) return damage("a packet block is too short");
  add({.interface = u32_at<order>(block, 8),
       .ticks = ticks_at<order>(block, 12),
       .captured = u32_at<order>(block, 20),
       .on_wire = u32_at<order>(block, 24),
       .data = block.substr(packet_fields_end, block.size() - packet_fields_end - 4)});
}

// Its captured length is not written down: it is the wire length, unless the snaplen cut it.
template <std::endian order>
void PcapngReader::take_simple_packet(Bytes block) {
  if (block.size() < simple_packet_fields_end + 4) return damage("a packet block is too short");
  const auto on_wire = u32_at<order>(block, 8);
  const std::uint32_t snaplen = interfaces_.empty() ? 0 : interfaces_.front().snaplen;
  add({.timed = false,
       .captured = snaplen == 0 ? on_wire : std::min(on_wire, snaplen),
       .on_wire = on_wire,
       .data =
           block.substr(simple_packet_fields_end, block.size() - simple_packet_fields_end - 4)});
}

template <std::endian order>
void PcapngReader::take_obsolete_packet(Bytes block) {
  if (block.size() < packet_fields_end + 4) return damage("a packet block is too short");
  add({.interface = u16_at<order>(block, 8),  // a count of drops follows
       .ticks = ticks_at<order>(block, 12),
       .captured = u32_at<order>(block, 20),
       .on_wire = u32_at<order>(block, 24),
       .data = block.substr(packet_fields_end, block.size() - packet_fields_end - 4)});
}

void PcapngReader::add(const Record& record) {
  if (record.interface >= interfaces_.size()) {
    if (!std::exchange(told_unknown_interface_, true)) {
      tell(input_.offset() + consumed_,
           fmt::format("a packet names interface {}, which the file does not describe; all such "
                       "packets are skipped",
                       record.interface));
    }
    return;
  }
  const Interface& interface = interfaces_[record.interface];
  const std::uint32_t limit =
      interface.snaplen == 0 ? largest_record : std::max(interface.snaplen, usual_record_limit);
  if (record.captured > record.data.size() || record.captured > limit) {
    return damage(
        fmt::format("a packet claims {} bytes, more than its block or its interface can "
                    "hold",
                    record.captured));
  }
  packets_[count_++] = {record.data.substr(0, record.captured),
                        std::max(record.captured, record.on_wire), interface.link_type,
                        record.timed ? interface.clock.at(record.ticks) : Time{0}};
}

void PcapngReader::end_of_input() {
  ended_ = true;
  const std::size_t there = input_.rest().size();
  if (!input_.failure().empty()) {
    tell(input_.offset() + there, "the input " + input_.failure());
  } else if (there >= smallest_block) {
    tell(input_.offset(),
         fmt::format("the last block is cut: {} of {} bytes are there", there, wanted_));
  } else if (there != 0) {
    tell(input_.offset(),
         fmt::format("the last block is cut: {} bytes are there, fewer than any block has", there));
  }
}

void PcapngReader::damage(std::string what) {
  ended_ = true;
  tell(input_.offset() + consumed_, std::move(what) + "; reading ends here");
}

void PcapngReader::tell(std::uint64_t offset, std::string what) {
  errors_.push_back({where_, offset, std::move(what)});
}

}  // namespace oddport
