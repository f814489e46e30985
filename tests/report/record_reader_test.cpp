#include "report/record_reader.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/record_writer.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

std::string written(const Observation& observation, const Verdict& verdict) {
  MemorySink sink;
  const auto writer = make_ndjson_writer(sink);
  writer->write(observation, verdict);
  writer->finish();
  return sink.text();
}

TEST(RecordReader, GivesBackWhatWasWritten) {
  samples::Flow pseudo = samples::mystery();
  pseudo.observation.pseudo = true;
  pseudo.observation.client = {};
  pseudo.observation.origin = {};
  pseudo.verdict.traits = {"client: entropy 7.87"};
  pseudo.verdict.rules = {"ours (site.toml:12)"};
  RecordReader reader;
  for (const samples::Flow& flow : {samples::ssh(), samples::mystery(), samples::nfs(),
                                    samples::rlogin(), samples::silent(), pseudo}) {
    const std::string text = written(flow.observation, flow.verdict);
    std::string error;
    const auto record = reader.read(text, error);
    ASSERT_TRUE(record) << text << error;
    auto again = nlohmann::json::parse(written(record->observation, record->verdict));
    auto once = nlohmann::json::parse(text);
    // The registry's own words are looked up anew; the samples' are made up.
    again.erase("assignment");
    once.erase("assignment");
    EXPECT_EQ(again, once);
  }
}

TEST(RecordReader, KeepsBytesThatAreNoUtf8Visible) {
  const samples::Flow flow = samples::hostile();
  RecordReader reader;
  std::string error;
  const std::string text = written(flow.observation, flow.verdict);
  const auto record = reader.read(text, error);
  ASSERT_TRUE(record) << error;
  EXPECT_EQ(written(record->observation, record->verdict).size() > 0, true);
}

TEST(RecordReader, NamesTheMemberThatIsWrong) {
  const auto good =
      nlohmann::json::parse(written(samples::ssh().observation, samples::ssh().verdict));
  const std::pair<const char*, nlohmann::json> faults[] = {
      {"time", "2026-01-31 12:00:00"},
      {"time", "2026-02-31T12:00:00.000000Z"},
      {"last", 5},
      {"source", "rumor"},
      {"transport", "sctp"},
      {"server", nlohmann::json::object({{"ip", "x"}, {"port", 1}})},
      {"server", nlohmann::json::object({{"ip", "198.18.0.1"}, {"port", 65536}})},
      {"client", "198.18.0.1"},
      {"role", "owner"},
      {"label", "silent"},
      {"protocol", 7},
      {"certainty", nullptr},
      {"era", "modern"},
      {"reason", nullptr},
      {"evidence", "none"},
      {"evidence", nlohmann::json::array({1})},
      {"packets", nullptr},
      {"bytes", nlohmann::json::object({{"client", -1}, {"server", 0}})},
  };
  RecordReader reader;
  for (const auto& [member, value] : faults) {
    auto bad = good;
    bad[member] = value;
    std::string error;
    EXPECT_FALSE(reader.read(bad.dump(), error)) << member << value;
    EXPECT_NE(error.find(std::string("'") + member + "'"), std::string::npos) << error;
    bad.erase(member);
    EXPECT_FALSE(reader.read(bad.dump(), error)) << "without " << member;
  }
  std::string error;
  for (const char* text : {"", "[]", "not JSON", "{\"schema\":\"oddport/2\"}"})
    EXPECT_FALSE(reader.read(text, error)) << text;
}

}  // namespace
}  // namespace oddport
