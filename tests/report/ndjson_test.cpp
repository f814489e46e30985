#include "report/ndjson.h"

#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

#include "tests/report/folded_record.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

std::string line_of(const samples::Flow& flow) {
  MemorySink sink;
  NdjsonWriter writer(sink);
  writer.write(flow.observation, flow.verdict);
  writer.finish();
  return sink.text();
}

nlohmann::json parsed(const samples::Flow& flow) { return nlohmann::json::parse(line_of(flow)); }

TEST(Ndjson, WritesTheRecordOfTheDesign) {
  EXPECT_EQ(
      line_of(samples::ssh()),
      R"({"schema":"oddport/1","time":"2026-01-31T12:00:00.000001Z","last":"2026-01-31T12:00:02.500000Z",)"
      R"("source":"capture","file":"office.pcap","transport":"tcp","server":{"ip":"198.18.0.7","port":596},)"
      R"("client":{"ip":"198.18.255.1","port":51234},"role":"service","label":"unofficial","protocol":"ssh",)"
      R"("certainty":"confirmed","era":"current","reason":"SSH (server says SSH-2.0-OpenSSH_9.2) on 596/tcp, )"
      R"(which is assigned to smsd, a protocol with no public wire format.",)"
      R"("evidence":["server: SSH-2.0-OpenSSH_9.2"],"assignment":{"service":"smsd","status":"ghost"},)"
      R"("packets":{"client":12,"server":10},"bytes":{"client":1830,"server":2214},)"
      R"("community_id":"1:zQBU8kHhEKP28iYfNY7o5xL/pP4="})"
      "\n");
}

TEST(Ndjson, WritesUnknownOnesWithNulls) {
  EXPECT_EQ(
      line_of(samples::mystery()),
      R"({"schema":"oddport/1","time":"2026-01-31T12:00:00.000000Z","last":"2026-01-31T12:01:00.000000Z",)"
      R"("source":"capture","file":"office.pcap","transport":"udp","server":{"ip":"2001:db8::9","port":724},)"
      R"("client":{"ip":"2001:db8::1","port":40000},"role":"service","label":"unknown","protocol":null,)"
      R"("certainty":"none","era":null,"reason":"Nothing recognized on 724/udp.",)"
      R"("evidence":["client: 00 01 02 03"],"assignment":{"service":null,"status":"unassigned"},)"
      R"("packets":{"client":3,"server":0},"bytes":{"client":96,"server":0},)"
      R"("community_id":"1:kZ5dDC5BfeRrOwITjt8lPnCvMJs="})"
      "\n");
}

TEST(Ndjson, GivesSilentFlowsNoLabel) {
  const auto record = parsed(samples::silent());
  EXPECT_TRUE(record.at("label").is_null());
  EXPECT_TRUE(record.at("protocol").is_null());
  EXPECT_TRUE(record.at("era").is_null());
  EXPECT_EQ(record.at("evidence"), nlohmann::json::array());
}

TEST(Ndjson, TellsTheRoleAndWhatTheRegistryKnows) {
  const auto record = parsed(samples::nfs());
  EXPECT_EQ(record.at("role"), "client-port");
  EXPECT_EQ(record.at("certainty"), "likely");
  EXPECT_EQ(record.at("assignment").dump(),
            R"({"changed":"2005-04","reference":"RFC 6335","service":null,"status":"reserved"})");
}

TEST(Ndjson, TellsTheIntervalOfPeriodicFlowsOnly) {
  samples::Flow flow = samples::mystery();
  flow.observation.rhythm = samples::every_ten_seconds(7);
  EXPECT_NE(line_of(flow).find(R"(,"interval":{"mean":10.000000,"deviation":0.000000,"count":6}})"),
            std::string::npos);
  flow.observation.rhythm = samples::every_ten_seconds(3);
  EXPECT_FALSE(parsed(flow).contains("interval"));
}

TEST(Ndjson, NamesEverySource) {
  samples::Flow flow = samples::ssh();
  flow.observation.source = Source::probe;
  EXPECT_EQ(parsed(flow).at("source"), "probe");
  flow.observation.source = Source::host;
  EXPECT_EQ(parsed(flow).at("source"), "host");
}

TEST(Ndjson, GivesListeningSocketsNoClientAndNoFlowId) {
  samples::Flow flow = samples::ssh();
  flow.observation.source = Source::host;
  flow.observation.client = {};
  flow.observation.origin = {};
  const auto record = parsed(flow);
  EXPECT_TRUE(record.at("client").is_null());
  EXPECT_TRUE(record.at("community_id").is_null());
  EXPECT_TRUE(record.at("file").is_null());
}

TEST(Ndjson, WritesFoldedEndpoints) {
  MemorySink sink;
  NdjsonWriter writer(sink);
  EndpointRecord endpoint = samples::folded_ssh();
  endpoint.flows = 12;
  endpoint.clients = 3;
  writer.write(endpoint);
  endpoint.more_clients = true;
  writer.write(endpoint);
  writer.finish();
  const std::string text = sink.text();
  const std::size_t line_end = text.find('\n');
  const auto exact = nlohmann::json::parse(text.substr(0, line_end));
  EXPECT_TRUE(exact.at("client").is_null());
  EXPECT_TRUE(exact.at("community_id").is_null());
  EXPECT_EQ(exact.at("port"), 596);
  EXPECT_EQ(exact.at("flows"), 12);
  EXPECT_EQ(exact.at("clients"), 3);
  EXPECT_FALSE(exact.contains("clients_at_least"));
  EXPECT_EQ(nlohmann::json::parse(text.substr(line_end)).at("clients_at_least"), true);
}

TEST(Ndjson, StaysOneLineOfValidJsonInAStrangersHand) {
  const std::string line = line_of(samples::hostile());
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  for (const char c : line.substr(0, line.size() - 1)) {
    EXPECT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
  }
  const auto record = nlohmann::json::parse(line);
  EXPECT_EQ(record.at("file"), samples::hostile().observation.origin);
  EXPECT_EQ(record.at("reason"),
            "\x1b[2J\"quoted\", \\ and \\xff\\xc0\\xaf then\r\nrow,2 \xe2\x80\xaetxt.exe\xc2\x9b"
            "1m");
  EXPECT_EQ(record.at("evidence").at(1), std::string("nul\0here", 8));
  EXPECT_EQ(record.at("evidence").at(2), "caf\xc3\xa9 \xe4\xb8\xad");
  EXPECT_EQ(record.at("evidence").at(3), "\\xf0\\x9f");
}

TEST(Ndjson, ComesFromTheFactory) {
  MemorySink sink;
  const auto writer = make_ndjson_writer(sink);
  writer->write(samples::ssh().observation, samples::ssh().verdict);
  writer->write(samples::mystery().observation, samples::mystery().verdict);
  writer->finish();
  EXPECT_EQ(sink.text(), line_of(samples::ssh()) + line_of(samples::mystery()));
}

TEST(Ndjson, TellsTheSocketAndTheProcessBehindIt) {
  const HostFacts facts = samples::sshd_facts();
  const samples::Flow unasked = samples::unasked(facts);
  MemorySink sink;
  NdjsonWriter(sink).write(unasked.observation, unasked.verdict);
  const auto record = nlohmann::json::parse(sink.text());
  EXPECT_EQ(record["source"], "host");
  EXPECT_EQ(record["client"], nullptr);
  EXPECT_EQ(record["socket"]["state"], "listening");
  EXPECT_EQ(record["socket"]["namespace"]["name"], nullptr);
  EXPECT_EQ(record["process"]["pids"], (std::vector<int>{812, 900}));
  EXPECT_EQ(record["process"]["executable_state"], "replaced");
  EXPECT_EQ(record["process"]["container"], nullptr);
  EXPECT_EQ(record["process"]["package"]["file"], "intact");
}

}  // namespace
}  // namespace oddport
