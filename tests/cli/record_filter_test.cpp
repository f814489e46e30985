#include "cli/record_filter.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

IpNetwork pattern(const std::string& text) {
  std::string error;
  const auto parsed = IpNetwork::parse(text, error);
  EXPECT_TRUE(parsed.has_value()) << error;
  return *parsed;
}

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

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
