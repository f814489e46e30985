#include "report/csv.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

// A reader of RFC 4180 of its own, so that the writer is not measured by itself.
std::vector<std::vector<std::string>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> lines(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string& cell = lines.back().back();
    const bool doubled = text.substr(i).starts_with("\"\"");
    if (quoted && doubled) {
      cell += '"';
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == ',') {
      lines.back().emplace_back();
    } else if (!quoted && text.substr(i).starts_with("\r\n")) {
      lines.emplace_back(1);
      ++i;
    } else {
      cell += text[i];
    }
  }
  EXPECT_FALSE(quoted);
  EXPECT_EQ(lines.back(), std::vector<std::string>(1)) << "the last line is not ended";
  lines.pop_back();
  return lines;
}

std::string written(const samples::Flow& flow) {
  MemorySink sink;
  CsvWriter writer(sink);
  writer.write(flow.observation, flow.verdict);
  writer.finish();
  return sink.text();
}

std::string cell(const std::vector<std::vector<std::string>>& lines, std::string_view column) {
  for (std::size_t i = 0; i < lines.at(0).size(); ++i) {
    if (lines[0][i] == column) return lines.at(1).at(i);
  }
  ADD_FAILURE() << "no column " << column;
  return {};
}

TEST(Csv, WritesHeaderAndFlatColumns) {
  EXPECT_EQ(
      written(samples::ssh()),
      "time,last,source,file,transport,server_ip,server_port,client_ip,client_port,port,role,"
      "label,protocol,"
      "certainty,era,reason,evidence,assignment_service,assignment_status,assignment_changed,"
      "assignment_reference,packets_client,packets_server,bytes_client,bytes_server,"
      "community_id,interval_mean,"
      "interval_deviation,interval_count,flows,clients,clients_at_least,traits,rules,pseudo,"
      "ongoing,"
      "socket_state,namespace,pid,process,executable,executable_state,command_line,uid,user,unit,"
      "container,package,package_version,package_file,missing\r\n"
      "2026-01-31T12:00:00.000001Z,2026-01-31T12:00:02.500000Z,capture,office.pcap,tcp,198."
      "18.0.7,596,"
      "198.18.255.1,51234,596,service,unofficial,ssh,confirmed,current,"
      "\"SSH (server says SSH-2.0-OpenSSH_9.2) on 596/tcp, which is assigned to smsd, a "
      "protocol with no public "
      "wire format.\",server: SSH-2.0-OpenSSH_9.2,smsd,ghost,,,12,10,1830,2214,"
      "1:zQBU8kHhEKP28iYfNY7o5xL/pP4=,,,,,,,,,,,,,,,,,,,,,,,,,\r\n");
}

TEST(Csv, TellsTheProcessBehindASocket) {
  const HostFacts facts = samples::sshd_facts();
  const auto lines = read_csv(written(samples::unasked(facts)));
  ASSERT_EQ(lines.at(1).size(), csv_columns().size());
  EXPECT_EQ(cell(lines, "socket_state"), "listening");
  EXPECT_EQ(cell(lines, "namespace"), "4026531840");
  EXPECT_EQ(cell(lines, "pid"), "812");
  EXPECT_EQ(cell(lines, "executable_state"), "replaced");
  EXPECT_EQ(cell(lines, "package"), "openssh-server");
  EXPECT_EQ(cell(lines, "package_file"), "intact");
  EXPECT_EQ(cell(lines, "missing"), "");
  HostFacts bare;
  bare.missing = "the process";
  const auto without = read_csv(written(samples::unasked(bare)));
  ASSERT_EQ(without.at(1).size(), csv_columns().size());
  EXPECT_EQ(cell(without, "pid"), "");
  EXPECT_EQ(cell(without, "missing"), "the process");
}

TEST(Csv, WritesTheHeaderEvenWithoutRecords) {
  MemorySink sink;
  make_csv_writer(sink)->finish();
  const auto lines = read_csv(sink.text());
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].size(), csv_columns().size());
}

TEST(Csv, HasAsManyCellsAsColumnsInEveryLine) {
  MemorySink sink;
  CsvWriter writer(sink);
  for (const auto& flow : {samples::ssh(), samples::mystery(), samples::nfs(), samples::silent(),
                           samples::hostile()}) {
    writer.write(flow.observation, flow.verdict);
  }
  samples::Flow periodic = samples::mystery();
  periodic.observation.rhythm = samples::every_ten_seconds(9);
  periodic.observation.client = {};
  writer.write(periodic.observation, periodic.verdict);
  writer.write(EndpointRecord{.observation = samples::nfs().observation,
                              .verdict = samples::nfs().verdict,
                              .flows = 4,
                              .clients = 2,
                              .more_clients = true});
  writer.finish();
  const auto lines = read_csv(sink.text());
  ASSERT_EQ(lines.size(), 8u);
  for (const auto& line : lines) EXPECT_EQ(line.size(), csv_columns().size());
}

TEST(Csv, WritesFoldedEndpoints) {
  MemorySink sink;
  CsvWriter writer(sink);
  writer.write(EndpointRecord{.observation = samples::nfs().observation,
                              .verdict = samples::nfs().verdict,
                              .flows = 4,
                              .clients = 2,
                              .more_clients = true});
  writer.finish();
  const auto lines = read_csv(sink.text());
  EXPECT_EQ(cell(lines, "client_ip"), "");
  EXPECT_EQ(cell(lines, "community_id"), "");
  EXPECT_EQ(cell(lines, "port"), "1011");
  EXPECT_EQ(cell(lines, "flows"), "4");
  EXPECT_EQ(cell(lines, "clients"), "2");
  EXPECT_EQ(cell(lines, "clients_at_least"), "true");
}

TEST(Csv, TellsTheIntervalOfPeriodicFlows) {
  samples::Flow flow = samples::mystery();
  flow.observation.rhythm = samples::every_ten_seconds(9);
  const auto lines = read_csv(written(flow));
  EXPECT_EQ(cell(lines, "interval_mean"), "10.000000");
  EXPECT_EQ(cell(lines, "interval_deviation"), "0.000000");
  EXPECT_EQ(cell(lines, "interval_count"), "8");
}

TEST(Csv, DefusesFormulasInTextOfStrangers) {
  for (const std::string_view formula : {"=1+1", "+1", "-1", "@SUM(A1)",
                                         "\xef\xbc\x9d"
                                         "1",
                                         "\xef\xbc\x8b"
                                         "1"}) {
    samples::Flow flow = samples::ssh();
    flow.verdict.reason = formula;
    flow.verdict.evidence = {std::string(formula)};
    flow.observation.origin = formula;
    const auto lines = read_csv(written(flow));
    EXPECT_EQ(cell(lines, "reason"), "'" + std::string(formula));
    EXPECT_EQ(cell(lines, "evidence"), "'" + std::string(formula));
    EXPECT_EQ(cell(lines, "file"), "'" + std::string(formula));
  }
  samples::Flow harmless = samples::ssh();
  harmless.verdict.reason = "1=1, a-b";
  EXPECT_EQ(cell(read_csv(written(harmless)), "reason"), "1=1, a-b");
}

TEST(Csv, KeepsAStrangersLineEndsAndQuotesInsideTheCell) {
  const std::string text = written(samples::hostile());
  const auto lines = read_csv(text);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(
      cell(lines, "reason"),
      "\\x1b[2J\"quoted\", \\ and \\xff\\xc0\\xaf then\\x0d\\x0arow,2 \\u202etxt.exe\\u009b1m");
  EXPECT_EQ(cell(lines, "evidence"),
            "'@SUM(1) | nul\\x00here | caf\xc3\xa9 \xe4\xb8\xad | \\xf0\\x9f");
  EXPECT_EQ(cell(lines, "file"), "'=cmd|'/c calc'!A1\\x1b]0;owned\\x07.pcap");
}

}  // namespace
}  // namespace oddport
