#include "capture/fragment_table.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace oddport::testing {
namespace {

constexpr Time second = 1'000'000'000;
constexpr std::uint8_t udp_protocol = 17;

FragmentKey key_of(std::uint32_t identification) {
  return {IpAddress::v4(0xc6120001), IpAddress::v4(0xc6120002), identification, udp_protocol};
}

Fragment piece(Bytes datagram, std::size_t from, std::size_t size) {
  const Bytes bytes = datagram.substr(from, size);
  return {udp_protocol, from, from + bytes.size() == datagram.size(), bytes, bytes.size()};
}

std::string counting(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(i * 7 + i / 251));
  return bytes;
}

class FragmentTableTest : public ::testing::Test {
 protected:
  std::optional<Datagram> add(const Fragment& fragment, Time now = 0, std::uint32_t id = 1) {
    return table_.add(key_of(id), fragment, now);
  }

  FragmentTable table_;
};

TEST_F(FragmentTableTest, HandsOutACompleteDatagramOnce) {
  const std::string datagram = counting(100);
  EXPECT_FALSE(add(piece(datagram, 0, 48)));
  const auto whole = add(piece(datagram, 48, 52));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->head, datagram);
  EXPECT_EQ(whole->length, 100u);
  EXPECT_TRUE(whole->length_known);
  EXPECT_EQ(whole->protocol, udp_protocol);
  EXPECT_FALSE(add(piece(datagram, 48, 52)));
}

TEST_F(FragmentTableTest, AnyOrderGivesTheSame) {
  const std::string datagram = counting(1001);
  for (const std::size_t first : {0u, 1u, 2u}) {
    for (const std::size_t second_piece : {1u, 2u}) {
      FragmentTable table;
      const std::size_t order[] = {first, (first + second_piece) % 3,
                                   (first + 3 - second_piece) % 3};
      EXPECT_FALSE(table.add(key_of(1), piece(datagram, order[0] * 400, 400), 0));
      EXPECT_FALSE(table.add(key_of(1), piece(datagram, order[1] * 400, 400), 0));
      const auto whole = table.add(key_of(1), piece(datagram, order[2] * 400, 400), 0);
      ASSERT_TRUE(whole);
      EXPECT_EQ(whole->head, datagram);
    }
  }
}

TEST_F(FragmentTableTest, ALongDatagramIsHandedOutWhenItsHeadIsThere) {
  const std::string datagram = counting(20000);
  EXPECT_FALSE(add(piece(datagram, 0, 1480)));
  EXPECT_FALSE(add(piece(datagram, 1480, 1480)));
  const auto head = add(piece(datagram, 2960, 1480));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->head, datagram.substr(0, FragmentTable::head_size));
  EXPECT_EQ(head->length, 4440u);
  EXPECT_FALSE(head->length_known);
  EXPECT_FALSE(add(piece(datagram, 4440, 20000)));
}

TEST_F(FragmentTableTest, TheLengthIsKnownWhereTheLastFragmentCameFirst) {
  const std::string datagram = counting(20000);
  EXPECT_FALSE(add(piece(datagram, 8000, 12000)));
  const auto head = add(piece(datagram, 0, 8000));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->head, datagram.substr(0, FragmentTable::head_size));
  EXPECT_EQ(head->length, 20000u);
  EXPECT_TRUE(head->length_known);
}

TEST_F(FragmentTableTest, WhereFragmentsOverlapTheFirstWins) {
  const std::string early(32, 'a');
  const std::string late(64, 'b');
  EXPECT_FALSE(add({udp_protocol, 16, false, early, early.size()}));
  const auto whole = add({udp_protocol, 0, true, late, late.size()});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->head, std::string(16, 'b') + std::string(32, 'a') + std::string(16, 'b'));
}

TEST_F(FragmentTableTest, ASecondEndIsNotBelieved) {
  const std::string datagram = counting(64);
  EXPECT_FALSE(add(piece(datagram, 48, 16)));
  EXPECT_FALSE(add({udp_protocol, 24, true, "12345678", 8}));
  EXPECT_FALSE(add({udp_protocol, 64, false, "12345678", 8}));
  const auto whole = add(piece(datagram, 0, 48));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->head, datagram);
}

TEST_F(FragmentTableTest, AnEndBeforeWhatHasComeIsNotBelieved) {
  EXPECT_FALSE(add({udp_protocol, 32, false, "12345678", 8}));
  EXPECT_FALSE(add({udp_protocol, 0, true, "12345678", 8}));
  EXPECT_FALSE(add({udp_protocol, 8, false, "123456789012345678901234", 24}));
  EXPECT_FALSE(add({udp_protocol, 0, false, "abcdefgh", 8}));
  const auto whole = add({udp_protocol, 40, true, "z", 1});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->head, "abcdefgh12345678901234567890123412345678z");
}

TEST_F(FragmentTableTest, ACutFragmentEndsTheHead) {
  const std::string datagram = counting(3000);
  Fragment first = piece(datagram, 0, 1480);
  first.captured = first.captured.substr(0, 61);
  const auto head = add(first);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->head, datagram.substr(0, 61));
  EXPECT_EQ(head->length, 1480u);
  EXPECT_FALSE(head->length_known);
  EXPECT_FALSE(add(piece(datagram, 1480, 2000)));
}

TEST_F(FragmentTableTest, ACutLaterFragmentEndsTheHeadThere) {
  const std::string datagram = counting(3000);
  Fragment last = piece(datagram, 1480, 1520);
  last.captured = last.captured.substr(0, 3);
  EXPECT_FALSE(add(last));
  const auto head = add(piece(datagram, 0, 1480));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->head, datagram.substr(0, 1483));
  EXPECT_EQ(head->length, 3000u);
}

TEST_F(FragmentTableTest, ACompleteDatagramsIdentificationMayComeAgain) {
  const std::string datagram = counting(64);
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(add(piece(datagram, 0, 32)));
    EXPECT_TRUE(add(piece(datagram, 32, 32)));
  }
  EXPECT_EQ(table_.size(), 1u);
}

TEST_F(FragmentTableTest, FragmentsThatComeTwiceHarmNothing) {
  const std::string datagram = counting(64);
  EXPECT_FALSE(add(piece(datagram, 0, 32)));
  EXPECT_FALSE(add(piece(datagram, 0, 32)));
  EXPECT_TRUE(add(piece(datagram, 32, 32)));
  EXPECT_FALSE(add(piece(datagram, 32, 32)));
}

TEST_F(FragmentTableTest, DatagramsAreToldApartByTheWholeKey) {
  const std::string datagram = counting(64);
  FragmentKey keys[5] = {key_of(1), key_of(2), key_of(1), key_of(1), key_of(1)};
  keys[2].protocol = 6;
  keys[3].source = IpAddress::v4(0xc6120009);
  keys[4].destination = IpAddress::v4(0xc6120009);
  for (const FragmentKey& key : keys) EXPECT_FALSE(table_.add(key, piece(datagram, 0, 32), 0));
  for (const FragmentKey& key : keys) EXPECT_TRUE(table_.add(key, piece(datagram, 32, 32), 0));
}

TEST_F(FragmentTableTest, OldFragmentsAreForgotten) {
  const std::string datagram = counting(64);
  EXPECT_FALSE(add(piece(datagram, 0, 32), 0));
  EXPECT_FALSE(add(piece(datagram, 32, 32), FragmentTable::timeout + 1));
  EXPECT_TRUE(add(piece(datagram, 0, 32), FragmentTable::timeout + 2));
  EXPECT_EQ(table_.size(), 1u);
}

TEST_F(FragmentTableTest, FragmentsAreKeptForTheWholeTimeout) {
  const std::string datagram = counting(64);
  EXPECT_FALSE(add(piece(datagram, 0, 32), 5 * second));
  EXPECT_TRUE(add(piece(datagram, 32, 32), 5 * second + FragmentTable::timeout));
}

TEST_F(FragmentTableTest, TimeMayRunBackwards) {
  constexpr Time earliest = std::numeric_limits<Time>::min();
  constexpr Time latest = std::numeric_limits<Time>::max();
  const std::string datagram = counting(64);
  EXPECT_FALSE(add(piece(datagram, 0, 32), latest));
  EXPECT_FALSE(add(piece(datagram, 0, 32), earliest));
  EXPECT_TRUE(add(piece(datagram, 32, 32), earliest + second));
}

TEST_F(FragmentTableTest, TheOldestMakesRoom) {
  const std::string datagram = counting(64);
  constexpr auto many = static_cast<std::uint32_t>(FragmentTable::max_datagrams);
  for (std::uint32_t id = 0; id <= many; ++id) EXPECT_FALSE(add(piece(datagram, 0, 32), id, id));
  EXPECT_EQ(table_.size(), FragmentTable::max_datagrams);
  EXPECT_TRUE(add(piece(datagram, 32, 32), many, 1));
  EXPECT_FALSE(add(piece(datagram, 32, 32), many, 0));
  EXPECT_EQ(table_.size(), FragmentTable::max_datagrams);
}

TEST_F(FragmentTableTest, HeadsOutliveTheNextOnes) {
  const std::string datagram = counting(64);
  EXPECT_FALSE(add(piece(datagram, 0, 32), 0, 1));
  const auto kept = add(piece(datagram, 32, 32), 0, 1);
  ASSERT_TRUE(kept);
  const std::string other(64, 'o');
  for (std::uint32_t id = 2; id < 1 + FragmentTable::kept_heads; ++id) {
    EXPECT_FALSE(add(piece(other, 0, 32), 0, id));
    EXPECT_TRUE(add(piece(other, 32, 32), 0, id));
  }
  EXPECT_EQ(kept->head, datagram);
}

TEST(Fragment, IsPlausibleWithinTheLargestDatagram) {
  EXPECT_FALSE((Fragment{udp_protocol, 0, true, "", 0}).plausible());
  EXPECT_TRUE((Fragment{udp_protocol, 65528, true, "", 7}).plausible());
  EXPECT_FALSE((Fragment{udp_protocol, 65528, true, "", 8}).plausible());
}

}  // namespace
}  // namespace oddport::testing
