#include "classify/byte_reader.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

TEST(ByteReader, ReadsBothByteOrders) {
  ByteReader reader("\x01\x02\x03\x04\x05\x06\x07\x08\x09"_b);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u16_le(), 0x0504);
  EXPECT_EQ(reader.u32(), 0x06070809u);
  EXPECT_TRUE(reader.at_end());
  EXPECT_TRUE(reader);
}

TEST(ByteReader, AReadBeyondTheEndFailsForGood) {
  ByteReader reader("\x01\x02\x03"_b);
  EXPECT_EQ(reader.u32(), 0u);
  EXPECT_FALSE(reader);
  EXPECT_EQ(reader.u8(), 0) << "bytes that are there are not read after a failure";
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_TRUE(reader.rest().empty());
  EXPECT_TRUE(reader.take(0).empty());
}

TEST(ByteReader, HugeLengthsDoNotWrap) {
  ByteReader reader("abc");
  reader.u8();
  EXPECT_TRUE(reader.take(static_cast<std::size_t>(-1)).empty());
  EXPECT_FALSE(reader);
}

TEST(ByteReader, AcceptsLiteralsWithNuls) {
  ByteReader reader("\0root\0"_b);
  EXPECT_TRUE(reader.accept("\0"_b));
  EXPECT_EQ(reader.until('\0'), "root");
  EXPECT_TRUE(reader.at_end());
}

TEST(ByteReader, AcceptIfLeavesTheReaderTrue) {
  ByteReader reader("abc");
  EXPECT_FALSE(reader.accept_if("x"));
  EXPECT_TRUE(reader.accept_if("ab"));
  EXPECT_EQ(reader.rest(), "c");
}

TEST(ByteReader, UntilNeedsItsDelimiterWithinTheLimit) {
  EXPECT_EQ(ByteReader("name\n").until('\n', 4), "name");
  ByteReader too_long("names\n");
  EXPECT_TRUE(too_long.until('\n', 4).empty());
  EXPECT_FALSE(too_long);
  ByteReader missing("name");
  missing.until('\n');
  EXPECT_FALSE(missing);
}

TEST(ByteReader, DecimalWantsDigitsAndNoMoreThanTold) {
  EXPECT_EQ(ByteReader("191>").decimal(3), 191u);
  ByteReader long_number("1911>");
  long_number.decimal(3);
  EXPECT_FALSE(long_number);
  ByteReader none("x");
  none.decimal();
  EXPECT_FALSE(none);
}

TEST(ByteReader, SubReaderSeesOnlyItsPart) {
  ByteReader reader("abcdef");
  ByteReader inner = reader.sub(2);
  EXPECT_EQ(inner.take(2), "ab");
  EXPECT_TRUE(inner.at_end());
  EXPECT_EQ(reader.rest(), "cdef");
  EXPECT_FALSE(reader.sub(5));
}

}  // namespace
}  // namespace oddport
