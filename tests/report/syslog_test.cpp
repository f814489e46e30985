#include "report/syslog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/report/folded_record.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

const SyslogOptions from_sensor = {.host = "sensor7.example", .process = 4711, .version = "1.2.3"};

std::string line_of(const samples::Flow& flow, const SyslogOptions& options = from_sensor) {
  MemorySink sink;
  SyslogWriter writer(sink, options);
  writer.write(flow.observation, flow.verdict);
  writer.finish();
  return sink.text();
}

struct Parsed {
  unsigned facility = 0;
  unsigned severity = 0;
  std::string time, host, application, process, type, data, message;
};

// Takes what stands before the next blank: printable ASCII, `most` characters.
std::optional<std::string> take_field(std::string_view& rest, std::size_t most) {
  const std::size_t end = rest.find(' ');
  if (end == 0 || end > most) return std::nullopt;
  const std::string field(rest.substr(0, end));
  rest.remove_prefix(end + 1);
  if (!std::ranges::all_of(field, [](char c) { return c > ' ' && c < '\x7f'; }))
    return std::nullopt;
  return field;
}

// Takes one element of structured data, in which a quote, a backslash and a closing bracket must be escaped.
std::optional<std::string> take_element(std::string_view& rest) {
  bool in_value = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\n') return std::nullopt;
    if (in_value && rest[i] == '\\')
      ++i;
    else if (rest[i] == '"')
      in_value = !in_value;
    else if (rest[i] == ']') {
      if (in_value || rest.substr(i + 1, 1) != " ") return std::nullopt;
      const std::string element(rest.substr(0, i + 1));
      rest.remove_prefix(i + 2);
      return element;
    }
  }
  return std::nullopt;
}

// The grammar of RFC 5424, section 6, as far as a writer can go wrong.
std::optional<Parsed> parsed(const std::string& line) {
  std::string_view rest = line;
  if (!rest.starts_with('<') || !rest.ends_with('\n')) return std::nullopt;
  rest.remove_suffix(1);
  const auto header = take_field(rest, 6);  // "<191>1"
  if (!header || !header->ends_with(">1")) return std::nullopt;
  const auto priority = static_cast<unsigned>(std::stoul(header->substr(1)));
  const auto time = take_field(rest, 32);
  const auto host = take_field(rest, 255);
  const auto application = take_field(rest, 48);
  const auto process = take_field(rest, 128);
  const auto type = take_field(rest, 32);
  const auto data = take_element(rest);
  if (priority > 191 || !time || !host || !application || !process || !type || !data)
    return std::nullopt;
  return Parsed{.facility = priority / 8,
                .severity = priority % 8,
                .time = *time,
                .host = *host,
                .application = *application,
                .process = *process,
                .type = *type,
                .data = *data,
                .message = std::string(rest)};
}

TEST(Syslog, WritesMessagesOfRfc5424) {
  const auto message = parsed(line_of(samples::ssh()));
  ASSERT_TRUE(message) << line_of(samples::ssh());
  EXPECT_EQ(message->facility, 16u);
  EXPECT_EQ(message->severity, 4u);
  EXPECT_EQ(message->time, "2026-01-31T12:00:00.000001Z");
  EXPECT_EQ(message->host, "sensor7.example");
  EXPECT_EQ(message->application, "oddport");
  EXPECT_EQ(message->process, "4711");
  EXPECT_EQ(message->type, "unofficial");
  EXPECT_EQ(message->data, R"([origin software="oddport" swVersion="1.2.3"])");
}

TEST(Syslog, CarriesTheRecordOfNdjson) {
  for (const samples::Flow& flow : {samples::ssh(), samples::mystery(), samples::nfs()}) {
    MemorySink sink;
    NdjsonWriter(sink).write(flow.observation, flow.verdict);
    const auto message = parsed(line_of(flow));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->message + "\n", sink.text());
  }
}

TEST(Syslog, IsTheGraverTheOdder) {
  samples::Flow flow = samples::ssh();
  std::vector<unsigned> severities;
  for (const Label label :
       {Label::unknown, Label::unofficial, Label::legacy, Label::expected, Label::silent}) {
    flow.verdict.label = label;
    const auto message = parsed(line_of(flow));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->type, to_string(label));
    severities.push_back(message->severity);
  }
  EXPECT_EQ(severities, (std::vector<unsigned>{4, 4, 5, 6, 7}));
}

TEST(Syslog, LeavesOutWhatItDoesNotKnow) {
  samples::Flow flow = samples::ssh();
  flow.observation.first = 0;
  const auto message = parsed(line_of(flow, {}));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->time, "-");
  EXPECT_EQ(message->host, "-");
  EXPECT_EQ(message->process, "-");
}

TEST(Syslog, PutsNothingIntoAFieldThatCannotStandThere) {
  for (const std::string& host : {std::string("two words"), std::string("h\n<0>1 forged"),
                                  std::string("m\xc3\xbcll"), std::string(256, 'h')}) {
    const auto message =
        parsed(line_of(samples::ssh(), {.facility = 99, .host = host, .version = "1\"]\\2"}));
    ASSERT_TRUE(message) << host;
    EXPECT_EQ(message->host, "-");
    EXPECT_EQ(message->facility, 23u);
    EXPECT_EQ(message->data, R"([origin software="oddport" swVersion="1\"\]\\2"])");
  }
}

// What a stranger's banner holds cannot begin a message of its own.
TEST(Syslog, StaysOneLineWhateverTheRecordHolds) {
  samples::Flow flow = samples::ssh();
  flow.verdict.reason = "SSH\r\n<0>1 - forged\n\x1b[2J\xff";
  flow.observation.origin = "a\nb.pcap";
  const std::string line = line_of(flow);
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  const auto message = parsed(line);
  ASSERT_TRUE(message) << line;
  EXPECT_EQ(nlohmann::json::parse(message->message).at("file"), "a\nb.pcap");
}

TEST(Syslog, WritesFoldedRecordsToo) {
  MemorySink sink;
  SyslogWriter writer(sink, from_sensor);
  writer.write(samples::folded_ssh());
  writer.finish();
  const auto message = parsed(sink.text());
  ASSERT_TRUE(message) << sink.text();
  EXPECT_EQ(nlohmann::json::parse(message->message).at("flows"), 3);
}

}  // namespace
}  // namespace oddport
