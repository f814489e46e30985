#include "report/ecs.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/report/folded_record.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

std::string line_of(const samples::Flow& flow) {
  MemorySink sink;
  EcsWriter writer(sink);
  writer.write(flow.observation, flow.verdict);
  writer.finish();
  return sink.text();
}

nlohmann::json parsed(const samples::Flow& flow) { return nlohmann::json::parse(line_of(flow)); }

TEST(Ecs, WritesAFlow) {
  EXPECT_EQ(
      line_of(samples::ssh()),
      R"({"@timestamp":"2026-01-31T12:00:00.000001Z","ecs":{"version":"8.11.0"},)"
      R"("message":"SSH (server says SSH-2.0-OpenSSH_9.2) on 596/tcp, which is assigned to smsd, a protocol with no public wire format.",)"
      R"("event":{"kind":"event","category":["network"],"type":["connection"],"module":"oddport","dataset":"oddport.flow",)"
      R"("start":"2026-01-31T12:00:00.000001Z","end":"2026-01-31T12:00:02.500000Z","duration":2499999999,)"
      R"("reason":"SSH (server says SSH-2.0-OpenSSH_9.2) on 596/tcp, which is assigned to smsd, a protocol with no public wire format."},)"
      R"("source":{"ip":"198.18.255.1","port":51234,"packets":12,"bytes":1830},)"
      R"("client":{"ip":"198.18.255.1","port":51234,"packets":12,"bytes":1830},)"
      R"("destination":{"ip":"198.18.0.7","port":596,"packets":10,"bytes":2214},)"
      R"("server":{"ip":"198.18.0.7","port":596,"packets":10,"bytes":2214},)"
      R"("network":{"transport":"tcp","protocol":"ssh","packets":22,"bytes":4044,"community_id":"1:zQBU8kHhEKP28iYfNY7o5xL/pP4="},)"
      R"("related":{"ip":["198.18.0.7","198.18.255.1"]},)"
      R"("oddport":{"source":"capture","file":"office.pcap","role":"service","port":596,"label":"unofficial",)"
      R"("certainty":"confirmed","era":"current","evidence":["server: SSH-2.0-OpenSSH_9.2"],)"
      R"("assignment":{"service":"smsd","status":"ghost"}}})"
      "\n");
}

// Fields of the schema hold the types that it gives them, whatever the record.
TEST(Ecs, KeepsToTheTypesOfTheSchema) {
  using Type = nlohmann::json::value_t;
  const std::map<std::string, Type> types = {{"/@timestamp", Type::string},
                                             {"/ecs/version", Type::string},
                                             {"/event/category", Type::array},
                                             {"/event/type", Type::array},
                                             {"/event/duration", Type::number_unsigned},
                                             {"/destination/ip", Type::string},
                                             {"/destination/port", Type::number_unsigned},
                                             {"/destination/bytes", Type::number_unsigned},
                                             {"/network/transport", Type::string},
                                             {"/network/bytes", Type::number_unsigned},
                                             {"/related/ip", Type::array}};
  for (const samples::Flow& flow :
       {samples::ssh(), samples::mystery(), samples::silent(), samples::nfs()}) {
    const auto event = parsed(flow);
    for (const auto& [path, type] : types)
      EXPECT_EQ(event.at(nlohmann::json::json_pointer(path)).type(), type) << path;
  }
}

TEST(Ecs, LeavesOutWhatIsNotKnown) {
  const auto unknown = parsed(samples::mystery());
  EXPECT_FALSE(unknown["network"].contains("protocol"));
  EXPECT_FALSE(unknown["oddport"].contains("era"));
  EXPECT_FALSE(unknown["oddport"]["assignment"].contains("service"));
  EXPECT_FALSE(parsed(samples::silent())["oddport"].contains("label"));
  samples::Flow timeless = samples::ssh();
  timeless.observation.first = timeless.observation.last = 0;
  EXPECT_FALSE(parsed(timeless).contains("@timestamp"));
  EXPECT_FALSE(parsed(timeless)["event"].contains("duration"));
}

TEST(Ecs, TellsAListeningSocketWithoutAClient) {
  samples::Flow flow = samples::ssh();
  flow.observation.source = Source::host;
  flow.observation.client = {};
  const auto event = parsed(flow);
  EXPECT_FALSE(event.contains("source"));
  EXPECT_FALSE(event.contains("client"));
  EXPECT_FALSE(event["network"].contains("community_id"));
  EXPECT_EQ(event["event"]["type"], nlohmann::json::array({"info"}));
  EXPECT_EQ(event["related"]["ip"], nlohmann::json::array({"198.18.0.7"}));
}

TEST(Ecs, WritesFoldedRecords) {
  EndpointRecord endpoint = samples::folded_ssh();
  endpoint.more_clients = true;
  MemorySink sink;
  EcsWriter writer(sink);
  writer.write(endpoint);
  writer.finish();
  const auto event = nlohmann::json::parse(sink.text());
  EXPECT_EQ(event["oddport"]["flows"], 3);
  EXPECT_EQ(event["oddport"]["clients"], 2);
  EXPECT_EQ(event["oddport"]["clients_at_least"], true);
  EXPECT_FALSE(event.contains("source"));
}

}  // namespace
}  // namespace oddport
