#include "tests/capture/capture_builder.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "capture/open_capture.h"

namespace oddport::test {
namespace {

std::string number(Order order, std::uint64_t value, unsigned size) {
  std::string bytes;
  for (unsigned i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
  if (order == Order::big) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

std::string padded(std::string bytes) {
  bytes.resize((bytes.size() + 3) / 4 * 4, '\0');
  return bytes;
}

std::uint32_t size_of(Bytes data) { return static_cast<std::uint32_t>(data.size()); }

std::string packet_lengths(Order order, Bytes data, std::uint32_t captured, std::uint32_t on_wire) {
  if (captured == 0) captured = size_of(data);
  if (on_wire == 0) on_wire = size_of(data);
  return u32(order, captured) + u32(order, on_wire);
}

// The high half comes first, whatever the order within the halves.
std::string halves(Order order, std::uint64_t ticks) {
  return u32(order, static_cast<std::uint32_t>(ticks >> 32)) +
         u32(order, static_cast<std::uint32_t>(ticks));
}

}  // namespace

std::string u16(Order order, std::uint16_t value) { return number(order, value, 2); }
std::string u32(Order order, std::uint32_t value) { return number(order, value, 4); }
std::string u64(Order order, std::uint64_t value) { return number(order, value, 8); }

std::string pcap_header(const PcapShape& shape) {
  return u32(shape.order, shape.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4) + u16(shape.order, 2) +
         u16(shape.order, shape.minor_version) + u32(shape.order, 0) + u32(shape.order, 0) +
         u32(shape.order, shape.snaplen) + u32(shape.order, shape.link_type);
}

std::string pcap_record(const PcapShape& shape, std::uint32_t seconds, std::uint32_t fraction,
                        Bytes data, std::uint32_t captured, std::uint32_t on_wire) {
  return u32(shape.order, seconds) + u32(shape.order, fraction) +
         packet_lengths(shape.order, data, captured, on_wire) + std::string(data);
}

std::string block(const PcapngShape& shape, std::uint32_t type, const std::string& body) {
  const std::string length = u32(shape.order, size_of(padded(body)) + 12);
  return u32(shape.order, type) + length + padded(body) + length;
}

std::string section(const PcapngShape& shape, std::uint16_t major) {
  return block(shape, 0x0a0d0d0a,
               u32(shape.order, 0x1a2b3c4d) + u16(shape.order, major) + u16(shape.order, 0) +
                   u64(shape.order, 0xffffffffffffffff));
}

std::string option(const PcapngShape& shape, std::uint16_t code, const std::string& value) {
  return u16(shape.order, code) + u16(shape.order, static_cast<std::uint16_t>(value.size())) +
         padded(value);
}

std::string interface(const PcapngShape& shape, std::uint16_t link_type, std::uint32_t snaplen,
                      const std::string& options) {
  return block(
      shape, 1,
      u16(shape.order, link_type) + u16(shape.order, 0) + u32(shape.order, snaplen) + options);
}

std::string enhanced_packet(const PcapngShape& shape, std::uint32_t interface_id,
                            std::uint64_t ticks, Bytes data, std::uint32_t captured,
                            std::uint32_t on_wire) {
  return block(shape, 6,
               u32(shape.order, interface_id) + halves(shape.order, ticks) +
                   packet_lengths(shape.order, data, captured, on_wire) + std::string(data));
}

std::string obsolete_packet(const PcapngShape& shape, std::uint16_t interface_id,
                            std::uint64_t ticks, Bytes data) {
  constexpr std::uint16_t drops = 7;
  return block(shape, 2,
               u16(shape.order, interface_id) + u16(shape.order, drops) +
                   halves(shape.order, ticks) + packet_lengths(shape.order, data, 0, 0) +
                   std::string(data));
}

std::string simple_packet(const PcapngShape& shape, std::uint32_t on_wire, Bytes data) {
  return block(shape, 3, u32(shape.order, on_wire) + std::string(data));
}

std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string input = bytes;
  std::string output(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  output.resize(stream.total_out);
  deflateEnd(&stream);
  return output;
}

std::string zstandard(const std::string& bytes) {
  std::string output(ZSTD_compressBound(bytes.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);  // as the zstd program does
  const std::size_t size =
      ZSTD_compress2(context, output.data(), output.size(), bytes.data(), bytes.size());
  EXPECT_EQ(ZSTD_isError(size), 0U);
  ZSTD_freeCCtx(context);
  output.resize(size);
  return output;
}

void PrintTo(const Kept& packet, std::ostream* out) {
  *out << packet.bytes.size() << " of " << packet.wire_length << " bytes, link type "
       << static_cast<int>(packet.link_type) << ", at " << packet.time;
}

Outcome read_all(PacketSource& source) {
  Outcome outcome;
  for (;;) {
    const std::span<const Packet> batch = source.next_batch();
    EXPECT_LE(batch.size(), max_batch);
    if (batch.empty()) break;
    for (const Packet& packet : batch) {
      EXPECT_GE(packet.wire_length, packet.bytes.size());
      outcome.packets.push_back(
          {std::string(packet.bytes), packet.wire_length, packet.link_type, packet.time});
    }
  }
  const std::size_t errors = source.errors().size();
  EXPECT_TRUE(source.next_batch().empty());
  EXPECT_EQ(source.errors().size(), errors);
  outcome.errors = source.errors();
  return outcome;
}

Outcome read_path(const std::string& path, bool by_libpcap) {
  ReadError error;
  const std::unique_ptr<PacketSource> source =
      open_capture(path, error, {.by_libpcap = by_libpcap});
  if (source == nullptr) return {{}, {error}, false};
  return read_all(*source);
}

}  // namespace oddport::test
