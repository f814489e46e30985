#include "report/port_map.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "report/text_layout.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

Tally tally_of(const std::vector<samples::Flow>& flows) {
  Tally tally;
  for (const samples::Flow& flow : flows) tally.add(flow.observation, flow.verdict);
  return tally;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The cell of a port, of a map in ASCII without colors.
char cell(const std::vector<std::string>& lines, std::size_t port) {
  const std::string& row = lines.at(1 + (port - 500) / 50);
  const std::size_t place = (port - 500) % 50;
  const std::size_t at = 5 + place + place / 10;
  return at < row.size() ? row.at(at) : ' ';
}

TEST(PortMap, ShowsTheOddestLabelOfEachPort) {
  const auto lines = lines_of(port_map_text(
      tally_of({samples::ssh(), samples::rlogin(), samples::mystery(), samples::nfs()}),
      {.charset = Charset::ascii}));
  EXPECT_EQ(cell(lines, 596), '!');
  EXPECT_EQ(cell(lines, 513), '+');
  EXPECT_EQ(cell(lines, 724), '?');
  EXPECT_EQ(cell(lines, 1011), '=');
  EXPECT_EQ(cell(lines, 531), 'o') << "a ghost on which nothing spoke";
  EXPECT_EQ(cell(lines, 994), 'x') << "a removed one";
  EXPECT_TRUE(lines.at(1).starts_with(" 500 "));
  EXPECT_TRUE(lines.at(11).starts_with("1000 "));
  EXPECT_EQ(lines.at(12), "? unknown    1 port: 724");
}

TEST(PortMap, FitsEightyColumnsHoweverManyPortsThereAre) {
  Tally tally;
  for (std::uint16_t port = 500; port <= 1023; ++port) {
    samples::Flow flow = samples::ssh();
    flow.verdict.port = port;
    tally.add(flow.observation, flow.verdict);
  }
  for (const Charset charset : {Charset::ascii, Charset::utf8}) {
    const std::string text = port_map_text(tally, {.charset = charset});
    for (const std::string& line : lines_of(text)) EXPECT_LE(display_width(line), 80u) << line;
    EXPECT_NE(text.find("! unofficial 524 ports: 500 501 "), std::string::npos);
    EXPECT_NE(text.find(" more\n"), std::string::npos);
  }
}

TEST(PortMap, HasNoEscapesAndNothingButAsciiUnlessAsked) {
  const std::string text = port_map_text(tally_of({samples::ssh()}), {.charset = Charset::ascii});
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
}

TEST(PortMap, ShowsTrafficByBlocksWhereThereAreColors) {
  std::vector<samples::Flow> flows(100, samples::ssh());
  flows.push_back(samples::rlogin());
  const std::string text = port_map_text(tally_of(flows), {.color = true});
  EXPECT_NE(text.find("\x1b[1;33m█\x1b[0m"), std::string::npos);
  EXPECT_NE(text.find("\x1b[1;35m░\x1b[0m"), std::string::npos);
}

TEST(PortMap, CountsThePortsThatSpoke) {
  EXPECT_EQ(spoken_ports(tally_of({samples::ssh(), samples::ssh(), samples::rlogin()})), 2u);
  EXPECT_EQ(spoken_ports(tally_of({samples::silent()})), 0u);
}

}  // namespace
}  // namespace oddport
