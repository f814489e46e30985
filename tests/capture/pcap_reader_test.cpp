#include "capture/pcap_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/capture/capture_builder.h"
#include "tests/capture/memory_stream.h"

namespace oddport::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t whole = Bytes::npos;
constexpr Time second = 1'000'000'000;

Outcome read(const std::string& file, std::size_t piece = whole, const std::string& failure = {}) {
  // A window of one byte at the start has to grow to whatever a record needs.
  ByteWindow window(std::make_unique<MemoryStream>(file, piece, failure),
                    piece == whole ? ByteWindow::usual_capacity : 1);
  ReadError error;
  const std::unique_ptr<PcapReader> reader = PcapReader::open(std::move(window), "file", error);
  if (reader == nullptr) return {{}, {error}, false};
  return read_all(*reader);
}

class PcapShapes : public testing::TestWithParam<PcapShape> {};

TEST_P(PcapShapes, PacketsComeOutAsTheyWentIn) {
  const PcapShape shape = GetParam();
  const std::string file = pcap_header(shape) +
                           pcap_record(shape, 1'700'000'000, 123'456, "first packet") +
                           pcap_record(shape, 1'700'000'001, 999'999, "second", 0, 1500) +
                           pcap_record(shape, 1'700'000'002, 0, "");
  const Time tick = shape.nanoseconds ? 1 : 1000;
  const auto link_type = static_cast<LinkType>(shape.link_type);
  for (const std::size_t piece : {whole, std::size_t{1}, std::size_t{7}}) {
    const Outcome outcome = read(file, piece);
    EXPECT_THAT(outcome.errors, IsEmpty());
    EXPECT_THAT(
        outcome.packets,
        ElementsAre(Kept{"first packet", 12, link_type, 1'700'000'000 * second + 123'456 * tick},
                    Kept{"second", 1500, link_type, 1'700'000'001 * second + 999'999 * tick},
                    Kept{"", 0, link_type, 1'700'000'002 * second}));
  }
}

INSTANTIATE_TEST_SUITE_P(
    AllOrdersAndUnits, PcapShapes,
    testing::Values(PcapShape{.order = Order::little, .nanoseconds = false},
                    PcapShape{.order = Order::little, .nanoseconds = true, .link_type = 113},
                    PcapShape{.order = Order::big, .nanoseconds = false, .link_type = 276},
                    PcapShape{.order = Order::big, .nanoseconds = true}));

TEST(PcapReader, UpperBitsOfTheLinkTypeTellOfCheckSequencesOnly) {
  const PcapShape shape{.link_type = 0x4400'0001};  // four bytes of FCS on Ethernet
  const Outcome outcome = read(pcap_header(shape) + pcap_record(shape, 1, 0, "frame"));
  ASSERT_THAT(outcome.packets, SizeIs(1));
  EXPECT_EQ(outcome.packets[0].link_type, LinkType::ethernet);
}

TEST(PcapReader, WireLengthIsNeverLessThanWhatWasCaptured) {
  const PcapShape shape;
  const Outcome outcome = read(pcap_header(shape) + pcap_record(shape, 1, 0, "frame", 0, 2));
  ASSERT_THAT(outcome.packets, SizeIs(1));
  EXPECT_EQ(outcome.packets[0].wire_length, 5U);
}

TEST(PcapReader, ExtremeTimesStayInRange) {
  const PcapShape shape;
  constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  const Outcome outcome = read(pcap_header(shape) + pcap_record(shape, most, most, "x"));
  ASSERT_THAT(outcome.packets, SizeIs(1));
  EXPECT_EQ(outcome.packets[0].time, Time{most} * second + Time{most} * 1000);
}

TEST(PcapReader, ManyPacketsComeInManyBatches) {
  const PcapShape shape;
  std::string file = pcap_header(shape);
  constexpr std::uint32_t count = 2 * max_batch + 3;
  for (std::uint32_t i = 0; i < count; ++i) file += pcap_record(shape, i, 0, std::to_string(i));
  for (const std::size_t piece : {whole, std::size_t{5}}) {
    const Outcome outcome = read(file, piece);
    ASSERT_THAT(outcome.packets, SizeIs(count));
    for (std::uint32_t i = 0; i < count; ++i)
      EXPECT_EQ(outcome.packets[i].bytes, std::to_string(i));
  }
}

TEST(PcapReader, ViewsHoldUntilTheNextBatch) {
  const PcapShape shape;
  std::string file = pcap_header(shape);
  for (int i = 0; i < 100; ++i) file += pcap_record(shape, 1, 0, std::string(100, 'a'));
  ReadError error;
  const auto reader =
      PcapReader::open(ByteWindow(std::make_unique<MemoryStream>(file, 1000), 64), "file", error);
  ASSERT_NE(reader, nullptr);
  std::size_t packets = 0;
  for (auto batch = reader->next_batch(); !batch.empty(); batch = reader->next_batch()) {
    packets += batch.size();
    for (const Packet& packet : batch) EXPECT_EQ(packet.bytes, std::string(100, 'a'));
  }
  EXPECT_EQ(packets, 100U);
}

TEST(PcapReader, CutAnywhereItTellsWhereAndKeepsWhatIsWhole) {
  const PcapShape shape;
  const std::string file = pcap_header(shape) + pcap_record(shape, 1, 0, "first") +
                           pcap_record(shape, 2, 0, "second one");
  const std::vector<std::size_t> starts{24, 24 + 16 + 5, file.size()};
  for (std::size_t size = 1; size <= file.size(); ++size) {
    for (const std::size_t piece : {whole, std::size_t{1}}) {
      SCOPED_TRACE(testing::Message() << "cut to " << size << ", in pieces of " << piece);
      const Outcome outcome = read(file.substr(0, size), piece);
      if (size < starts[0]) {
        EXPECT_FALSE(outcome.opened);
        EXPECT_EQ(outcome.errors[0].offset, 0U);
        continue;
      }
      const std::size_t whole_packets = size < starts[1] ? 0 : size < starts[2] ? 1 : 2;
      EXPECT_THAT(outcome.packets, SizeIs(whole_packets));
      if (size == starts[whole_packets]) {
        EXPECT_THAT(outcome.errors, IsEmpty());
      } else {
        ASSERT_THAT(outcome.errors, SizeIs(1));
        EXPECT_EQ(outcome.errors[0].offset, starts[whole_packets]);
        EXPECT_EQ(outcome.errors[0].where, "file");
      }
    }
  }
}

TEST(PcapReader, CutsAreToldInBytes) {
  const PcapShape shape;
  const std::string file = pcap_header(shape) + pcap_record(shape, 1, 0, "ten bytes.");
  EXPECT_EQ(read(file.substr(0, 24 + 16 + 3)).errors[0].what,
            "the last packet is cut: 3 of 10 bytes are there");
  EXPECT_EQ(read(file.substr(0, 24 + 9)).errors[0].what,
            "the last packet is cut in its header: 9 of 16 bytes are there");
  EXPECT_EQ(read(file.substr(0, 20)).errors[0].what,
            "the file header is cut: 20 of 24 bytes are there");
}

TEST(PcapReader, AnAbsurdLengthEndsTheFile) {
  const PcapShape shape;
  const std::string file = pcap_header(shape) + pcap_record(shape, 1, 0, "sound") +
                           pcap_record(shape, 2, 0, "damaged", 0x7fffffff) +
                           pcap_record(shape, 3, 0, "unreachable");
  for (const std::size_t piece : {whole, std::size_t{3}}) {
    const Outcome outcome = read(file, piece);
    ASSERT_THAT(outcome.packets, SizeIs(1));
    ASSERT_THAT(outcome.errors, SizeIs(1));
    EXPECT_EQ(outcome.errors[0].offset, 24U + 16 + 5);
    EXPECT_THAT(outcome.errors[0].what, HasSubstr("2147483647"));
  }
}

TEST(PcapReader, RecordsBeyondTheSnaplenAreTakenUpToTheUsualLimit) {
  const PcapShape shape{.snaplen = 96};
  const std::string most(usual_record_limit, 'x');
  const Outcome outcome = read(pcap_header(shape) + pcap_record(shape, 1, 0, most) +
                               pcap_record(shape, 1, 0, most + "x"));
  ASSERT_THAT(outcome.packets, SizeIs(1));
  EXPECT_EQ(outcome.packets[0].bytes, most);
  ASSERT_THAT(outcome.errors, SizeIs(1));
  EXPECT_THAT(outcome.errors[0].what, HasSubstr("262145"));
}

TEST(PcapReader, ALargerSnaplenRaisesTheLimit) {
  const PcapShape shape{.snaplen = 1'000'000};
  const std::string large(900'000, 'x');
  const Outcome outcome = read(pcap_header(shape) + pcap_record(shape, 1, 0, large), 10'000);
  ASSERT_THAT(outcome.packets, SizeIs(1));
  EXPECT_EQ(outcome.packets[0].bytes, large);
}

TEST(PcapReader, NoSnaplenAllowsGiants) {
  const PcapShape shape{.snaplen = 0xffffffff};
  const Outcome outcome =
      read(pcap_header(shape) + pcap_record(shape, 1, 0, "x", largest_record + 1));
  ASSERT_THAT(outcome.errors, SizeIs(1));
  EXPECT_THAT(outcome.errors[0].what, HasSubstr("268435457"));
}

TEST(PcapReader, AStreamThatFailsIsToldWhereItFailed) {
  const PcapShape shape;
  const std::string file = pcap_header(shape) + pcap_record(shape, 1, 0, "sound") + "cut";
  const Outcome outcome = read(file, whole, "is damaged: for the test");
  EXPECT_THAT(outcome.packets, SizeIs(1));
  ASSERT_THAT(outcome.errors, SizeIs(1));
  EXPECT_EQ(outcome.errors[0].what, "the input is damaged: for the test");
  EXPECT_EQ(outcome.errors[0].offset, file.size());
}

TEST(PcapReader, OnlyVersionTwoFourIsRead) {
  for (const Order order : {Order::little, Order::big}) {
    EXPECT_TRUE(PcapReader::reads_version(pcap_header({.order = order})));
    EXPECT_FALSE(PcapReader::reads_version(pcap_header({.order = order, .minor_version = 2})));
  }
}

TEST(PcapReader, ProgressCountsTheBytesOfTheInput) {
  const PcapShape shape;
  const std::string file = pcap_header(shape) + pcap_record(shape, 1, 0, "frame");
  ReadError error;
  const auto reader =
      PcapReader::open(ByteWindow(std::make_unique<MemoryStream>(file)), "file", error);
  ASSERT_NE(reader, nullptr);
  read_all(*reader);
  EXPECT_EQ(reader->position(), file.size());
  EXPECT_EQ(reader->size(), file.size());
}

}  // namespace
}  // namespace oddport::test
