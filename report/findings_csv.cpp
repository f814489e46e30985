#include "report/findings_csv.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "report/csv_line.h"
#include "report/record_fields.h"

namespace oddport {

namespace {

constexpr std::array<std::string_view, 28> columns = {
    "rank",   "score",    "server_ip",    "server_port",  "transport",     "role",       "port",
    "label",  "protocol", "certainty",    "era",          "reason",        "parts",      "evidence",
    "traits", "rules",    "process",      "flows",        "clients",       "top_client", "first",
    "last",   "packets",  "bytes_client", "bytes_server", "beacon_period", "sources",    "file"};

std::string parts_text(const PageFinding& finding) {
  std::vector<std::string> parts;
  for (const PageScorePart& part : finding.parts)
    parts.push_back(fmt::format("{:+.1f} {}: {}", part.points, part.name, part.why));
  return joined_cell(parts);
}

void write_verdict(CsvLine& line, const PageFinding& finding) {
  line.number(finding.port);
  line.plain(to_string(finding.label));
  line.text(finding.protocol);
  line.plain(to_string(finding.certainty));
  line.plain(finding.era ? to_string(*finding.era) : std::string_view{});
  line.text(finding.reason);
  line.text(parts_text(finding));
  line.text(joined_cell(finding.evidence));
  line.text(joined_cell(finding.traits));
  line.text(joined_cell(finding.rules));
  line.text(finding.process);
}

void write_traffic(CsvLine& line, const PageFinding& finding) {
  line.number(finding.flows);
  line.number(finding.clients);
  line.plain(finding.most_active.empty() ? std::string{}
                                         : finding.most_active.front().ip.to_string());
  line.time(finding.first);
  line.time(finding.last);
  line.number(finding.from_client.packets + finding.from_server.packets);
  line.number(finding.from_client.bytes);
  line.number(finding.from_server.bytes);
  if (finding.beacon)
    line.seconds(finding.beacon->period);
  else
    line.empty();
}

void write_finding(CsvLine& line, const PageFinding& finding, std::size_t rank) {
  line.number(rank);
  line.plain(finding.parts.empty() ? std::string{} : fmt::format("{:.1f}", finding.score));
  line.plain(finding.server.ip.to_string());
  line.number(finding.server.port);
  line.plain(to_string(finding.transport));
  line.plain(to_string(finding.role));
  write_verdict(line, finding);
  write_traffic(line, finding);
  std::vector<std::string> sources;
  for (const Source source : finding.sources) sources.emplace_back(to_string(source));
  line.plain(joined_cell(sources));
  line.text(finding.origin);
  line.end();
}

}  // namespace

void write_findings_csv(TextSink& sink, const PageData& data) {
  CsvLine header(sink.buffer());
  for (const std::string_view column : columns) header.plain(column);
  header.end();
  std::size_t rank = 0;
  for (const PageFinding& finding : data.findings) {
    CsvLine line(sink.buffer());
    write_finding(line, finding, ++rank);
    sink.commit();
  }
}

}  // namespace oddport
