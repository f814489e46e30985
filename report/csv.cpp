#include "report/csv.h"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string>

#include "report/escape.h"
#include "report/record_fields.h"
#include "report/timestamp.h"

namespace oddport {
namespace {

constexpr std::array<std::string_view, 35> columns = {
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
};

bool starts_formula(std::string_view text) {
  switch (first_code_point(text).value) {
    case '=':
    case '+':
    case '-':
    case '@':
    case 0xff1d:  // the full-width forms of the same, which some spreadsheets treat alike
    case 0xff0b:
    case 0xff0d:
    case 0xff20:
      return true;
    default:
      return false;
  }
}

// One line, cell by cell; the line's commas and quotes are its only concern.
class CsvLine {
 public:
  explicit CsvLine(std::string& out) : out_(out) {}

  // A word, number or address of our own making: nothing to quote.
  void plain(std::string_view value) { next() += value; }
  void number(std::uint64_t value) { fmt::format_to(std::back_inserter(next()), "{}", value); }
  void seconds(double value) { fmt::format_to(std::back_inserter(next()), "{:.6f}", value); }
  void time(Time value) { append_timestamp(next(), value); }
  void empty(std::size_t cells = 1) {
    for (; cells > 0; --cells) next();
  }
  // Text from outside.
  void text(std::string_view value) {
    std::string cell;
    if (starts_formula(value)) cell += '\'';
    append_visible(cell, value);
    quote(cell);
  }
  void end() { out_ += "\r\n"; }

 private:
  std::string& next() {
    if (!first_) out_ += ',';
    first_ = false;
    return out_;
  }
  void quote(std::string_view cell) {
    next();
    if (cell.find_first_of("\",") == std::string_view::npos) {
      out_ += cell;
      return;
    }
    out_ += '"';
    for (const char c : cell) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }

  std::string& out_;
  bool first_ = true;
};

// Several texts stand in one cell; " | " is rare enough in banners to be seen as a separator.
std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, " | "));
}

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
  line.text(joined(verdict.evidence));
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
  std::string_view id;
  if (has_client(observation)) {
    line.plain(observation.client.ip.to_string());
    line.number(observation.client.port);
    id = community_id_.of(observation.transport, observation.client, observation.server);
  } else {
    line.empty(2);
  }
  write_verdict(line, verdict);
  write_traffic(line, observation);
  line.plain(id);
  write_interval(line, observation.rhythm);
  line.empty(3);
  line.text(joined(verdict.traits));
  line.text(joined(verdict.rules));
  line.plain(observation.pseudo ? "true" : "");
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
  line.text(joined(endpoint.verdict.traits));
  line.text(joined(endpoint.verdict.rules));
  line.plain(endpoint.observation.pseudo ? "true" : "");
  line.end();
  sink_.commit();
}

std::unique_ptr<RecordWriter> make_csv_writer(TextSink& sink) {
  return std::make_unique<CsvWriter>(sink);
}

}  // namespace oddport
