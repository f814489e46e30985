// What several chains of records come to together must be what reading record by record gives, whatever the bytes are.
#include "capture/record_chains.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "capture/pcap_reader.h"
#include "tests/capture/memory_stream.h"

namespace oddport {
namespace {

using test::MemoryStream;

void add_u32(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift);
}

std::string file_header() {
  std::string bytes("\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0"_b);
  add_u32(bytes, 65535);
  add_u32(bytes, 1);
  return bytes;
}

// Ethernet, IPv4, UDP from `source` to port 9, filled up to `size` octets with what looks like record headers.
std::string datagram(std::uint16_t source, std::size_t size, std::uint32_t seconds) {
  std::string bytes(42, '\0');
  bytes[12] = 8;
  bytes[14] = 0x45;
  bytes[23] = 17;
  bytes[34] = static_cast<char>(source >> 8);
  bytes[35] = static_cast<char>(source);
  bytes[37] = 9;
  while (bytes.size() < size) {
    add_u32(bytes, seconds);
    add_u32(bytes, 7);
    add_u32(bytes, 40);
    add_u32(bytes, 40);
  }
  bytes.resize(std::max<std::size_t>(size, 42));
  return bytes;
}

class Captures {
 public:
  std::string next(std::size_t packets, std::size_t longest) {
    std::string bytes = file_header();
    for (std::size_t n = 0; n < packets; ++n) {
      const auto port = static_cast<std::uint16_t>(random_() % 5 == 0 ? 596 : 8080);
      const auto seconds = static_cast<std::uint32_t>(1'700'000'000 + n / 50);
      const std::string frame = datagram(port, random_() % longest, seconds);
      add_u32(bytes, seconds);
      add_u32(bytes, static_cast<std::uint32_t>(random_() % 1'000'000));
      add_u32(bytes, static_cast<std::uint32_t>(frame.size()));
      add_u32(bytes, static_cast<std::uint32_t>(frame.size() + random_() % 2));
      bytes += frame;
    }
    return bytes;
  }
  // Some octets of it changed, or its end missing.
  std::string damaged(std::string bytes) {
    if (random_() % 3 == 0) bytes.resize(24 + random_() % (bytes.size() - 24));
    for (unsigned n = random_() % 4; n > 0; --n)
      bytes[24 + random_() % (bytes.size() - 24)] ^= static_cast<char>(1 << random_() % 8);
    return bytes;
  }
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

 private:
  std::mt19937 random_{596};
};

struct Outcome {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::string selected;  // times, lengths and octets of what was selected
  std::string errors;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

template <typename Select>
Outcome read_all(const std::string& file, std::size_t window, Select select) {
  ReadError error;
  const auto reader =
      PcapReader::open(ByteWindow(std::make_unique<MemoryStream>(file), window), "file", error);
  const PortSet ports = ports_to_decode(PortSet::watched_by_default());
  Outcome outcome;
  std::vector<Packet> selection;
  for (;;) {
    selection.clear();
    const Passed passed = select(*reader, ports, selection);
    if (passed.packets == 0) break;
    outcome.packets += passed.packets;
    outcome.bytes += passed.bytes;
    for (const Packet& packet : selection) {
      outcome.selected += std::to_string(packet.time) + ' ' + std::to_string(packet.wire_length);
      outcome.selected += packet.bytes;
    }
  }
  for (const ReadError& told : reader->errors())
    outcome.errors += std::to_string(told.offset) + ' ' + told.what + '\n';
  return outcome;
}

Outcome one_by_one(const std::string& file) {
  return read_all(file, ByteWindow::usual_capacity,
                  [](PcapReader& reader, const PortSet& ports, std::vector<Packet>& selection) {
                    return reader.PacketSource::select_next(ports, selection);
                  });
}

Outcome by_chains(const std::string& file, std::size_t window) {
  return read_all(file, window,
                  [](PcapReader& reader, const PortSet& ports, std::vector<Packet>& selection) {
                    return reader.select_next(ports, selection);
                  });
}

TEST(RecordChains, GiveWhatReadingOneByOneGives) {
  Captures captures;
  for (const std::size_t longest : {60u, 300u, 1500u, 9000u}) {
    const std::string file = captures.next(3000, longest);
    const Outcome expected = one_by_one(file);
    ASSERT_EQ(expected.packets, 3000u);
    ASSERT_FALSE(expected.selected.empty());
    EXPECT_EQ(by_chains(file, ByteWindow::usual_capacity), expected) << longest;
    EXPECT_EQ(by_chains(file, std::size_t{1} << 22), expected) << longest;
  }
}

TEST(RecordChains, GiveTheSameOfDamagedFiles) {
  Captures captures;
  for (int round = 0; round < 300; ++round) {
    const std::string file =
        captures.damaged(captures.next(1 + captures.pick(300), 43 + captures.pick(2000)));
    EXPECT_EQ(by_chains(file, std::size_t{1} << 16), one_by_one(file)) << round;
  }
}

}  // namespace
}  // namespace oddport
