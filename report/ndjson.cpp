#include "report/ndjson.h"

#include <string>
#include <vector>

#include "classify/host_facts.h"
#include "report/json_writer.h"
#include "report/own_members.h"
#include "report/record_fields.h"
#include "report/timestamp.h"

namespace oddport {
namespace {

void write_time(JsonWriter& json, std::string_view name, Time time) {
  const Timestamp text = timestamp_of(time);
  json.token(name, {text.data(), text.size()});
}

void write_end(JsonWriter& json, std::string_view name, const Endpoint& end) {
  json.begin_object(name);
  json.token("ip", end.ip.to_string());
  json.number("port", end.port);
  json.end_object();
}

// Who, when and where: the members up to `server`.
void write_origin(JsonWriter& json, const Observation& observation) {
  json.token("schema", "oddport/1");
  write_time(json, "time", observation.first);
  write_time(json, "last", observation.last);
  json.token("source", to_string(observation.source));
  json.text_or_null("file", observation.origin);
  json.token("transport", to_string(observation.transport));
  write_end(json, "server", observation.server);
}

void write_assignment(JsonWriter& json, const PortFacts& facts) {
  json.begin_object("assignment");
  json.text_or_null("service", facts.service);
  json.token("status", to_string(facts.status));
  if (!facts.changed.empty()) json.text("changed", facts.changed);
  if (!facts.reference.empty()) json.text("reference", facts.reference);
  json.end_object();
}

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.begin_array(name);
  for (const std::string& item : texts) json.element(item);
  json.end_array();
}

void write_verdict(JsonWriter& json, const Verdict& verdict) {
  json.token("role", to_string(verdict.role));
  json.text_or_null("label", label_field(verdict.label));
  json.text_or_null("protocol", verdict.protocol);
  json.token("certainty", to_string(verdict.certainty));
  json.text_or_null("era", era_field(verdict));
  json.text("reason", verdict.reason);
  write_texts(json, "evidence", verdict.evidence);
  if (!verdict.traits.empty()) write_texts(json, "traits", verdict.traits);
  if (!verdict.rules.empty()) write_texts(json, "rules", verdict.rules);
  write_assignment(json, verdict.assignment);
}

void write_by_side(JsonWriter& json, std::string_view name, std::uint64_t client,
                   std::uint64_t server) {
  json.begin_object(name);
  json.number("client", client);
  json.number("server", server);
  json.end_object();
}

void write_traffic(JsonWriter& json, const Observation& observation) {
  const Traffic& client = observation.from_client;
  const Traffic& server = observation.from_server;
  write_by_side(json, "packets", client.packets, server.packets);
  write_by_side(json, "bytes", client.bytes, server.bytes);
}

void write_interval(JsonWriter& json, const Rhythm& rhythm) {
  if (!rhythm.periodic()) return;
  json.begin_object("interval");
  json.seconds("mean", rhythm.mean_seconds());
  json.seconds("deviation", rhythm.deviation_seconds());
  json.number("count", rhythm.gaps());
  json.end_object();
}

void write_socket(JsonWriter& json, const HostFacts& facts) {
  json.begin_object("socket");
  json.token("state", to_string(facts.state));
  json.number("inode", facts.inode);
  json.boolean("dual_stack", facts.dual_stack);
  json.number("uid", facts.uid);
  json.text_or_null("user", facts.user);
  json.begin_object("namespace");
  if (facts.namespace_id != 0) {
    json.number("id", facts.namespace_id);
  } else {
    json.null("id");
  }
  json.text_or_null("name", facts.namespace_name);
  json.boolean("own", facts.own_namespace);
  json.end_object();
  json.text_or_null("missing", facts.missing);
  json.end_object();
}

void write_package(JsonWriter& json, const std::optional<PackageFacts>& package) {
  if (!package) {
    json.null("package");
    return;
  }
  json.begin_object("package");
  json.text("name", package->name);
  json.text_or_null("version", package->version);
  json.token("file", to_string(package->file));
  json.end_object();
}

void write_process(JsonWriter& json, const HostFacts& facts) {
  if (!facts.process) {
    json.null("process");
    return;
  }
  const ProcessFacts& process = *facts.process;
  json.begin_object("process");
  json.number("pid", process.pid);
  std::string& pids = json.key("pids");
  for (const std::uint32_t pid : facts.pids) {
    pids += pids.back() == ':' ? '[' : ',';
    pids += std::to_string(pid);
  }
  pids += ']';
  json.text("name", process.name);
  json.text_or_null("executable", process.executable);
  json.token("executable_state", to_string(process.executable_state));
  json.text("command_line", process.command_line);
  json.number("uid", process.uid);
  json.text_or_null("user", process.user);
  json.text_or_null("unit", process.unit);
  json.text_or_null("container", process.container);
  write_package(json, process.package);
  json.end_object();
}

}  // namespace

void NdjsonWriter::write(const Observation& observation, const Verdict& verdict) {
  JsonWriter json(sink_.buffer());
  json.begin_object();
  write_origin(json, observation);
  if (has_client(observation)) {
    write_end(json, "client", observation.client);
  } else {
    json.null("client");
  }
  write_verdict(json, verdict);
  write_traffic(json, observation);
  json.text_or_null("community_id", community_id_.of(observation));
  write_interval(json, observation.rhythm);
  if (observation.pseudo) json.boolean("pseudo", true);
  if (observation.ongoing) json.boolean("ongoing", true);
  if (observation.host != nullptr) {
    write_socket(json, *observation.host);
    write_process(json, *observation.host);
  }
  json.end_object();
  sink_.append("\n");
}

void NdjsonWriter::write(const EndpointRecord& endpoint) {
  JsonWriter json(sink_.buffer());
  json.begin_object();
  write_origin(json, endpoint.observation);
  json.null("client");
  write_verdict(json, endpoint.verdict);
  write_traffic(json, endpoint.observation);
  json.null("community_id");
  json.number("port", endpoint.verdict.port);
  write_endpoint_members(json, endpoint);
  json.end_object();
  sink_.append("\n");
}

std::unique_ptr<RecordWriter> make_ndjson_writer(TextSink& sink) {
  return std::make_unique<NdjsonWriter>(sink);
}

}  // namespace oddport
