#include "report/live_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "report/text_layout.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> lines_of(const LivePage& page) {
  std::vector<std::string> lines;
  std::istringstream in(live_page(page));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(LivePage, FillsTheWindow) {
  const LivePage page{.heading = {"how it goes"},
                      .findings = "one\ntwo\nthree\n",
                      .message = {},
                      .columns = 20,
                      .rows = 8};
  EXPECT_THAT(lines_of(page),
              ElementsAre("how it goes", "", "one", "two", "three", "", "", "q or Ctrl-C ends"));
}

TEST(LivePage, ShowsAsManyFindingsAsThereIsRoomFor) {
  LivePage page{.heading = {"how it goes"},
                .findings = "one\ntwo\nthree\n",
                .message = "oddport: \x1b[2Jnote",
                .columns = 40,
                .rows = 6};
  EXPECT_THAT(lines_of(page), ElementsAre("how it goes", "", "one", "two", "oddport: \\x1b[2Jnote",
                                          "q or Ctrl-C ends"));
  page.findings.clear();
  EXPECT_EQ(lines_of(page).at(2), "Nothing found yet.");
}

TEST(LivePage, NeverExceedsTheWindow) {
  for (std::size_t rows = 1; rows < 9; ++rows) {
    for (const std::size_t columns : {1, 5, 17}) {
      const LivePage page{.heading = {"how it goes on, at length", "and on"},
                          .findings = "1\n2\n",
                          .message = "a message that is long",
                          .columns = columns,
                          .rows = rows};
      const auto lines = lines_of(page);
      EXPECT_EQ(lines.size(), rows);
      for (const std::string& line : lines) EXPECT_LE(display_width(line), columns) << line;
    }
  }
}

TEST(LivePage, CountsLabels) {
  Tally tally;
  EXPECT_EQ(labels_line("flows", tally), "flows 0");
  for (const samples::Flow& flow :
       {samples::ssh(), samples::ssh(), samples::mystery(), samples::silent()})
    tally.add(flow.observation, flow.verdict);
  EXPECT_EQ(labels_line("flows", tally), "flows 3: 1 unknown, 2 unofficial");
}

}  // namespace
}  // namespace oddport
