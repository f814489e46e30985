#include "store/note_reader.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "store/endpoint_reader.h"
#include "store/observation_writer.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

TEST(NoteReader, GivesBackWhatTheVerdictSaid) {
  Store store("", Store::Missing::is_created);
  ObservationWriter writer(store);
  samples::Flow flow = samples::mystery();
  flow.verdict.evidence = {"client: 00 01", "two\nlines"};
  flow.verdict.traits = {"client: echo"};
  writer.add(flow.observation, flow.verdict);
  writer.finish();
  int endpoints = 0;
  read_endpoints(store, {}, WithPairs::no, [&](const EndpointView& view) {
    ++endpoints;
    const VerdictWords words = words_of_note(store, view.services.at(0).note);
    EXPECT_EQ(words.reason, flow.verdict.reason);
    EXPECT_EQ(words.evidence, (std::vector<std::string>{"client: 00 01", "two lines"}));
    EXPECT_EQ(words.traits, flow.verdict.traits);
  });
  EXPECT_EQ(endpoints, 1);
  EXPECT_EQ(words_of_note(store, 4711).reason, "");
}

TEST(NoteReader, CountsFlowsByTimeAndLabel) {
  Store store("", Store::Missing::is_created);
  ObservationWriter writer(store);
  for (int i = 0; i < 500; ++i) {
    samples::Flow flow = i % 5 == 0 ? samples::rlogin() : samples::ssh();
    flow.observation.first += i * samples::second;
    flow.observation.last = flow.observation.first;
    writer.add(flow.observation, flow.verdict);
  }
  writer.finish();
  std::map<Label, std::uint64_t> flows;
  read_flow_times(store, [&](Time time, Label label, std::uint64_t count) {
    EXPECT_GE(time, samples::noon);
    EXPECT_LE(time, samples::noon + 501 * samples::second);
    flows[label] += count;
  });
  EXPECT_EQ(flows[Label::legacy], 100u);
  EXPECT_EQ(flows[Label::unofficial], 400u);
}

TEST(NoteReader, FindsNothingInAnEmptyStore) {
  Store store("", Store::Missing::is_created);
  read_flow_times(store, [](Time, Label, std::uint64_t) { FAIL(); });
}

}  // namespace
}  // namespace oddport
