#include "capture/pcapng_reader.h"

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
constexpr std::uint16_t ethernet = 1;
constexpr std::uint16_t raw = 101;

Outcome read(const std::string& file, std::size_t piece = whole) {
  PcapngReader reader(ByteWindow(std::make_unique<MemoryStream>(file, piece),
                                 piece == whole ? ByteWindow::usual_capacity : 1),
                      "file");
  return read_all(reader);
}

class PcapngOrders : public testing::TestWithParam<Order> {
 protected:
  PcapngShape shape_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(BothOrders, PcapngOrders, testing::Values(Order::little, Order::big));

TEST_P(PcapngOrders, AllThreePacketBlocksAreRead) {
  const std::string file =
      section(shape_) + interface(shape_, ethernet, 20) + interface(shape_, raw) +
      enhanced_packet(shape_, 0, 1'700'000'000'123'456, "enhanced", 0, 1500) +
      simple_packet(shape_, 21, "cut to twenty bytes.") + simple_packet(shape_, 5, "short") +
      obsolete_packet(shape_, 1, 1'700'000'000'000'001, "obsolete");
  for (const std::size_t piece : {whole, std::size_t{1}, std::size_t{13}}) {
    const Outcome outcome = read(file, piece);
    EXPECT_THAT(outcome.errors, IsEmpty());
    EXPECT_THAT(outcome.packets,
                ElementsAre(Kept{"enhanced", 1500, LinkType::ethernet, 1'700'000'000'123'456'000},
                            Kept{"cut to twenty bytes.", 21, LinkType::ethernet, 0},
                            Kept{"short", 5, LinkType::ethernet, 0},
                            Kept{"obsolete", 8, LinkType::raw, 1'700'000'000'000'001'000}));
  }
}

TEST_P(PcapngOrders, EachInterfaceHasItsClock) {
  const std::string nano = option(shape_, 9, "\x09");
  const std::string seconds = option(shape_, 9, std::string(1, '\0'));
  const std::string pico = option(shape_, 9, "\x0c");
  const std::string binary = option(shape_, 9, "\x8a");  // 1/1024 s
  const std::string later = option(shape_, 14, u64(shape_.order, 1000));
  const std::string comment = option(shape_, 1, "a comment");
  const std::string earlier = option(shape_, 14, u64(shape_.order, std::uint64_t{0} - 1000));
  std::string file = section(shape_);
  for (const std::string& options :
       {nano, seconds, pico, binary, comment + later + nano, earlier}) {
    const std::string ended = options + option(shape_, 0, "");
    file += interface(shape_, ethernet, 0, ended);
  }
  file += enhanced_packet(shape_, 0, 1'700'000'000'123'456'789, "a") +
          enhanced_packet(shape_, 1, 1'700'000'000, "b") +
          enhanced_packet(shape_, 2, 1'700'000'000'123'456, "c") +
          enhanced_packet(shape_, 3, 1024 * 5 + 512, "d") + enhanced_packet(shape_, 4, 5, "e") +
          enhanced_packet(shape_, 5, 5, "f");
  const Outcome outcome = read(file);
  std::vector<Time> times;
  for (const Kept& packet : outcome.packets) times.push_back(packet.time);
  EXPECT_THAT(times,
              ElementsAre(1'700'000'000'123'456'789, 1'700'000'000'000'000'000, 1'700'000'000'123,
                          5'500'000'000, 1'000'000'000'005, -999'999'995'000));
}

TEST_P(PcapngOrders, ASectionForgetsTheInterfacesOfTheLast) {
  const std::string file =
      section(shape_) + interface(shape_, ethernet) + interface(shape_, ethernet) +
      enhanced_packet(shape_, 1, 1, "one") + section(shape_) + interface(shape_, raw) +
      enhanced_packet(shape_, 0, 2, "two") + enhanced_packet(shape_, 1, 3, "nobody's");
  const Outcome outcome = read(file);
  EXPECT_THAT(outcome.packets, ElementsAre(Kept{"one", 3, LinkType::ethernet, 1000},
                                           Kept{"two", 3, LinkType::raw, 2000}));
  EXPECT_THAT(outcome.errors, SizeIs(1));
}

TEST(PcapngReader, SectionsMayDifferInByteOrder) {
  const PcapngShape little{Order::little};
  const PcapngShape big{Order::big};
  std::string file;
  for (const PcapngShape& shape : {little, big, big, little}) {
    file += section(shape) + interface(shape, ethernet) + enhanced_packet(shape, 0, 7, "packet");
  }
  for (const std::size_t piece : {whole, std::size_t{1}}) {
    const Outcome outcome = read(file, piece);
    EXPECT_THAT(outcome.errors, IsEmpty());
    const Kept expected{"packet", 6, LinkType::ethernet, 7000};
    EXPECT_THAT(outcome.packets, ElementsAre(expected, expected, expected, expected));
  }
}

TEST_P(PcapngOrders, UnknownBlocksArePassedOver) {
  const std::string file = section(shape_) + block(shape_, 4, "names") +
                           interface(shape_, ethernet) + block(shape_, 0x80000bad, "") +
                           enhanced_packet(shape_, 0, 1, "packet") +
                           block(shape_, 5, std::string(100'000, 's'));
  for (const std::size_t piece : {whole, std::size_t{1000}}) {
    const Outcome outcome = read(file, piece);
    EXPECT_THAT(outcome.packets, SizeIs(1));
    EXPECT_THAT(outcome.errors, IsEmpty());
  }
}

TEST_P(PcapngOrders, PacketsOfUnknownInterfacesAreSkippedAndToldOnce) {
  const std::string start =
      section(shape_) + simple_packet(shape_, 4, "none") + interface(shape_, ethernet);
  const std::string file =
      start + enhanced_packet(shape_, 0, 1, "a") + enhanced_packet(shape_, 1, 1, "b") +
      enhanced_packet(shape_, 0xffffffff, 1, "c") + enhanced_packet(shape_, 0, 1, "d");
  const Outcome outcome = read(file);
  ASSERT_THAT(outcome.packets, SizeIs(2));
  EXPECT_EQ(outcome.packets[1].bytes, "d");
  ASSERT_THAT(outcome.errors, SizeIs(1));
  EXPECT_EQ(outcome.errors[0].offset, section(shape_).size());
  EXPECT_THAT(outcome.errors[0].what, HasSubstr("interface 0"));
}

TEST_P(PcapngOrders, CutAnywhereItTellsWhereAndKeepsWhatIsWhole) {
  const std::vector<std::string> blocks{section(shape_), interface(shape_, ethernet),
                                        enhanced_packet(shape_, 0, 1, "first"),
                                        simple_packet(shape_, 6, "second")};
  std::string file;
  std::vector<std::size_t> starts;
  for (const std::string& each : blocks) {
    starts.push_back(file.size());
    file += each;
  }
  for (std::size_t size = 0; size <= file.size(); ++size) {
    for (const std::size_t piece : {whole, std::size_t{1}}) {
      SCOPED_TRACE(testing::Message() << "cut to " << size << ", in pieces of " << piece);
      const Outcome outcome = read(file.substr(0, size), piece);
      std::size_t cut = 0;  // the block that holds the first missing byte
      while (cut + 1 < starts.size() && starts[cut + 1] <= size) ++cut;
      EXPECT_THAT(outcome.packets, SizeIs(size == file.size() ? 2 : cut == 3 ? 1 : 0));
      if (size == starts[cut] || size == file.size()) {
        EXPECT_THAT(outcome.errors, IsEmpty());
      } else {
        ASSERT_THAT(outcome.errors, SizeIs(1));
        EXPECT_EQ(outcome.errors[0].offset, starts[cut]);
        EXPECT_THAT(outcome.errors[0].what, HasSubstr("the last block is cut"));
      }
    }
  }
}

TEST_P(PcapngOrders, DamageEndsTheFileWhereItIs) {
  const std::string sound =
      section(shape_) + interface(shape_, ethernet, 1000) + enhanced_packet(shape_, 0, 1, "sound");
  const std::string after = enhanced_packet(shape_, 0, 1, "unreachable");
  const Order order = shape_.order;
  std::string disagreeing = block(shape_, 6, std::string(40, 'x'));
  disagreeing.replace(disagreeing.size() - 4, 4, u32(order, 48));
  const std::vector<std::pair<std::string, std::string>> cases{
      {u32(order, 6) + u32(order, 11) + u32(order, 11), "length of 11"},
      {u32(order, 6) + u32(order, 0) + u32(order, 0), "length of 0"},
      {u32(order, 99) + u32(order, 30) + std::string(26, 'x'), "length of 30"},
      {u32(order, 99) + u32(order, 0xfffffffc) + std::string(20, 'x'), "length of 4294967292"},
      {disagreeing, "52 at its start and 48 at its end"},
      {block(shape_, 6, std::string(16, '\0')), "packet block is too short"},
      {block(shape_, 2, std::string(16, '\0')), "packet block is too short"},
      {block(shape_, 3, ""), "packet block is too short"},
      {block(shape_, 1, "abcd"), "interface block is too short"},
      {enhanced_packet(shape_, 0, 1, "12345678", 9), "claims 9 bytes"},
      {simple_packet(shape_, 500, "12345678"), "claims 500 bytes"},
      {enhanced_packet(shape_, 0, 1, std::string(300'000, 'x')), "claims 300000 bytes"},
      {section(shape_, 2), "unknown version 2"},
      {block(shape_, 0x0a0d0d0a, u32(order, 0x1a2b3c4d)), "section header is too short"},
      {block(shape_, 0x0a0d0d0a, std::string(16, 'x')), "without the byte-order magic"},
  };
  for (const auto& [damaged, told] : cases) {
    SCOPED_TRACE(told);
    std::string file = sound;
    file += damaged;
    file += after;
    const Outcome outcome = read(file);
    EXPECT_THAT(outcome.packets, SizeIs(1));
    ASSERT_THAT(outcome.errors, SizeIs(1));
    EXPECT_EQ(outcome.errors[0].offset, sound.size());
    EXPECT_THAT(outcome.errors[0].what, HasSubstr(told));
    EXPECT_THAT(outcome.errors[0].what, HasSubstr("reading ends here"));
  }
}

TEST_P(PcapngOrders, OptionsThatDoNotAddUpAreIgnoredFromThereOn) {
  const std::string nano = option(shape_, 9, "\x09");
  const std::string broken = u16(shape_.order, 14) + u16(shape_.order, 60'000) + "1234";
  const std::string wrong_size = option(shape_, 14, "123");
  for (const std::string& options : {nano + broken, nano + wrong_size, nano + "\x01"}) {
    const Outcome outcome = read(section(shape_) + interface(shape_, ethernet, 0, options) +
                                 enhanced_packet(shape_, 0, 5, "packet"));
    ASSERT_THAT(outcome.packets, SizeIs(1));
    EXPECT_EQ(outcome.packets[0].time, 5);
  }
}

TEST_P(PcapngOrders, ExtremeTimesAreClamped) {
  const std::string seconds = option(shape_, 9, std::string(1, '\0'));
  const std::string past = option(shape_, 14, u64(shape_.order, std::uint64_t{1} << 63));
  const std::string future = option(shape_, 14, u64(shape_.order, ~std::uint64_t{0} >> 1));
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  constexpr Time latest = std::numeric_limits<Time>::max();
  constexpr Time earliest = std::numeric_limits<Time>::min();
  std::string file = section(shape_);
  for (const std::string& options : {seconds, past, future, seconds + future}) {
    file += interface(shape_, ethernet, 0, options);
  }
  for (std::uint32_t id = 0; id < 4; ++id) file += enhanced_packet(shape_, id, most, "x");
  file += enhanced_packet(shape_, 1, 0, "x");
  const Outcome outcome = read(file);
  std::vector<Time> times;
  for (const Kept& packet : outcome.packets) times.push_back(packet.time);
  EXPECT_THAT(times, ElementsAre(latest, earliest, latest, latest, earliest));
}

TEST(PcapngReader, ManyPacketsComeInManyBatches) {
  const PcapngShape shape;
  std::string file = section(shape) + interface(shape, ethernet);
  constexpr std::uint32_t count = 2 * max_batch + 3;
  for (std::uint32_t i = 0; i < count; ++i) file += enhanced_packet(shape, 0, i, std::to_string(i));
  for (const std::size_t piece : {whole, std::size_t{11}}) {
    const Outcome outcome = read(file, piece);
    ASSERT_THAT(outcome.packets, SizeIs(count));
    for (std::uint32_t i = 0; i < count; ++i)
      EXPECT_EQ(outcome.packets[i].bytes, std::to_string(i));
  }
}

TEST(PcapngReader, TheNumberOfInterfacesIsBounded) {
  const PcapngShape shape;
  std::string file = section(shape);
  for (int i = 0; i < 65'537; ++i) file += interface(shape, ethernet);
  const Outcome outcome = read(file);
  ASSERT_THAT(outcome.errors, SizeIs(1));
  EXPECT_THAT(outcome.errors[0].what, HasSubstr("more than 65536 interfaces"));
}

}  // namespace
}  // namespace oddport::test
