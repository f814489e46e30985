// Capture files made in memory, sound or broken on purpose, and what comes out of a reader.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "capture/packet_source.h"
#include "classify/bytes.h"

namespace oddport::test {

enum class Order : std::uint8_t { little, big };

std::string u16(Order order, std::uint16_t value);
std::string u32(Order order, std::uint32_t value);
std::string u64(Order order, std::uint64_t value);

struct PcapShape {
  Order order = Order::little;
  bool nanoseconds = false;
  std::uint32_t snaplen = 65'535;
  std::uint32_t link_type = 1;
  std::uint16_t minor_version = 4;
};

std::string pcap_header(const PcapShape& shape);
// `captured` and `on_wire` of 0 stand for the size of `data`.
std::string pcap_record(const PcapShape& shape, std::uint32_t seconds, std::uint32_t fraction,
                        Bytes data, std::uint32_t captured = 0, std::uint32_t on_wire = 0);

struct PcapngShape {
  Order order = Order::little;
};

// Any block, with `body` padded and both lengths right.
std::string block(const PcapngShape& shape, std::uint32_t type, const std::string& body);
std::string section(const PcapngShape& shape, std::uint16_t major = 1);
std::string option(const PcapngShape& shape, std::uint16_t code, const std::string& value);
std::string interface(const PcapngShape& shape, std::uint16_t link_type, std::uint32_t snaplen = 0,
                      const std::string& options = {});
// `captured` and `on_wire` as for pcap_record().
std::string enhanced_packet(const PcapngShape& shape, std::uint32_t interface_id,
                            std::uint64_t ticks, Bytes data, std::uint32_t captured = 0,
                            std::uint32_t on_wire = 0);
std::string obsolete_packet(const PcapngShape& shape, std::uint16_t interface_id,
                            std::uint64_t ticks, Bytes data);
std::string simple_packet(const PcapngShape& shape, std::uint32_t on_wire, Bytes data);

// RFC 1952 and RFC 8878, one member or frame.
std::string gzipped(const std::string& bytes);
std::string zstandard(const std::string& bytes);

// A packet with bytes of its own.
struct Kept {
  std::string bytes;
  std::uint32_t wire_length = 0;
  LinkType link_type = LinkType::ethernet;
  Time time = 0;

  friend bool operator==(const Kept&, const Kept&) = default;
};

void PrintTo(const Kept& packet, std::ostream* out);

struct Outcome {
  std::vector<Kept> packets;
  std::vector<ReadError> errors;
  bool opened = true;
};

// Reads to the end; checks on the way that batches are of the promised size and that the end stays.
Outcome read_all(PacketSource& source);
// What open_capture() makes of a file; an error on opening is the only one then.
Outcome read_path(const std::string& path, bool by_libpcap = false);

}  // namespace oddport::test
