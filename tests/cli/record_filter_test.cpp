#include "cli/record_filter.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

HostPattern pattern(const std::string& text) {
  std::string error;
  const auto parsed = HostPattern::parse(text, error);
  EXPECT_TRUE(parsed.has_value()) << error;
  return *parsed;
}

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

TEST(HostPattern, MatchesAddressesAndNetworks) {
  EXPECT_TRUE(pattern("198.18.0.7").matches(ip("198.18.0.7")));
  EXPECT_FALSE(pattern("198.18.0.7").matches(ip("198.18.0.6")));
  EXPECT_TRUE(pattern("198.18.0.0/15").matches(ip("198.19.255.255")));
  EXPECT_FALSE(pattern("198.18.0.0/15").matches(ip("198.20.0.0")));
  EXPECT_TRUE(pattern("0.0.0.0/0").matches(ip("203.0.113.1")));
  EXPECT_FALSE(pattern("0.0.0.0/0").matches(ip("2001:db8::1")));
  EXPECT_TRUE(pattern("2001:db8::/32").matches(ip("2001:db8:ffff::1")));
  EXPECT_TRUE(pattern("2001:db8::/65").matches(ip("2001:db8::7fff:0:0:1")));
  EXPECT_FALSE(pattern("2001:db8::/65").matches(ip("2001:db8::8000:0:0:1")));
  EXPECT_TRUE(pattern("::/0").matches(ip("fe80::1")));
}

TEST(HostPattern, SaysWhatIsWrong) {
  for (const char* text :
       {"", "host", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "::1/129", "1.2.3.4/8x"}) {
    std::string error;
    EXPECT_FALSE(HostPattern::parse(text, error)) << text;
    EXPECT_FALSE(error.empty()) << text;
  }
}

TEST(RecordFilter, HoldsBackSilentFlowsUnlessAskedFor) {
  Observation seen;
  Verdict verdict;
  verdict.label = Label::silent;
  EXPECT_FALSE(RecordFilter{}.passes(seen, verdict));
  RecordFilter with_silent;
  with_silent.silent = true;
  EXPECT_TRUE(with_silent.passes(seen, verdict));
  RecordFilter only_silent;
  only_silent.labels = {Label::silent};
  EXPECT_TRUE(only_silent.passes(seen, verdict));
}

TEST(RecordFilter, WantsEveryCondition) {
  Observation seen;
  seen.client.ip = ip("198.18.255.1");
  seen.server.ip = ip("198.18.0.7");
  Verdict verdict;
  verdict.label = Label::unofficial;
  verdict.certainty = Certainty::likely;
  verdict.port = 596;
  RecordFilter filter;
  filter.labels = {Label::unknown, Label::unofficial};
  filter.hosts = {pattern("198.18.0.7")};
  filter.least = Certainty::likely;
  filter.ports = PortSet::watched_by_default();
  EXPECT_TRUE(filter.passes(seen, verdict));
  verdict.certainty = Certainty::hint;
  EXPECT_FALSE(filter.passes(seen, verdict));
  verdict.certainty = Certainty::confirmed;
  verdict.port = 80;
  EXPECT_FALSE(filter.passes(seen, verdict));
}

}  // namespace
}  // namespace oddport
