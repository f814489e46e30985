#include "capture/sieve.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace oddport {
namespace {

// Ethernet, IPv4, UDP from port 9 to `port`, with `size` octets of payload.
std::string datagram(std::uint16_t port, std::size_t size) {
  std::string bytes(14 + 20 + 8 + size, '\0');
  bytes[12] = 8;
  bytes[14] = 0x45;
  bytes[16] = static_cast<char>((28 + size) >> 8);
  bytes[17] = static_cast<char>(28 + size);
  bytes[23] = 17;
  bytes[35] = 9;
  bytes[36] = static_cast<char>(port >> 8);
  bytes[37] = static_cast<char>(port);
  return bytes;
}

// Hands out packets a few at a time, from memory that changes with every batch, as a window over a file does.
class Made : public PacketSource {
 public:
  std::vector<std::string> packets;
  bool breaks = false;

  std::span<const Packet> next_batch() override {
    held_.clear();
    batch_.clear();
    while (at_ < packets.size() && held_.size() < 7) held_.push_back(packets[at_++]);
    if (held_.empty() && breaks) throw std::runtime_error("the disk is gone");
    for (const std::string& bytes : held_)
      batch_.push_back({bytes, static_cast<std::uint32_t>(bytes.size()), LinkType::ethernet, 0});
    return batch_;
  }
  const std::vector<ReadError>& errors() const override { return errors_; }
  std::uint64_t position() const override { return at_; }
  std::uint64_t size() const override { return packets.size(); }

 private:
  std::size_t at_ = 0;
  std::vector<std::string> held_;
  std::vector<Packet> batch_;
  std::vector<ReadError> errors_;
};

TEST(Sieve, LetsWatchedPacketsThroughInOrderAndCountsAll) {
  Made source;
  std::vector<std::string> expected;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < 20000; ++i) {
    const std::uint16_t port = i % 3 == 0 ? 596 : 8080;
    source.packets.push_back(datagram(port, i % 500));
    bytes += source.packets.back().size();
    if (port == 596) expected.push_back(source.packets.back());
  }
  Crew crew(1);
  Sieve sieve(source, PortSet::watched_by_default(), crew);
  std::vector<std::string> passed;
  std::uint64_t packets_read = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t position = 0;
  while (const PacketBatch* batch = sieve.next()) {
    for (const Packet& packet : batch->packets) passed.emplace_back(packet.bytes);
    packets_read += batch->packets_read;
    bytes_read += batch->bytes_read;
    EXPECT_GE(batch->position, position);
    position = batch->position;
  }
  EXPECT_EQ(passed, expected);
  EXPECT_EQ(packets_read, 20000u);
  EXPECT_EQ(bytes_read, bytes);
  EXPECT_EQ(position, 20000u);
  EXPECT_EQ(sieve.next(), nullptr) << "the end stays the end";
}

TEST(Sieve, TakesAPacketLargerThanItsBatches) {
  Made source;
  source.packets = {datagram(596, 10), datagram(596, 60000), datagram(596, 20)};
  std::string huge = datagram(596, 0);
  huge.resize(std::size_t{1} << 20, 'x');
  source.packets.push_back(huge);
  Crew crew(1);
  Sieve sieve(source, PortSet::watched_by_default(), crew);
  std::vector<std::string> passed;
  while (const PacketBatch* batch = sieve.next())
    for (const Packet& packet : batch->packets) passed.emplace_back(packet.bytes);
  EXPECT_EQ(passed, source.packets);
}

TEST(Sieve, CanBeLeftAtAnyTime) {
  for (int batches = 0; batches < 6; ++batches) {
    Made source;
    source.packets.assign(50000, datagram(596, 100));
    Crew crew(1);
    Sieve sieve(source, PortSet::watched_by_default(), crew);
    for (int i = 0; i < batches; ++i) ASSERT_NE(sieve.next(), nullptr);
  }
}

TEST(Sieve, HandsOnWhatTheReadingThreadThrew) {
  Made source;
  source.breaks = true;
  source.packets = {datagram(596, 1)};
  Crew crew(1);
  Sieve sieve(source, PortSet::watched_by_default(), crew);
  ASSERT_NE(sieve.next(), nullptr);
  EXPECT_THROW(sieve.next(), std::runtime_error);
}

}  // namespace
}  // namespace oddport
