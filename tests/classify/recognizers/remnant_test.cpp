// Protocols over UDP that only several datagrams tell, and what remains of the last that a capture keeps.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "classify/recognizers.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace {

Match ask(std::string_view name, Conversation& conversation) {
  const Recognizer* recognizer = find_recognizer(name);
  return recognizer == nullptr ? Match{} : recognizer->recognize(conversation.exchange());
}

std::string numbered(Bytes start, std::uint8_t number, Bytes rest) {
  std::string bytes{start};
  bytes.push_back(static_cast<char>(number));
  bytes += rest;
  return bytes;
}

TEST(EspUdp, IsToldByItsNumbersAndConfirmedByKeepalives) {
  const Bytes start = "\xc1\x23\x45\x67\0\0\0"_b;
  const std::string first = numbered(start, 1, "24 bytes of ciphertext.."_b);
  const std::string second = numbered(start, 2, "28 bytes of some ciphertext."_b);
  const std::string third = numbered(start, 3, "24 bytes of ciphertext.."_b);
  const std::string fourth = numbered(start, 4, "24 bytes of ciphertext.."_b);
  Conversation conversation{Transport::udp};
  conversation.client(first).client(second).client(third);
  EXPECT_EQ(ask("esp-udp", conversation).certainty, Certainty::hint);
  conversation.client(fourth);
  EXPECT_EQ(ask("esp-udp", conversation).certainty, Certainty::likely);
  conversation.client("\xff");
  EXPECT_EQ(ask("esp-udp", conversation).certainty, Certainty::confirmed);
  conversation.client("\0\0\0\0and IKE"_b);
  EXPECT_FALSE(ask("esp-udp", conversation));
}

TEST(Psp, IsToldByVectorsThatGoUp) {
  const Bytes start = "\x06\x01\x01\x05\x12\x34\x56\x78\x17\x93\xa0\x11\x22\x33\x44"_b;
  const Bytes rest = "\x80\x01\x01\xbb encrypted header and16 bytes of auth"_b;
  const std::string first = numbered(start, 0x20, rest);
  const std::string second = numbered(start, 0x21, rest);
  Conversation conversation{Transport::udp};
  conversation.client(first);
  EXPECT_EQ(ask("psp", conversation).certainty, Certainty::hint);
  conversation.client(second);
  EXPECT_EQ(ask("psp", conversation).certainty, Certainty::confirmed);
}

TEST(Acdr, IsToldByRecordsInSequence) {
  const Bytes start = "\x07\0\x01\x02\x03\0"_b;
  const Bytes rest = "\0\x01\0\x02\0\x05\x04\0\0\x12\x34\x01\0\0\0\x07some bytes"_b;
  const std::string first = numbered(start, 1, rest);
  const std::string second = numbered(start, 2, rest);
  const std::string third = numbered(start, 3, rest);
  const std::string fourth = numbered(start, 4, rest);
  Conversation conversation{Transport::udp};
  conversation.client(first);
  EXPECT_FALSE(ask("acdr", conversation));
  conversation.client(second).client(third).client(fourth);
  EXPECT_EQ(ask("acdr", conversation).certainty, Certainty::confirmed);
}

TEST(Tftp, IsToldByBlocksAcknowledgedInOrder) {
  Conversation conversation{Transport::udp};
  conversation.client("\0\x03\0\x07some of a file"_b).server("\0\x04\0\x07"_b);
  EXPECT_EQ(ask("tftp", conversation).certainty, Certainty::hint) << "not from the first block on";
  conversation.client("\0\x03\0\x08the end"_b).server("\0\x04\0\x08"_b);
  EXPECT_EQ(ask("tftp", conversation).certainty, Certainty::confirmed);
}

TEST(Owamp, TellsTestPacketsByTheirNumbersAndTimes) {
  const std::string first =
      numbered("\0\0\0"_b, 0, "\xe9\x1a\x2b\x3c\x4d\x5e\x6f\x70\x80\x01\0\0\0\0"_b);
  const std::string second =
      numbered("\0\0\0"_b, 1, "\xe9\x1a\x2b\x3d\x4d\x5e\x6f\x70\x80\x01\0\0\0\0"_b);
  const std::string third =
      numbered("\0\0\0"_b, 2, "\xe9\x1a\x2b\x3e\x4d\x5e\x6f\x70\x80\x01\0\0\0\0"_b);
  Conversation conversation{Transport::udp};
  conversation.client(first).client(second);
  EXPECT_FALSE(ask("owamp", conversation));
  conversation.client(third);
  const Match match = ask("owamp", conversation);
  EXPECT_EQ(match.certainty, Certainty::likely);
  EXPECT_EQ(match.protocol, "twamp-test");
}

TEST(Statsd, PassesOverWhatRemainsOfTheLastDatagram) {
  Conversation conversation{Transport::udp};
  conversation.client("web.requests:1|c\nweb.errors:3|c\n")
      .cut_client("\xe2\x82 and no metric", 400);
  EXPECT_EQ(ask("statsd", conversation).certainty, Certainty::confirmed);
  conversation.client("and no metric");
  EXPECT_FALSE(ask("statsd", conversation));
}

TEST(Dhcp, KnowsTheHeadThatAShortCaptureKept) {
  const std::string head = std::string{"\x01\x01\x06\0\0\0\x3d\x1d"_b} + std::string(20, '\0') +
                           std::string{"\0\x0b\x82\x01\xfc\x42"_b} + std::string(20, '\0');
  Conversation conversation{Transport::udp};
  conversation.cut_client(head, 272);
  EXPECT_EQ(ask("dhcp", conversation).certainty, Certainty::likely);
}

}  // namespace
}  // namespace oddport
