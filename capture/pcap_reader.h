// The classic capture format: a file header, then packets with a 16-byte header each.
//
// draft-ietf-opsawg-pcap. Both byte orders, micro- and nanoseconds, version 2.4. The loop that runs
// once per packet is compiled once per byte order and time unit, so that it decides neither.
#pragma once

#include <array>
#include <bit>
#include <memory>

#include "capture/byte_window.h"
#include "capture/packet_source.h"

namespace oddport {

// No snaplen stands for less than this: what a record may hold when the file's own limit is
// smaller.
inline constexpr std::uint32_t usual_record_limit = 262'144;
// Nor does any stand for more: longer records are damage, whatever the file says.
inline constexpr std::uint32_t largest_record = std::uint32_t{256} << 20;

class PcapReader final : public PacketSource {
 public:
  // Version 2.4 is the only one in use; others keep their lengths in another order.
  static bool reads_version(Bytes file_header);

  // `input` stands on a file header with a classic magic number and a version that the reader
  // reads. `where` names the file in errors. Null, and `error` filled, where the file header is
  // cut.
  static std::unique_ptr<PcapReader> open(ByteWindow input, const std::string& where,
                                          ReadError& error);

  std::span<const Packet> next_batch() override;
  Passed select_next(const PortSet& to_decode, std::vector<Packet>& selection) override;
  const std::vector<ReadError>& errors() const override { return errors_; }
  std::uint64_t position() const override { return input_.source_position(); }
  std::uint64_t size() const override { return input_.source_size(); }
  std::uint64_t record_offset() const override { return input_.offset(); }
  std::unique_ptr<StretchReader> stretch_reader(const PortSet& to_decode) const override;
  void go_on_at(std::uint64_t offset) override { input_.move_to(offset); }

  static constexpr std::size_t file_header_size = 24;

 private:
  // What one pass over the bytes at hand came to.
  struct Pass {
    std::size_t packets = 0;
    std::size_t consumed = 0;
    // The record at the cursor, where it is not all at hand: its bytes as far as known, header
    // included.
    std::size_t wanted = 0;
    bool damaged = false;  // its captured length is beyond the limit
  };
  using ParseFunction = Pass (PcapReader::*)(Bytes);
  using SelectFunction = Passed (PcapReader::*)(const PortSet&, std::vector<Packet>&);
  using StretchFunction = std::unique_ptr<StretchReader> (*)(const ByteStream&, std::uint32_t,
                                                             const PortSet&);

  PcapReader(ByteWindow input, std::string where);
  void read_file_header();
  template <std::endian order, Time tick>
  void read_with();
  template <std::endian order, Time tick>
  Pass parse(Bytes bytes);
  template <std::endian order, Time tick>
  Passed select(const PortSet& to_decode, std::vector<Packet>& selection);
  void end(const Pass& last);
  void tell(std::uint64_t offset, std::string what);

  ByteWindow input_;
  std::string where_;
  ParseFunction parse_ = nullptr;
  SelectFunction select_ = nullptr;
  StretchFunction make_stretch_reader_ = nullptr;
  LinkType link_type_ = LinkType::ethernet;
  std::uint32_t limit_ = usual_record_limit;
  bool ended_ = false;
  std::vector<ReadError> errors_;
  std::array<Packet, max_batch> packets_;
};

}  // namespace oddport
