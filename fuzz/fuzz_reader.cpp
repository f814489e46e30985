// Any bytes as a capture file: no crash, no hang, and the same packets and errors however the bytes
// arrive.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "capture/byte_window.h"
#include "capture/capture_format.h"
#include "capture/gzip_stream.h"
#include "capture/pcap_reader.h"
#include "capture/pcapng_reader.h"
#include "capture/port_peek.h"
#include "capture/zstd_stream.h"
#include "tests/capture/memory_stream.h"

namespace oddport {
namespace {

// More would only be slow: a few bytes of compressed zeros can hold a million packets.
constexpr std::size_t most_packets = 2'000;

// Longer than any input that the fuzzer is likely to make.
constexpr std::size_t roomy = std::size_t{1} << 12;

struct Read {
  std::vector<std::string> packets;  // described()
  std::vector<std::string> errors;
};

ByteWindow decompressed(ByteWindow window, std::size_t capacity) {
  window.refill(format_prefix);
  switch (detect_format(window.rest())) {
    case CaptureFormat::gzip:
      return ByteWindow(open_gzip_stream(std::move(window)), capacity);
    case CaptureFormat::zstd:
      return ByteWindow(open_zstd_stream(std::move(window)), capacity);
    default:
      return window;
  }
}

std::unique_ptr<PacketSource> open(ByteWindow window) {
  window.refill(PcapReader::file_header_size);
  ReadError error;
  switch (detect_format(window.rest())) {
    case CaptureFormat::pcap:
      return PcapReader::open(std::move(window), "fuzz", error);
    case CaptureFormat::pcapng:
      return std::make_unique<PcapngReader>(std::move(window), "fuzz");
    default:
      return nullptr;
  }
}

std::string described(const Packet& packet) {
  return std::to_string(packet.wire_length) + ' ' + std::to_string(packet.time) + ' ' +
         std::to_string(static_cast<unsigned>(packet.link_type)) + ' ' + std::string(packet.bytes);
}

Read read(Bytes bytes, std::size_t piece, std::size_t capacity) {
  Read result;
  const std::unique_ptr<PacketSource> source = open(decompressed(
      ByteWindow(std::make_unique<test::MemoryStream>(bytes, piece), capacity), capacity));
  if (source == nullptr) return result;
  while (result.packets.size() < most_packets) {
    const std::span<const Packet> batch = source->next_batch();
    if (batch.empty()) break;
    for (const Packet& packet : batch) {
      if (packet.wire_length < packet.bytes.size()) std::abort();
      if (result.packets.size() == most_packets) break;
      result.packets.push_back(described(packet));
    }
  }
  if (result.packets.size() == most_packets) return result;
  for (const ReadError& error : source->errors()) {
    result.errors.push_back(std::to_string(error.offset) + ' ' + error.what);
  }
  return result;
}

std::unique_ptr<PacketSource> open_whole(Bytes bytes) {
  return open(ByteWindow(std::make_unique<test::MemoryStream>(bytes), roomy));
}

std::vector<std::string> selected_in_order(PacketSource& source, const PortSet& ports) {
  std::vector<std::string> packets;
  std::vector<Packet> selection;
  while (source.select_next(ports, selection).packets != 0) {
    for (const Packet& packet : selection) packets.push_back(described(packet));
    selection.clear();
  }
  return packets;
}

// Reading a stretch from its first record, and the rest in order, selects what reading all of it in order does; reading one from
// wherever a record seems to begin does no harm.
void read_in_stretches(Bytes bytes) {
  const PortSet ports = ports_to_decode(PortSet::watched_by_default());
  const std::unique_ptr<PacketSource> source = open_whole(bytes);
  const auto reader = source == nullptr ? nullptr : source->stretch_reader(ports);
  if (reader == nullptr) return;
  PacketBatch batch;
  const std::uint64_t middle =
      source->record_offset() + (bytes.size() - source->record_offset()) / 2;
  reader->read(middle, bytes.size(), false, batch);
  batch.clear();
  const Stretch stretch = reader->read(source->record_offset(), middle, true, batch);
  std::vector<std::string> packets;
  for (const Packet& packet : batch.packets) packets.push_back(described(packet));
  source->go_on_at(stretch.end);
  for (std::string& packet : selected_in_order(*source, ports))
    packets.push_back(std::move(packet));
  if (packets != selected_in_order(*open_whole(bytes), ports)) std::abort();
}

}  // namespace
}  // namespace oddport

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const oddport::Bytes bytes(reinterpret_cast<const char*>(data), size);
  const oddport::Read whole = oddport::read(bytes, oddport::Bytes::npos, oddport::roomy);
  const oddport::Read trickle = oddport::read(bytes, 1, 1);
  const oddport::Read pieces = oddport::read(bytes, 61, 16);
  if (whole.packets != trickle.packets || whole.errors != trickle.errors) std::abort();
  if (whole.packets != pieces.packets || whole.errors != pieces.errors) std::abort();
  if (whole.packets.size() < oddport::most_packets) oddport::read_in_stretches(bytes);
  return 0;
}
