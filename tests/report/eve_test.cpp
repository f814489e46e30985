#include "report/eve.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "report/flow_number.h"
#include "tests/report/folded_record.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

using nlohmann::json;

std::string line_of(const samples::Flow& flow) {
  MemorySink sink;
  EveWriter writer(sink);
  writer.write(flow.observation, flow.verdict);
  writer.finish();
  return sink.text();
}

json parsed(const samples::Flow& flow) { return json::parse(line_of(flow)); }

TEST(Eve, WritesAFlow) {
  samples::Flow flow = samples::ssh();
  flow.verdict.reason = "SSH.";
  EXPECT_EQ(
      line_of(flow),
      R"({"timestamp":"2026-01-31T12:00:02.500000+0000","flow_id":)" +
          std::to_string(flow_number(flow.observation)) +
          R"(,"event_type":"flow","src_ip":"198.18.255.1","src_port":51234,)"
          R"("dest_ip":"198.18.0.7","dest_port":596,"proto":"TCP","app_proto":"ssh",)"
          R"("community_id":"1:zQBU8kHhEKP28iYfNY7o5xL/pP4=",)"
          R"("flow":{"pkts_toserver":12,"pkts_toclient":10,"bytes_toserver":1830,"bytes_toclient":2214,)"
          R"("start":"2026-01-31T12:00:00.000001+0000","end":"2026-01-31T12:00:02.500000+0000","age":2,"alerted":false},)"
          R"("oddport":{"protocol":"ssh","reason":"SSH.","source":"capture","file":"office.pcap","role":"service","port":596,)"
          R"("label":"unofficial","certainty":"confirmed","era":"current","evidence":["server: SSH-2.0-OpenSSH_9.2"],)"
          R"("assignment":{"service":"smsd","status":"ghost"}}})"
          "\n");
}

// Names and types are those of the schema in Suricata's documentation, whatever the record.
TEST(Eve, KeepsToTheTypesOfSuricata) {
  using Type = json::value_t;
  const std::map<std::string, Type> types = {
      {"/timestamp", Type::string},          {"/flow_id", Type::number_unsigned},
      {"/event_type", Type::string},         {"/src_ip", Type::string},
      {"/src_port", Type::number_unsigned},  {"/dest_ip", Type::string},
      {"/dest_port", Type::number_unsigned}, {"/proto", Type::string},
      {"/community_id", Type::string},       {"/flow/pkts_toserver", Type::number_unsigned},
      {"/flow/start", Type::string},         {"/flow/bytes_toclient", Type::number_unsigned},
      {"/flow/end", Type::string},           {"/flow/age", Type::number_unsigned},
      {"/flow/alerted", Type::boolean}};
  for (const samples::Flow& flow : {samples::ssh(), samples::mystery(), samples::silent(),
                                    samples::nfs(), samples::hostile()}) {
    const json event = parsed(flow);
    for (const auto& [path, type] : types)
      EXPECT_EQ(event.at(json::json_pointer(path)).type(), type) << path;
    const auto time = event["timestamp"].get<std::string>();
    EXPECT_EQ(time.size(), 31u) << time;
    EXPECT_TRUE(time.ends_with("+0000")) << time;
    EXPECT_LT(event["flow_id"].get<std::uint64_t>(), std::uint64_t{1} << 53)
        << "jq and JavaScript keep no more digits";
  }
}

TEST(Eve, TellsWhatNobodyRecognizesAsSuricataDoes) {
  EXPECT_EQ(parsed(samples::mystery())["app_proto"], "failed");
  EXPECT_EQ(parsed(samples::mystery())["proto"], "UDP");
  EXPECT_FALSE(parsed(samples::silent()).contains("app_proto")) << "nothing was said";
  EXPECT_FALSE(parsed(samples::silent())["oddport"].contains("label"));
}

TEST(Eve, WhatIsNoFlowIsAnEventOfOurOwn) {
  samples::Flow probed = samples::ssh();
  probed.observation.source = Source::probe;
  EXPECT_EQ(parsed(probed)["event_type"], "oddport");
  EXPECT_FALSE(parsed(probed).contains("flow"));
  const HostFacts facts = samples::sshd_facts();
  const json listener = parsed(samples::unasked(facts));
  EXPECT_EQ(listener["event_type"], "oddport");
  EXPECT_FALSE(listener.contains("src_ip"));
  EXPECT_FALSE(listener.contains("community_id"));
  EXPECT_EQ(listener["dest_port"], 596);
}

TEST(Eve, WritesFoldedRecords) {
  EndpointRecord endpoint = samples::folded_ssh();
  endpoint.more_clients = true;
  MemorySink sink;
  EveWriter writer(sink);
  writer.write(endpoint);
  writer.finish();
  const json event = json::parse(sink.text());
  EXPECT_EQ(event["oddport"]["flows"], 3);
  EXPECT_EQ(event["oddport"]["clients"], 2);
  EXPECT_EQ(event["oddport"]["clients_at_least"], true);
  EXPECT_FALSE(event.contains("src_ip"));
}

TEST(Eve, NamesEachFlowByANumberOfItsOwn) {
  const std::uint64_t number = flow_number(samples::ssh().observation);
  EXPECT_EQ(flow_number(samples::ssh().observation), number);
  samples::Flow later = samples::ssh();
  later.observation.first += 1;
  EXPECT_NE(flow_number(later.observation), number);
  EXPECT_NE(flow_number(samples::rlogin().observation), number);
}

}  // namespace
}  // namespace oddport
