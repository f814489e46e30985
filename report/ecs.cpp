#include "report/ecs.h"

#include <initializer_list>
#include <string>

#include "report/json_writer.h"
#include "report/own_members.h"
#include "report/record_fields.h"
#include "report/timestamp.h"

namespace oddport {

namespace {

void write_time(JsonWriter& json, std::string_view name, Time time) {
  if (time == 0) return;
  std::string& out = json.key(name);
  out += '"';
  append_timestamp(out, time);
  out += '"';
}

void write_event(JsonWriter& json, const Observation& seen, const Verdict& verdict) {
  json.begin_object("event");
  json.token("kind", "event");
  json.begin_array("category");
  json.element("network");
  json.end_array();
  json.begin_array("type");
  json.element(seen.source == Source::capture ? "connection" : "info");
  json.end_array();
  json.token("module", "oddport");
  json.token("dataset", seen.source == Source::capture ? "oddport.flow" : "oddport.endpoint");
  write_time(json, "start", seen.first);
  write_time(json, "end", seen.last);
  if (seen.first != 0 && seen.last >= seen.first)
    json.number("duration", static_cast<std::uint64_t>(seen.last - seen.first));  // nanoseconds
  json.text("reason", verdict.reason);
  json.end_object();
}

// The same end under the name of its direction and under that of its role, as the schema wants it.
void write_end(JsonWriter& json, std::initializer_list<std::string_view> names, const Endpoint& end,
               const Traffic& sent) {
  for (const std::string_view name : names) {
    json.begin_object(name);
    json.token("ip", end.ip.to_string());
    json.number("port", end.port);
    json.number("packets", sent.packets);
    json.number("bytes", sent.bytes);
    json.end_object();
  }
}

void write_network(JsonWriter& json, const Observation& seen, const Verdict& verdict,
                   std::string_view community_id) {
  json.begin_object("network");
  json.token("transport", to_string(seen.transport));
  if (!verdict.protocol.empty()) json.text("protocol", verdict.protocol);
  json.number("packets", seen.from_client.packets + seen.from_server.packets);
  json.number("bytes", seen.from_client.bytes + seen.from_server.bytes);
  if (!community_id.empty()) json.text("community_id", community_id);
  json.end_object();
}

void write_related(JsonWriter& json, const Observation& seen, bool with_client) {
  json.begin_object("related");
  json.begin_array("ip");
  json.element(seen.server.ip.to_string());
  if (with_client && seen.client.ip != seen.server.ip) json.element(seen.client.ip.to_string());
  json.end_array();
  json.end_object();
}

// What is our own; the caller ends the object.
void begin_own(JsonWriter& json, const Observation& seen, const Verdict& verdict) {
  json.begin_object("oddport");
  write_own_members(json, seen, verdict);
}

void begin_record(JsonWriter& json, const Observation& seen, const Verdict& verdict,
                  bool with_client, std::string_view community_id) {
  json.begin_object();
  write_time(json, "@timestamp", seen.first);
  json.begin_object("ecs");
  json.token("version", "8.11.0");
  json.end_object();
  json.text("message", verdict.reason);
  write_event(json, seen, verdict);
  if (with_client) write_end(json, {"source", "client"}, seen.client, seen.from_client);
  write_end(json, {"destination", "server"}, seen.server, seen.from_server);
  write_network(json, seen, verdict, community_id);
  write_related(json, seen, with_client);
  begin_own(json, seen, verdict);
}

}  // namespace

void EcsWriter::write(const Observation& observation, const Verdict& verdict) {
  JsonWriter json(sink_.buffer());
  begin_record(json, observation, verdict, has_client(observation), community_id_.of(observation));
  json.end_object();
  json.end_object();
  sink_.append("\n");
}

void EcsWriter::write(const EndpointRecord& endpoint) {
  JsonWriter json(sink_.buffer());
  begin_record(json, endpoint.observation, endpoint.verdict, false, {});
  write_endpoint_members(json, endpoint);
  json.end_object();
  json.end_object();
  sink_.append("\n");
}

std::unique_ptr<RecordWriter> make_ecs_writer(TextSink& sink) {
  return std::make_unique<EcsWriter>(sink);
}

}  // namespace oddport
