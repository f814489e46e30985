#include "capture/pcap_writer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <limits>
#include <string>

#include "capture/open_capture.h"
#include "capture/packet_batch.h"

namespace oddport {
namespace {

TEST(PcapWriter, IsReadBackByBothReaders) {
  const std::string path =
      std::filesystem::path(testing::TempDir()) / fmt::format("pcap_writer_test.{}.pcap", getpid());
  const std::string oversized(PcapWriter::longest + 5, 'x');
  {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    PcapWriter writer(file, LinkType::raw);
    writer.write("first", 1'769'860'800'123'456'789);
    writer.write("", std::numeric_limits<Time>::min());
    writer.write(oversized, std::numeric_limits<Time>::max());
    EXPECT_TRUE(writer.flush());
    std::fclose(file);
  }
  for (const bool by_libpcap : {false, true}) {
    ReadError error;
    const auto source = open_capture(path, error, {.by_libpcap = by_libpcap});
    ASSERT_NE(source, nullptr) << error.what;
    PacketBatch read;
    for (auto batch = source->next_batch(); !batch.empty(); batch = source->next_batch())
      for (const Packet& packet : batch) read.append(packet);
    read.settle();
    ASSERT_EQ(read.packets.size(), 3u) << by_libpcap;
    EXPECT_EQ(read.packets[0].bytes, "first");
    EXPECT_EQ(read.packets[0].time, 1'769'860'800'123'456'789);
    EXPECT_EQ(read.packets[0].link_type, LinkType::raw);
    EXPECT_EQ(read.packets[1].bytes.size(), 0u);
    EXPECT_EQ(read.packets[1].time, 0);
    EXPECT_EQ(read.packets[2].bytes, Bytes(oversized).substr(0, PcapWriter::longest));
    EXPECT_EQ(read.packets[2].wire_length, oversized.size());
    EXPECT_TRUE(source->errors().empty());
  }
  std::filesystem::remove(path);
}

TEST(PcapWriter, TellsThatTheDiskIsFull) {
  std::FILE* full = std::fopen("/dev/full", "wb");
  if (full == nullptr) GTEST_SKIP() << "needs /dev/full";
  PcapWriter writer(full, LinkType::raw);
  writer.write("lost", 0);
  EXPECT_FALSE(writer.flush());
  EXPECT_EQ(writer.errno_of_failure(), ENOSPC);
  std::fclose(full);
}

}  // namespace
}  // namespace oddport
