#include "report/zeek.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "classify/ip_address.h"
#include "tests/report/folded_record.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string log_of(const std::vector<samples::Flow>& flows) {
  MemorySink sink;
  ZeekWriter writer(sink);
  for (const samples::Flow& flow : flows) writer.write(flow.observation, flow.verdict);
  writer.finish();
  return sink.text();
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

using Row = std::map<std::string, std::string>;

// What a log says, read as its own header tells to: rows by the names of #fields.
struct Log {
  std::vector<std::string> names;
  std::map<std::string, std::string> types;
  std::vector<Row> rows;
};

Log read(const std::string& text) {
  Log log;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> cells = split(line, '\t');
    if (cells[0] == "#fields") log.names.assign(cells.begin() + 1, cells.end());
    if (cells[0] == "#types") {
      EXPECT_EQ(cells.size(), log.names.size() + 1);
      for (std::size_t i = 0; i < log.names.size(); ++i) log.types[log.names[i]] = cells[i + 1];
    }
    if (line.starts_with('#')) continue;
    EXPECT_EQ(cells.size(), log.names.size()) << line;
    Row row;
    for (std::size_t i = 0; i < std::min(cells.size(), log.names.size()); ++i)
      row[log.names[i]] = cells[i];
    log.rows.push_back(row);
  }
  return log;
}

bool all_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// A value of the type, in the words of the documentation of Zeek's ASCII writer; `-` where a field is not set.
bool is_of_type(const std::string& value, const std::string& type) {
  if (value == "-") return true;
  if (type == "count") return all_digits(value);
  if (type == "port") return all_digits(value) && std::stoi(value) <= 65535;
  if (type == "addr") return IpAddress::parse(value).has_value();
  if (type == "enum") return value == "tcp" || value == "udp";
  const std::size_t point = value.find('.');
  if (type == "time" || type == "interval")
    return point != std::string::npos && all_digits(value.substr(0, point)) &&
           all_digits(value.substr(point + 1)) && value.size() - point == 7;
  const bool text = type == "string" || type == "vector[string]";
  return text && !value.empty() &&
         std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
}

TEST(Zeek, WritesALogWithItsHeader) {
  const std::string log = log_of({samples::ssh()});
  EXPECT_TRUE(
      log.starts_with("#separator \\x09\n"
                      "#set_separator\t,\n"
                      "#empty_field\t(empty)\n"
                      "#unset_field\t-\n"
                      "#path\toddport\n"
                      "#open\t2026-01-31-12-00-00\n"
                      "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto"
                      "\tservice\tduration\torig_bytes\tresp_bytes\torig_pkts\tresp_pkts"
                      "\tcommunity_id\toddport.label\t"))
      << log;
  EXPECT_TRUE(log.ends_with("\n#close\t2026-01-31-12-00-02\n")) << log;
  const Log said = read(log);
  ASSERT_EQ(said.rows.size(), 1u);
  Row row = said.rows[0];
  EXPECT_EQ(row["ts"], "1769860800.000001");
  EXPECT_EQ(row["id.orig_h"], "198.18.255.1");
  EXPECT_EQ(row["id.orig_p"], "51234");
  EXPECT_EQ(row["id.resp_h"], "198.18.0.7");
  EXPECT_EQ(row["id.resp_p"], "596");
  EXPECT_EQ(row["proto"], "tcp");
  EXPECT_EQ(row["service"], "ssh");
  EXPECT_EQ(row["duration"], "2.499999");
  EXPECT_EQ(row["orig_bytes"], "1830");
  EXPECT_EQ(row["resp_pkts"], "10");
  EXPECT_EQ(row["community_id"], "1:zQBU8kHhEKP28iYfNY7o5xL/pP4=");
  EXPECT_EQ(row["oddport.label"], "unofficial");
  EXPECT_EQ(row["oddport.port_status"], "ghost");
  EXPECT_EQ(row["oddport.evidence"], "server: SSH-2.0-OpenSSH_9.2");
  EXPECT_EQ(row["oddport.traits"], "(empty)");
  EXPECT_EQ(row["oddport.flows"], "-");
}

TEST(Zeek, KeepsToTheTypesOfItsHeader) {
  samples::Flow timeless = samples::ssh();
  timeless.observation.first = timeless.observation.last = 0;
  const HostFacts facts = samples::sshd_facts();
  const Log log =
      read(log_of({samples::ssh(), samples::mystery(), samples::silent(), samples::nfs(),
                   samples::hostile(), timeless, samples::unasked(facts)}));
  ASSERT_EQ(log.rows.size(), 7u);
  for (const Row& row : log.rows)
    for (const auto& [name, value] : row)
      EXPECT_TRUE(is_of_type(value, log.types.at(name))) << name << ": " << value;
  EXPECT_EQ(log.rows[1].at("service"), "-");
  EXPECT_EQ(log.rows[1].at("id.orig_h"), "2001:db8::1");
  EXPECT_EQ(log.rows[2].at("oddport.label"), "-") << "a silent flow has no label";
  EXPECT_EQ(log.rows[5].at("ts"), "-");
  EXPECT_EQ(log.rows[6].at("id.orig_h"), "-") << "a listener has no client";
}

TEST(Zeek, EscapesWhatWouldSeparateOrMeanSomethingElse) {
  EXPECT_EQ(zeek_cell(""), "-");
  EXPECT_EQ(zeek_cell("-"), "\\x2d");
  EXPECT_EQ(zeek_cell("(empty)"), "\\x28empty)");
  EXPECT_EQ(zeek_cell("a\tb\nc\\d\x7f\xc3\xa9"), "a\\x09b\\x0ac\\\\d\\x7f\\xc3\\xa9");
  EXPECT_EQ(zeek_cell("a,b"), "a,b") << "only within a vector";
  samples::Flow flow = samples::ssh();
  flow.verdict.evidence = {"one, two", "-"};
  EXPECT_EQ(read(log_of({flow})).rows[0].at("oddport.evidence"), "one\\x2c two,\\x2d");
}

TEST(Zeek, NamesAFlowAlwaysTheSame) {
  const Log log = read(log_of({samples::ssh(), samples::rlogin(), samples::ssh()}));
  const std::string uid = log.rows[0].at("uid");
  EXPECT_TRUE(uid.starts_with("C") && uid.size() == 11u) << uid;
  EXPECT_NE(log.rows[1].at("uid"), uid);
  EXPECT_EQ(log.rows[2].at("uid"), uid);
}

TEST(Zeek, WritesFoldedRecords) {
  MemorySink sink;
  ZeekWriter writer(sink);
  writer.write(samples::folded_ssh());
  writer.finish();
  const Row row = read(sink.text()).rows.at(0);
  EXPECT_EQ(row.at("oddport.flows"), "3");
  EXPECT_EQ(row.at("oddport.clients"), "2");
  EXPECT_EQ(row.at("id.orig_h"), "-");
  EXPECT_EQ(row.at("community_id"), "-");
}

TEST(Zeek, HasAHeaderWithoutRecordsToo) {
  const std::string log = log_of({});
  EXPECT_THAT(log, HasSubstr("#fields\tts\tuid\t"));
  EXPECT_TRUE(read(log).rows.empty());
}

}  // namespace
}  // namespace oddport
