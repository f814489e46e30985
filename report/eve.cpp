#include "report/eve.h"

#include <algorithm>
#include <string>

#include "report/flow_number.h"
#include "report/json_writer.h"
#include "report/own_members.h"
#include "report/record_fields.h"
#include "report/timestamp.h"

namespace oddport {

namespace {

// "2026-01-31T12:00:00.000001+0000"
void write_time(JsonWriter& json, std::string_view name, Time time) {
  if (time == 0) return;
  std::string& out = json.key(name);
  out += '"';
  append_timestamp(out, time);
  out.pop_back();  // the Z of UTC
  out += "+0000\"";
}

void write_end(JsonWriter& json, std::string_view ip, std::string_view port, const Endpoint& end) {
  json.token(ip, end.ip.to_string());
  json.number(port, end.port);
}

void begin_event(JsonWriter& json, const Observation& seen, const Verdict& verdict, bool is_flow,
                 bool with_client) {
  json.begin_object();
  write_time(json, "timestamp", is_flow ? std::max(seen.first, seen.last) : seen.first);
  json.number("flow_id", flow_number(seen));
  json.token("event_type", is_flow ? "flow" : "oddport");
  if (with_client) write_end(json, "src_ip", "src_port", seen.client);
  write_end(json, "dest_ip", "dest_port", seen.server);
  json.token("proto", seen.transport == Transport::tcp ? "TCP" : "UDP");
  // Its word where there was payload that none of its parsers took.
  if (!seen.silent())
    json.text("app_proto", verdict.protocol.empty() ? "failed" : verdict.protocol);
}

void write_flow(JsonWriter& json, const Observation& seen) {
  json.begin_object("flow");
  json.number("pkts_toserver", seen.from_client.packets);
  json.number("pkts_toclient", seen.from_server.packets);
  json.number("bytes_toserver", seen.from_client.bytes);
  json.number("bytes_toclient", seen.from_server.bytes);
  write_time(json, "start", seen.first);
  write_time(json, "end", seen.last);
  if (seen.first != 0 && seen.last >= seen.first)
    json.number("age", static_cast<std::uint64_t>(seen.last - seen.first) / 1'000'000'000);
  json.boolean("alerted", false);
  json.end_object();
}

// The caller adds to it, and ends it.
void begin_own(JsonWriter& json, const Observation& seen, const Verdict& verdict) {
  json.begin_object("oddport");
  if (!verdict.protocol.empty()) json.text("protocol", verdict.protocol);
  json.text("reason", verdict.reason);
  write_own_members(json, seen, verdict);
}

}  // namespace

void EveWriter::write(const Observation& observation, const Verdict& verdict) {
  const bool with_client = has_client(observation);
  const bool is_flow = with_client && observation.source == Source::capture;
  JsonWriter json(sink_.buffer());
  begin_event(json, observation, verdict, is_flow, with_client);
  if (const auto id = community_id_.of(observation); !id.empty()) json.token("community_id", id);
  if (is_flow) write_flow(json, observation);
  begin_own(json, observation, verdict);
  json.end_object();
  json.end_object();
  sink_.append("\n");
}

void EveWriter::write(const EndpointRecord& endpoint) {
  JsonWriter json(sink_.buffer());
  begin_event(json, endpoint.observation, endpoint.verdict, false, false);
  begin_own(json, endpoint.observation, endpoint.verdict);
  write_endpoint_members(json, endpoint);
  json.end_object();
  json.end_object();
  sink_.append("\n");
}

std::unique_ptr<RecordWriter> make_eve_writer(TextSink& sink) {
  return std::make_unique<EveWriter>(sink);
}

}  // namespace oddport
