#include "report/csv.h"

#include <array>
#include <string>

#include "classify/host_facts.h"
#include "report/csv_line.h"
#include "report/record_fields.h"

namespace oddport {
namespace {

constexpr std::array<std::string_view, 51> columns = {
    "time",
    "last",
    "source",
    "file",
    "transport",
    "server_ip",
    "server_port",
    "client_ip",
    "client_port",
    "port",
    "role",
    "label",
    "protocol",
    "certainty",
    "era",
    "reason",
    "evidence",
    "assignment_service",
    "assignment_status",
    "assignment_changed",
    "assignment_reference",
    "packets_client",
    "packets_server",
    "bytes_client",
    "bytes_server",
    "community_id",
    "interval_mean",
    "interval_deviation",
    "interval_count",
    "flows",
    "clients",
    "clients_at_least",
    "traits",
    "rules",
    "pseudo",
    "ongoing",
    "socket_state",
    "namespace",
    "pid",
    "process",
    "executable",
    "executable_state",
    "command_line",
    "uid",
    "user",
    "unit",
    "container",
    "package",
    "package_version",
    "package_file",
    "missing",
};

constexpr std::size_t process_columns = 12;  // from pid to package_file

void write_origin(CsvLine& line, const Observation& observation) {
  line.time(observation.first);
  line.time(observation.last);
  line.plain(to_string(observation.source));
  line.text(observation.origin);
  line.plain(to_string(observation.transport));
  line.plain(observation.server.ip.to_string());
  line.number(observation.server.port);
}

void write_verdict(CsvLine& line, const Verdict& verdict) {
  line.number(verdict.port);
  line.plain(to_string(verdict.role));
  line.plain(label_field(verdict.label));
  line.text(verdict.protocol);
  line.plain(to_string(verdict.certainty));
  line.plain(era_field(verdict));
  line.text(verdict.reason);
  line.text(joined_cell(verdict.evidence));
  line.text(verdict.assignment.service);
  line.plain(to_string(verdict.assignment.status));
  line.text(verdict.assignment.changed);
  line.text(verdict.assignment.reference);
}

void write_traffic(CsvLine& line, const Observation& observation) {
  line.number(observation.from_client.packets);
  line.number(observation.from_server.packets);
  line.number(observation.from_client.bytes);
  line.number(observation.from_server.bytes);
}

void write_interval(CsvLine& line, const Rhythm& rhythm) {
  if (!rhythm.periodic()) {
    line.empty(3);
    return;
  }
  line.seconds(rhythm.mean_seconds());
  line.seconds(rhythm.deviation_seconds());
  line.number(rhythm.gaps());
}

void write_process(CsvLine& line, const ProcessFacts& process) {
  line.number(process.pid);
  line.text(process.name);
  line.text(process.executable);
  line.plain(to_string(process.executable_state));
  line.text(process.command_line);
  line.number(process.uid);
  line.text(process.user);
  line.text(process.unit);
  line.text(process.container);
  if (!process.package) {
    line.empty(3);
    return;
  }
  line.text(process.package->name);
  line.text(process.package->version);
  line.plain(to_string(process.package->file));
}

void write_host(CsvLine& line, const HostFacts* facts) {
  if (facts == nullptr) {
    line.empty(2 + process_columns + 1);
    return;
  }
  line.plain(to_string(facts->state));
  line.text(facts->namespace_name.empty() ? std::to_string(facts->namespace_id)
                                          : facts->namespace_name);
  if (facts->process)
    write_process(line, *facts->process);
  else
    line.empty(process_columns);
  line.text(facts->missing);
}

}  // namespace

std::span<const std::string_view> csv_columns() { return columns; }

CsvWriter::CsvWriter(TextSink& sink) : sink_(sink) {
  CsvLine line(sink_.buffer());
  for (const std::string_view column : columns) line.plain(column);
  line.end();
}

void CsvWriter::write(const Observation& observation, const Verdict& verdict) {
  CsvLine line(sink_.buffer());
  write_origin(line, observation);
  if (has_client(observation)) {
    line.plain(observation.client.ip.to_string());
    line.number(observation.client.port);
  } else {
    line.empty(2);
  }
  write_verdict(line, verdict);
  write_traffic(line, observation);
  line.plain(community_id_.of(observation));
  write_interval(line, observation.rhythm);
  line.empty(3);
  line.text(joined_cell(verdict.traits));
  line.text(joined_cell(verdict.rules));
  line.plain(observation.pseudo ? "true" : "");
  line.plain(observation.ongoing ? "true" : "");
  write_host(line, observation.host);
  line.end();
  sink_.commit();
}

void CsvWriter::write(const EndpointRecord& endpoint) {
  CsvLine line(sink_.buffer());
  write_origin(line, endpoint.observation);
  line.empty(2);
  write_verdict(line, endpoint.verdict);
  write_traffic(line, endpoint.observation);
  line.empty(4);
  line.number(endpoint.flows);
  line.number(endpoint.clients);
  line.plain(endpoint.more_clients ? "true" : "false");
  line.text(joined_cell(endpoint.verdict.traits));
  line.text(joined_cell(endpoint.verdict.rules));
  line.plain(endpoint.observation.pseudo ? "true" : "");
  line.empty();
  write_host(line, nullptr);
  line.end();
  sink_.commit();
}

std::unique_ptr<RecordWriter> make_csv_writer(TextSink& sink) {
  return std::make_unique<CsvWriter>(sink);
}

}  // namespace oddport
