#include "classify/shortlist.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <vector>

namespace oddport {
namespace {

Match nothing(const Exchange&) { return {}; }

constexpr Recognizer recognizer(std::string_view name, const Openings& opens,
                                Transports transports = Transports::tcp) {
  Recognizer made{};
  made.name = name;
  made.opens = opens;
  made.transports = transports;
  made.judge = nothing;
  return made;
}

constexpr Recognizer broad = recognizer("broad", {});
constexpr Recognizer greets = recognizer("greets", {.client = {}, .server = ByteSet::of("2")});
constexpr Recognizer narrow =
    recognizer("narrow", {.client = ByteSet::of("H"), .server = ByteSet::of("2")});
constexpr Recognizer other_answer =
    recognizer("other-answer", {.client = ByteSet::of("H"), .server = ByteSet::of("5")});
constexpr Recognizer of_datagrams = recognizer("of-datagrams", {}, Transports::udp);

constexpr std::array<const Recognizer*, 5> all{&broad, &greets, &narrow, &of_datagrams,
                                               &other_answer};

std::vector<std::string_view> asked(Bytes client, Bytes server) {
  const Shortlist shortlist{all};
  Exchange exchange;
  exchange.client = client;
  exchange.server = server;
  std::vector<std::string_view> names;
  shortlist.for_each(exchange, [&](const Recognizer& each) { names.push_back(each.name); });
  return names;
}

using Names = std::vector<std::string_view>;

TEST(Shortlist, BeginsWithThoseToWhomBothSidesCouldBelong) {
  EXPECT_EQ(asked("HELO", "220 "), (Names{"narrow", "greets", "broad", "other-answer"}));
}

TEST(Shortlist, OfOneSideAsksWhomeverItCouldBelongTo) {
  EXPECT_EQ(asked("HELO", ""), (Names{"narrow", "other-answer", "broad"}));
  EXPECT_EQ(asked("", "220 "), (Names{"narrow", "greets", "broad"}));
}

TEST(Shortlist, AsksNobodyAboutSilence) { EXPECT_EQ(asked("", ""), Names{}); }

TEST(Shortlist, StopsWhereOneSaysThatItIsEnough) {
  const Shortlist shortlist{all};
  Exchange exchange;
  exchange.client = "HELO";
  exchange.server = "220 ";
  int times = 0;
  EXPECT_TRUE(shortlist.any_of(exchange, [&](const Recognizer& each) {
    ++times;
    return each.name == "greets";
  }));
  EXPECT_EQ(times, 2);
}

}  // namespace
}  // namespace oddport
