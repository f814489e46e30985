#include "report/summary.h"

#include <gtest/gtest.h>

#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

void add(Tally& tally, const samples::Flow& flow, int times = 1) {
  for (; times > 0; --times) tally.add(flow.observation, flow.verdict);
}

TEST(Summary, IsShortWhereAllWentWell) {
  Tally found;
  add(found, samples::ssh());
  EXPECT_EQ(
      summary_text(
          {.files = 1, .bytes = 999, .packets = 22, .seconds = 0, .skipped = {}, .failures = {}},
          found),
      "read       1 file, 999 B, 22 packets in 0.00 s\n"
      "flows      1: 1 unofficial\n"
      "protocols  ssh 1\n");
}

TEST(Summary, TellsEverythingThatThereIsToTell) {
  Tally found;
  add(found, samples::ssh(), 2);
  add(found, samples::mystery());
  add(found, samples::rlogin());
  add(found, samples::nfs(), 3);
  add(found, samples::silent(), 1'400);
  const ReadSummary read{
      .files = 2,
      .bytes = 34'120'000,
      .packets = 51'234,
      .seconds = 0.5,
      .skipped = {.other = 1'203, .malformed = 3, .cut = 2, .unknown_link = 1, .fragments = 4},
      .evicted = 12,
      .unfolded = 1,
      .interrupted = true,
      .failures = {{.where = "office.pcap",
                    .offset = 4096,
                    .what = "The record's header is cut; reading ended here."},
                   {.where = "evil\x1b[2J", .offset = 0, .what = "Not a capture file."}},
  };
  EXPECT_EQ(
      summary_text(read, found),
      "read       2 files, 34.1 MB, 51,234 packets in 0.50 s (102,468 packets/s, 68.2 MB/s); "
      "interrupted, the rest "
      "was not read\n"
      "flows      7: 1 unknown, 2 unofficial, 1 legacy, 3 expected; and 1,400 silent, without any "
      "payload\n"
      "protocols  nfs 3, ssh 2, rlogin 1\n"
      "skipped    packets: 1,203 without TCP or UDP, 4 fragments never completed, 2 cut before the "
      "ports, "
      "3 malformed, 1 of a link type not decoded\n"
      "evicted    12 flows were told early because the flow table was full (--max-flows)\n"
      "unfolded   1 flow was told singly because too many endpoints were seen\n"
      "error      office.pcap: byte offset 4096: The record's header is cut; reading ended here.\n"
      "error      evil\\x1b[2J: byte offset 0: Not a capture file.\n");
}

TEST(Summary, CountsProtocolsBeyondTheTopOnes) {
  Tally found;
  for (const std::string_view name : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}) {
    samples::Flow flow = samples::ssh();
    flow.verdict.protocol = name;
    add(found, flow);
  }
  EXPECT_NE(
      summary_text({}, found).find("protocols  a 1, b 1, c 1, d 1, e 1, f 1, g 1, h 1, 2 more\n"),
      std::string::npos);
}

TEST(Summary, CountsErrorsBeyondTwenty) {
  const ReadSummary read{
      .skipped = {}, .failures = std::vector<Failure>(1'025, {.where = "f", .what = "Broken."})};
  const std::string text = summary_text(read, Tally{});
  EXPECT_TRUE(text.ends_with("error      1,005 more errors\n")) << text;
}

TEST(Summary, StandsAnEmptyRun) {
  EXPECT_EQ(summary_text({}, Tally{}),
            "read       0 files, 0 B, 0 packets in 0.00 s\nflows      0\n");
}

}  // namespace
}  // namespace oddport
