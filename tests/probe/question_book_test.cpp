#include "probe/question_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "classify/recognizers.h"
#include "probe/manner.h"

namespace oddport {
namespace {

std::vector<std::string> names(const std::vector<const Recognizer*>& questions) {
  std::vector<std::string> all;
  for (const Recognizer* each : questions) all.emplace_back(each->name);
  return all;
}

bool asks(const std::vector<const Recognizer*>& questions, std::string_view name) {
  return std::ranges::any_of(questions, [&](const Recognizer* each) { return each->name == name; });
}

TEST(QuestionBook, AsksFirstWhatIsAtHome) {
  const QuestionBook book({});
  EXPECT_EQ(names(book.questions(515, Transport::tcp)).front(), "lpd");
  EXPECT_EQ(names(book.questions(520, Transport::udp)).front(), "rip");
  EXPECT_EQ(names(book.questions(705, Transport::tcp)).front(), "agentx");
}

TEST(QuestionBook, AsksStrangePortsForTlsAndHttpFirst) {
  const auto order = names(QuestionBook({}).questions(724, Transport::tcp));
  ASSERT_GE(order.size(), 20u);
  EXPECT_EQ(order[0], "tls");
  EXPECT_EQ(order[1], "http");
}

TEST(QuestionBook, RepeatsNoQuestion) {
  const QuestionBook book({.control = true});
  for (const Transport transport : {Transport::tcp, Transport::udp}) {
    std::vector<Bytes> asked;
    for (const Recognizer* each : book.questions(1000, transport)) {
      const Bytes bytes = question_over(*each, transport);
      EXPECT_FALSE(bytes.empty()) << each->name;
      EXPECT_EQ(std::ranges::count(asked, bytes), 0) << each->name;
      asked.push_back(bytes);
    }
  }
}

TEST(QuestionBook, LeavesControlEquipmentAloneUnlessToldTo) {
  const QuestionBook tame({});
  const QuestionBook bold({.control = true});
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{502, 724, 2404, 44818}) {
    EXPECT_FALSE(asks(tame.questions(port, Transport::tcp), "modbus")) << port;
    EXPECT_TRUE(asks(bold.questions(port, Transport::tcp), "modbus")) << port;
    EXPECT_FALSE(asks(tame.questions(port, Transport::udp), "bacnet")) << port;
    EXPECT_TRUE(asks(bold.questions(port, Transport::udp), "bacnet")) << port;
  }
}

TEST(QuestionBook, SaysNothingToAPrinterThatWouldBePrinted) {
  EXPECT_EQ(names(QuestionBook({}).questions(9100, Transport::tcp)),
            std::vector<std::string>{"pdl-datastream"});
}

TEST(QuestionBook, AsksInsideTlsWhatIsAtHomeThere) {
  const auto order = names(QuestionBook({}).questions_inside_tls(636));
  EXPECT_EQ(order.front(), "ldap");
  EXPECT_EQ(std::ranges::count(order, "tls"), 0);
  EXPECT_EQ(names(QuestionBook({}).questions_inside_tls(853)).front(), "dns");
  EXPECT_NE(names(QuestionBook({}).questions(636, Transport::tcp)).front(), "ldap");
}

TEST(QuestionBook, FollowsTheFirstBytesOfAnAnswer) {
  const QuestionBook book({});
  std::vector<const Recognizer*> questions = book.questions(724, Transport::tcp);
  QuestionBook::prefer_openings(questions, Transport::tcp, "-ERR unknown command\r\n");
  const auto fits = [](const Recognizer* each) {
    return each->opens.server.at(0) != ByteSet::all() &&
           each->opens.server.admits("-ERR unknown command\r\n");
  };
  EXPECT_TRUE(std::ranges::is_partitioned(questions, fits));
}

// The asker's address goes where the question names an internet address of zeros.
TEST(QuestionBook, KnowsWhereTheAskersAddressBelongs) {
  std::size_t found = 0;
  for (const Recognizer* each : all_recognizers()) {
    if (manner_of(*each).own_address_at == 0) continue;
    ++found;
    EXPECT_EQ(each->hello.bytes.substr(manner_of(*each).own_address_at, 8), "\0\x02\0\0\0\0\0\0"_b)
        << each->name;
  }
  EXPECT_EQ(found, 2u);
}

TEST(QuestionBook, HasMannersForProtocolsThatThereAre) {
  std::size_t found = 0;
  for (const Recognizer* each : all_recognizers())
    found += manner_of(*each).protocol.empty() ? 0 : 1;
  EXPECT_EQ(found, 14u);
}

}  // namespace
}  // namespace oddport
