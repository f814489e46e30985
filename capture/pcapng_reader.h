// The newer capture format: a row of blocks, in sections, each with interfaces of their own.
//
// draft-ietf-opsawg-pcapng. Both byte orders, any number of sections and interfaces, enhanced,
// simple and obsolete packet blocks; all other blocks are passed over. A simple packet block has no
// time: it is given as 0.
#pragma once

#include <array>
#include <bit>
#include <memory>

#include "capture/byte_window.h"
#include "capture/packet_source.h"
#include "capture/tick_clock.h"

namespace oddport {

class PcapngReader final : public PacketSource {
 public:
  // `input` stands on a section header block. `where` names the file in errors.
  PcapngReader(ByteWindow input, std::string where);

  std::span<const Packet> next_batch() override;
  const std::vector<ReadError>& errors() const override { return errors_; }
  std::uint64_t position() const override { return input_.source_position(); }
  std::uint64_t size() const override { return input_.source_size(); }

 private:
  struct Interface {
    LinkType link_type = LinkType::ethernet;
    std::uint32_t snaplen = 0;  // 0: no limit
    TickClock clock;
  };
  // A packet block's fields before any of them was believed.
  struct Record {
    std::uint32_t interface = 0;
    std::uint64_t ticks = 0;
    bool timed = true;
    std::uint32_t captured = 0;
    std::uint32_t on_wire = 0;
    Bytes data;  // with padding and options behind the captured bytes
  };

  template <std::endian order>
  void parse(Bytes bytes);
  // The block at the front of `rest`, once it is whole and its two lengths agree; else empty, and
  // wanted_ or the damage tells why.
  template <std::endian order>
  Bytes whole_block(Bytes rest);
  template <std::endian order>
  void take_block(Bytes block);
  template <std::endian order>
  void take_section(Bytes block);
  template <std::endian order>
  void take_interface(Bytes block);
  template <std::endian order>
  void take_packet(Bytes block);
  template <std::endian order>
  void take_simple_packet(Bytes block);
  template <std::endian order>
  void take_obsolete_packet(Bytes block);
  // Finds out which way round the section at the front of `rest` is. False where it cannot be told
  // yet, or never.
  bool recognize_order(Bytes rest);

  void add(const Record& record);
  void end_of_input();
  void damage(std::string what);
  void tell(std::uint64_t offset, std::string what);

  ByteWindow input_;
  std::string where_;
  std::endian order_ = std::endian::native;
  std::vector<Interface> interfaces_;  // of the current section
  bool told_unknown_interface_ = false;
  bool ended_ = false;
  std::size_t consumed_ = 0;  // of what parse() was given
  std::size_t wanted_ = 0;    // bytes that the block at the cursor needs and that are not at hand
  std::size_t count_ = 0;
  std::vector<ReadError> errors_;
  std::array<Packet, max_batch> packets_;
};

}  // namespace oddport
