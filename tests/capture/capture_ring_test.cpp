#include "capture/capture_ring.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "capture/open_capture.h"
#include "capture/packet_keeper.h"
#include "tests/capture/packet_builder.h"
#include "tests/temporary_folder.h"

namespace oddport::testing {
namespace {

namespace fs = std::filesystem;

class RingTest : public ::testing::Test {
 protected:
  std::string path() const { return folder_.path() / "odd.pcapng"; }
  CaptureRing ring(std::uint64_t file_bytes, std::size_t files) const {
    return {path(),
            {.file_bytes = file_bytes, .files = files},
            {{"eth0", LinkType::ethernet}, {"any", LinkType::linux_sll}}};
  }
  // The packets of one file, by the program's own reader.
  static std::vector<std::pair<std::string, Packet>> read(const std::string& file) {
    std::vector<std::pair<std::string, Packet>> found;
    ReadError error;
    const auto source = open_capture(file, error);
    if (source == nullptr) {
      ADD_FAILURE() << error.what;
      return found;
    }
    for (auto batch = source->next_batch(); !batch.empty(); batch = source->next_batch())
      for (const Packet& packet : batch) found.emplace_back(packet.bytes, packet);
    EXPECT_TRUE(source->errors().empty());
    return found;
  }

  test::TemporaryFolder folder_;
};

TEST_F(RingTest, WritesWhatReadersRead) {
  CaptureRing written = ring(1'000'000, 10);
  ASSERT_TRUE(written.open());
  written.write({"first", 60, LinkType::ethernet, 1'700'000'000'123'456'789}, 0);
  written.write({"second!!", 8, LinkType::linux_sll, 1'700'000'000'123'456'790}, 1);
  written.flush();
  EXPECT_EQ(written.failure(), "");
  EXPECT_EQ(written.packets(), 2u);
  const auto packets = read(path() + "0");
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[0].first, "first");
  EXPECT_EQ(packets[0].second.wire_length, 60u);
  EXPECT_EQ(packets[0].second.time, 1'700'000'000'123'456'789);
  EXPECT_EQ(packets[1].second.link_type, LinkType::linux_sll);
  struct stat status {};
  ASSERT_EQ(::stat((path() + "0").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(RingTest, KeepsTheLastFilesOnly) {
  CaptureRing written = ring(1000, 3);
  ASSERT_TRUE(written.open());
  const std::string bytes(300, 'x');
  for (std::uint32_t i = 0; i < 20; ++i) written.write({bytes, 1000 + i, LinkType::ethernet, i}, 0);
  written.flush();
  std::size_t files = 0;
  std::uint32_t latest = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path())) {
    ++files;
    EXPECT_LE(entry.file_size(), 1000u);
    for (const auto& [text, packet] : read(entry.path()))
      latest = std::max(latest, packet.wire_length);
  }
  EXPECT_EQ(files, 3u);
  EXPECT_EQ(latest, 1019u);
}

TEST_F(RingTest, HoldsAPacketHoweverLarge) {
  CaptureRing written = ring(100, 2);
  ASSERT_TRUE(written.open());
  const std::string bytes(5000, 'x');
  for (std::uint32_t i = 0; i < 4; ++i) written.write({bytes, 5000, LinkType::ethernet, i}, 0);
  written.flush();
  EXPECT_EQ(read(path() + "0").size(), 1u);
  EXPECT_EQ(read(path() + "1").size(), 1u);
}

TEST_F(RingTest, NumbersWithLeadingZeros) {
  CaptureRing written = ring(1000, 100);
  ASSERT_TRUE(written.open());
  EXPECT_TRUE(fs::exists(path() + "00"));
}

TEST_F(RingTest, SaysWhereItCannotWrite) {
  CaptureRing nowhere(folder_.path() / "no" / "such", {}, {});
  EXPECT_FALSE(nowhere.open());
  EXPECT_NE(nowhere.failure().find("such0: No such file"), std::string::npos) << nowhere.failure();
  nowhere.write({"x", 1, LinkType::ethernet, 0}, 0);
  EXPECT_EQ(nowhere.packets(), 0u);
}

TEST_F(RingTest, DoesNotFollowLinks) {
  fs::create_symlink("/dev/null", path() + "0");
  CaptureRing trapped = ring(1000, 10);
  EXPECT_FALSE(trapped.open());
}

FlowName flow_name(std::uint16_t port) {
  return {{{IpAddress::v4(1), port}, {IpAddress::v4(2), 596}, Transport::tcp}, 7, 0};
}

TEST_F(RingTest, AKeeperWritesOnlyWhatIsDecidedFor) {
  PacketKeeper keeper(ring(100'000, 1), 1'000'000);
  ASSERT_TRUE(keeper.open());
  for (const char* text : {"odd one", "odd two"}) keeper.add(flow_name(1), packet_of(text));
  keeper.add(flow_name(2), packet_of("usual"));
  keeper.decide(flow_name(1), true, false);
  keeper.decide(flow_name(2), false, false);
  keeper.add(flow_name(1), packet_of("odd three"));
  keeper.add(flow_name(2), packet_of("usual"));
  keeper.decide(flow_name(1), true, true);
  keeper.decide(flow_name(2), false, true);
  keeper.add(flow_name(3), packet_of("never decided"));
  keeper.flush();
  EXPECT_EQ(keeper.counts().written, 3u);
  const auto packets = read(path() + "0");
  ASSERT_EQ(packets.size(), 3u);
  EXPECT_EQ(packets[2].first, "odd three");
}

TEST_F(RingTest, AKeeperCountsWhatItHadNoRoomFor) {
  PacketKeeper keeper(ring(100'000, 1), 1000);
  ASSERT_TRUE(keeper.open());
  const std::string bytes(400, 'x');
  for (int i = 0; i < 5; ++i) keeper.add(flow_name(1), packet_of(bytes));
  const std::uint64_t lost = keeper.counts().lost;
  EXPECT_GT(lost, 0u);
  keeper.decide(flow_name(1), true, false);
  keeper.add(flow_name(1), packet_of(bytes));
  EXPECT_EQ(keeper.counts().written, 5 - lost + 1);
  EXPECT_EQ(keeper.counts().lost, lost) << "there is room again";
}

}  // namespace
}  // namespace oddport::testing
