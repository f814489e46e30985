#include "capture/stream_head.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace oddport {
namespace {

TEST(StreamHead, JoinsSegmentsInOrder) {
  StreamHead head;
  head.start(1000, true);
  EXPECT_EQ(head.add(1000, "SSH-", 4).bytes, 4u);
  EXPECT_EQ(head.add(1004, "2.0", 3).bytes, 3u);
  EXPECT_EQ(head.contiguous(), "SSH-2.0");
  EXPECT_TRUE(head.from_syn());
}

TEST(StreamHead, HoldsEarlyArrivalsUntilTheHoleCloses) {
  StreamHead head;
  head.start(0, true);
  EXPECT_EQ(head.add(8, "ij", 2).bytes, 0u);
  EXPECT_EQ(head.add(4, "efgh", 4).bytes, 0u);
  EXPECT_EQ(head.contiguous(), "");
  EXPECT_EQ(head.add(0, "abcd", 4).bytes, 10u);
  EXPECT_EQ(head.contiguous(), "abcdefghij");
}

TEST(StreamHead, KeepsTheFirstCopyOfBytesThatComeTwice) {
  StreamHead head;
  head.start(0, true);
  head.add(0, "abcd", 4);
  EXPECT_EQ(head.add(0, "XXXXef", 6).bytes, 2u);
  EXPECT_EQ(head.contiguous(), "abcdef");
}

TEST(StreamHead, KeepsTheFirstCopyAlsoBeyondAHole) {
  StreamHead head;
  head.start(0, true);
  head.add(4, "efgh", 4);
  head.add(0, "abcdXXXXij", 10);
  EXPECT_EQ(head.contiguous(), "abcdefghij");
}

TEST(StreamHead, StopsAtBytesTheCaptureCutOff) {
  StreamHead head;
  head.start(0, true);
  const auto gain = head.add(0, "abc", 100);
  EXPECT_EQ(gain.bytes, 3u);
  EXPECT_EQ(gain.claimed, 100u);
  EXPECT_EQ(head.add(100, "next", 4).bytes, 0u);
  EXPECT_EQ(head.contiguous(), "abc");
}

TEST(StreamHead, TrimsWhatLiesBeforeTheFirstByte) {
  StreamHead head;
  head.start(100, true);
  EXPECT_EQ(head.add(98, "..ab", 4).bytes, 2u);
  EXPECT_EQ(head.contiguous(), "ab");
  EXPECT_EQ(head.add(50, "old", 3).bytes, 0u);
}

TEST(StreamHead, WrapsWithTheSequenceNumber) {
  StreamHead head;
  head.start(0xfffffffe, true);
  head.add(0xfffffffe, "abcd", 4);
  EXPECT_EQ(head.add(2, "ef", 2).bytes, 2u);
  EXPECT_EQ(head.contiguous(), "abcdef");
}

TEST(StreamHead, KeepsNoMoreThanItsCapacity) {
  StreamHead head;
  const std::string large(3000, 'a');
  head.add(0, large, 3000);
  EXPECT_EQ(head.add(3000, large, 3000).bytes, StreamHead::capacity - 3000);
  EXPECT_EQ(head.contiguous().size(), StreamHead::capacity);
  EXPECT_EQ(head.add(6000, large, 3000).bytes, 0u);
}

// Any order, any overlap, any duplication of the same stream gives the same bytes.
TEST(StreamHead, GivesTheStreamWhateverTheOrder) {
  std::string stream(2000, '\0');
  for (std::size_t i = 0; i < stream.size(); ++i) stream[i] = static_cast<char>(i * 7 + i / 256);
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    StreamHead head;
    head.start(0xfffffff0, true);
    std::vector<std::pair<std::size_t, std::size_t>> pieces;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = std::min<std::size_t>(stream.size() - at, 200 + random() % 400);
      const std::size_t earlier = std::min<std::size_t>(at, random() % 50);
      pieces.emplace_back(at - earlier, size + earlier);
      at += size;
    }
    std::ranges::shuffle(pieces, random);
    for (const auto& [at, size] : pieces)
      head.add(static_cast<std::uint32_t>(0xfffffff0 + at), Bytes(stream).substr(at, size),
               static_cast<std::uint32_t>(size));
    // More pieces than the bounded memory for early arrivals may lose some, never invent any.
    ASSERT_EQ(head.contiguous(), Bytes(stream).substr(0, head.contiguous().size()));
    if (pieces.size() <= 8) {
      ASSERT_EQ(head.contiguous().size(), stream.size());
    }
  }
}

}  // namespace
}  // namespace oddport
