// What the NDJSON writer makes, held against the published schema by an independent validator.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "report/ndjson.h"
#include "report/record_writer.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

bool have_validator() { return std::system("python3 -c 'import jsonschema' 2>/dev/null") == 0; }

struct ClosePipe {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};

// What the validator says of the text on its standard output: one line, with the counts.
std::string judged(const std::string& text) {
  const auto path = std::filesystem::path(testing::TempDir()) /
                    fmt::format("oddport_record_schema_test.{}.ndjson", getpid());
  std::ofstream(path, std::ios::binary) << text;
  const std::string command = fmt::format(
      "python3 '{0}/tests/report/validate_schema.py' '{0}/docs/record.schema.json' '{1}'",
      ODDPORT_SOURCE_DIR, path.string());
  std::string said;
  {
    const std::unique_ptr<std::FILE, ClosePipe> pipe(popen(command.c_str(), "r"));
    for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get()))
      said += static_cast<char>(c);
  }
  std::filesystem::remove(path);
  return said;
}

std::string records_of_every_kind() {
  MemorySink sink;
  const auto writer = make_ndjson_writer(sink);
  for (const auto& flow : {samples::ssh(), samples::mystery(), samples::nfs(), samples::rlogin(),
                           samples::silent(), samples::hostile()}) {
    writer->write(flow.observation, flow.verdict);
  }
  samples::Flow periodic = samples::mystery();
  periodic.observation.rhythm = samples::every_ten_seconds(12);
  periodic.verdict.certainty = Certainty::hint;
  writer->write(periodic.observation, periodic.verdict);
  samples::Flow listening = samples::ssh();
  listening.observation.source = Source::host;
  listening.observation.client = {};
  listening.observation.origin = {};
  writer->write(listening.observation, listening.verdict);
  samples::Flow ongoing = samples::ssh();
  ongoing.observation.ongoing = true;
  writer->write(ongoing.observation, ongoing.verdict);
  const HostFacts facts = samples::sshd_facts();
  HostFacts bare;
  bare.missing = "the process: it may not be looked at";
  for (const HostFacts* known : {&facts, static_cast<const HostFacts*>(&bare)}) {
    const samples::Flow unasked = samples::unasked(*known);
    writer->write(unasked.observation, unasked.verdict);
  }
  EndpointFold fold({.endpoints = 10, .clients = 1},
                    [&](const EndpointRecord& record) { writer->write(record); });
  for (const auto& flow : {samples::ssh(), samples::nfs(), samples::nfs(), samples::silent()}) {
    fold.add(flow.observation, flow.verdict);
  }
  fold.finish();
  writer->finish();
  return sink.text();
}

TEST(RecordSchema, FitsRecordsOfEveryKind) {
  if (!have_validator()) GTEST_SKIP() << "needs python3-jsonschema";
  EXPECT_EQ(judged(records_of_every_kind()), "14 records, 0 of them do not fit the schema\n");
}

TEST(RecordSchema, RefusesProcessesThatAreNone) {
  if (!have_validator()) GTEST_SKIP() << "needs python3-jsonschema";
  const HostFacts facts = samples::sshd_facts();
  const samples::Flow unasked = samples::unasked(facts);
  MemorySink sink;
  NdjsonWriter(sink).write(unasked.observation, unasked.verdict);
  const auto good = nlohmann::json::parse(sink.text());
  const std::pair<const char*, nlohmann::json> faults[] = {
      {"/source", "capture"},
      {"/socket/state", "open"},
      {"/socket/namespace/id", 0},
      {"/socket/missing", ""},
      {"/process/pid", 0},
      {"/process/pids", nlohmann::json::array()},
      {"/process/executable_state", "gone"},
      {"/process/package/file", "good"},
      {"/process/surplus", 1},
      {"/ongoing", false},
  };
  std::string bad;
  for (const auto& [pointer, value] : faults) {
    auto record = good;
    record[nlohmann::json::json_pointer(pointer)] = value;
    bad += record.dump() + "\n";
  }
  auto without_process = good;
  without_process.erase("process");
  bad += without_process.dump() + "\n";
  EXPECT_EQ(judged(bad), "11 records, 11 of them do not fit the schema\n");
  EXPECT_EQ(judged(good.dump() + "\n"), "1 records, 0 of them do not fit the schema\n");
}

TEST(RecordSchema, RefusesWhatIsNoRecord) {
  if (!have_validator()) GTEST_SKIP() << "needs python3-jsonschema";
  std::string good = records_of_every_kind();
  good.resize(good.find('\n'));
  const std::pair<const char*, nlohmann::json> faults[] = {
      {"/schema", "oddport/2"},
      {"/surplus", 1},
      {"/time", "2026-01-31 12:00:00"},
      {"/transport", "sctp"},
      {"/server/port", 65536},
      {"/label", "silent"},
      {"/protocol", nullptr},
      {"/era", "modern"},
      {"/assignment/status", "lost"},
      {"/bytes/client", -1},
      {"/evidence", "no list"},
      {"/community_id", "1:short"},
      {"/client", "198.18.0.1"},
      {"/flows", 2},
      {"/interval", nlohmann::json::object()},
  };
  std::string bad = "not JSON\n";
  for (const auto& [pointer, value] : faults) {
    auto record = nlohmann::json::parse(good);
    record[nlohmann::json::json_pointer(pointer)] = value;
    bad += record.dump() + "\n";
  }
  EXPECT_EQ(judged(bad), "16 records, 16 of them do not fit the schema\n");
  EXPECT_EQ(judged(good + "\n"), "1 records, 0 of them do not fit the schema\n");
}

}  // namespace
}  // namespace oddport
