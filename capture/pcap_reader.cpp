// Idea: the window shows some bytes; a pass turns as many of them into packets as fit a batch, and
// says how far it came. Only when a pass finds no whole packet does the window move, so that the
// views of one batch all point into bytes that stay where they are until the next call.
//
// Layout (draft-ietf-opsawg-pcap):
//   file header    magic u32, version u16 u16, reserved u32 u32, snaplen u32, link type u32
//   packet header  seconds u32, micro- or nanoseconds u32, captured length u32, wire length u32
//
// The seconds are unsigned, which carries the format to the year 2106; the sum of the largest parts
// is within Time. The upper 16 bits of the link type tell of frame check sequences and are passed
// over: payload ends where the IP header says, not where the frame does.
//
// Tested by tests/capture/pcap_reader_test.cpp, readers_agree_test.cpp, fuzz/fuzz_reader.cpp.
#include "capture/pcap_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "capture/fixed_field.h"
#include "capture/pcap_records.h"
#include "capture/pcap_stretch_reader.h"

namespace oddport {
namespace {

constexpr Time microsecond = 1000;
constexpr Time nanosecond = 1;

struct Magic {
  bool big_endian;
  bool nanoseconds;
};

Magic read_magic(Bytes file_header) {
  const auto magic = field_at<std::endian::big, std::uint32_t>(file_header, 0);
  return {magic == 0xa1b2c3d4 || magic == 0xa1b23c4d, magic == 0xa1b23c4d || magic == 0x4d3cb2a1};
}

template <std::unsigned_integral Integer>
Integer header_field(Bytes file_header, std::size_t offset) {
  return read_magic(file_header).big_endian
             ? field_at<std::endian::big, Integer>(file_header, offset)
             : field_at<std::endian::little, Integer>(file_header, offset);
}

}  // namespace

bool PcapReader::reads_version(Bytes file_header) {
  return header_field<std::uint16_t>(file_header, 4) == 2 &&
         header_field<std::uint16_t>(file_header, 6) == 4;
}

std::unique_ptr<PcapReader> PcapReader::open(ByteWindow input, const std::string& where,
                                             ReadError& error) {
  if (!input.refill(file_header_size)) {
    const std::size_t there = input.rest().size();
    error = {
        where, 0,
        fmt::format("the file header is cut: {} of {} bytes are there", there, file_header_size)};
    return nullptr;
  }
  std::unique_ptr<PcapReader> reader(new PcapReader(std::move(input), where));
  reader->read_file_header();
  return reader;
}

PcapReader::PcapReader(ByteWindow input, std::string where)
    : input_(std::move(input)), where_(std::move(where)) {}

void PcapReader::read_file_header() {
  const Bytes header = input_.rest();
  const auto snaplen = header_field<std::uint32_t>(header, 16);
  const auto link_type = header_field<std::uint32_t>(header, 20);
  limit_ = std::clamp(snaplen, usual_record_limit, largest_record);
  link_type_ = static_cast<LinkType>(link_type & 0xffff);
  const auto [big_endian, nanoseconds] = read_magic(header);
  if (big_endian) {
    nanoseconds ? read_with<std::endian::big, nanosecond>()
                : read_with<std::endian::big, microsecond>();
  } else {
    nanoseconds ? read_with<std::endian::little, nanosecond>()
                : read_with<std::endian::little, microsecond>();
  }
  input_.advance(file_header_size);
}

template <std::endian order, Time tick>
void PcapReader::read_with() {
  parse_ = &PcapReader::parse<order, tick>;
  make_stretch_reader_ = &make_pcap_stretch_reader<order, tick>;
  select_ = &PcapReader::select<order, tick>;
}

template <std::endian order, Time tick>
PcapReader::Pass PcapReader::parse(Bytes bytes) {
  const std::uint32_t limit = limit_;
  const LinkType link_type = link_type_;
  Pass pass;
  for (Packet& packet : packets_) {
    const Bytes rest = bytes.substr(pass.consumed);
    pass.wanted = record_header_size;
    if (rest.size() < record_header_size) break;
    const auto captured = field_at<order, std::uint32_t>(rest, 8);
    pass.wanted += captured;
    pass.damaged = captured > limit;
    if (pass.damaged || rest.size() < pass.wanted) break;
    __builtin_prefetch(rest.data() + record_header_size + 48);
    packet = packet_of_record<order, tick>(rest, link_type);
    pass.consumed += pass.wanted;
    ++pass.packets;
  }
  return pass;
}

std::span<const Packet> PcapReader::next_batch() {
  while (!ended_) {
    const Pass pass = (this->*parse_)(input_.rest());
    input_.advance(pass.consumed);
    if (pass.packets != 0) return std::span(packets_).first(pass.packets);
    if (pass.damaged || !input_.refill(pass.wanted)) end(pass);
  }
  return {};
}

Passed PcapReader::select_next(const PortSet& to_decode, std::vector<Packet>& selection) {
  if (!ended_ && link_type_ == LinkType::ethernet) {
    const Passed passed = (this->*select_)(to_decode, selection);
    if (passed.packets != 0) return passed;
  }
  // At a seam of the window, at the end and at damage: packet by packet.
  return PacketSource::select_next(to_decode, selection);
}

template <std::endian order, Time tick>
Passed PcapReader::select(const PortSet& to_decode, std::vector<Packet>& selection) {
  const Bytes rest = input_.rest();
  const RecordsRead reading = select_records<order, tick>(
      rest, rest.size(), limit_, to_decode,
      [&selection](const Packet& packet) { selection.push_back(packet); });
  input_.advance(reading.consumed);
  return reading.passed;
}

std::unique_ptr<StretchReader> PcapReader::stretch_reader(const PortSet& to_decode) const {
  if (!input_.stream().is_seekable() || link_type_ != LinkType::ethernet) return nullptr;
  return make_stretch_reader_(input_.stream(), limit_, to_decode);
}

void PcapReader::end(const Pass& last) {
  ended_ = true;
  const std::size_t there = input_.rest().size();
  if (last.damaged) {
    tell(input_.offset(),
         fmt::format("a packet claims {} bytes, more than the {} that it can have in "
                     "this file; reading ends here",
                     last.wanted - record_header_size, limit_));
  } else if (!input_.failure().empty()) {
    tell(input_.offset() + there, "the input " + input_.failure());
  } else if (there >= record_header_size) {
    tell(input_.offset(),
         fmt::format("the last packet is cut: {} of {} bytes are there", there - record_header_size,
                     last.wanted - record_header_size));
  } else if (there != 0) {
    tell(input_.offset(),
         fmt::format("the last packet is cut in its header: {} of {} bytes are there", there,
                     record_header_size));
  }
}

void PcapReader::tell(std::uint64_t offset, std::string what) {
  errors_.push_back({where_, offset, std::move(what)});
}

}  // namespace oddport
