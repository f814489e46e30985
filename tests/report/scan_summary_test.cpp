#include "report/scan_summary.h"

#include <gtest/gtest.h>

#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

TEST(ScanSummary, IsShortWhereAllWentWell) {
  Tally found;
  found.add(samples::ssh().observation, samples::ssh().verdict);
  ScanSummary scan;
  scan.addresses = 1;
  scan.targets = scan.settled = 524;
  scan.tcp = {.asked = 524, .open = 1, .closed = 520};
  scan.seconds = 2;
  scan.sent = 1'000;
  scan.received = 521;
  EXPECT_EQ(scan_summary_text(scan, found),
            "scanned    1 address, 524 ports in 2.00 s\n"
            "packets    1,000 sent (500/s), 521 received\n"
            "tcp        1 open, 520 closed, 3 without an answer\n"
            "services   1: 1 unofficial\n"
            "protocols  ssh 1\n");
}

TEST(ScanSummary, TellsEverythingThatThereIsToTell) {
  ScanSummary scan;
  scan.addresses = 256;
  scan.targets = 268'288;
  scan.settled = 134'000;
  scan.tcp = {.asked = 67'000, .open = 30, .closed = 60'000, .filtered = 5, .unreachable = 2};
  scan.udp = {.asked = 67'000, .open = 1, .closed = 10};
  scan.seconds = 10;
  scan.sent = 200'000;
  scan.received = 60'050;
  scan.loss = 0.0123;
  scan.miss_rate = 0.00042;
  scan.missed = 1.6;
  for (std::uint32_t i = 0; i < 10; ++i) scan.pseudo_hosts.push_back(IpAddress::v4(0xc6120000 + i));
  scan.pseudo_ports = 5'240;
  scan.excluded = 524;
  scan.unroutable = 3;
  scan.unresolved = 1'048;
  scan.dropped = 7;
  scan.unrecorded = 1;
  scan.interrupted = true;
  scan.resume_file = "big\x1b.resume";
  scan.failures = {"out.xml: No space left on device"};
  EXPECT_EQ(scan_summary_text(scan, {}),
            "scanned    256 addresses, 268,288 ports in 10.0 s; interrupted at 49%\n"
            "packets    200,000 sent (20,000/s), 60,050 received, 1.23% lost\n"
            "tcp        30 open, 60,000 closed, 5 refused on the way, 2 unreachable, 6,963 without "
            "an answer\n"
            "udp        1 open, 10 closed, 66,989 without an answer (open or filtered)\n"
            "services   0\n"
            "pseudo     5,240 mute ports on 10 hosts on which every port seems open; they are no "
            "services "
            "(198.18.0.0, 198.18.0.1, 198.18.0.2, 198.18.0.3, 198.18.0.4, 198.18.0.5, 198.18.0.6, "
            "198.18.0.7, 2 more)\n"
            "missed     about 0.042% of what is open, as estimated by the loss (2 open ports)\n"
            "skipped    ports: 3 without a route, 1,048 on neighbors that answer neither ARP nor "
            "NDP, 524 "
            "excluded meanwhile\n"
            "dropped    7 answers came faster than read; they were asked for again\n"
            "dropped    1 packet is missing in the recording (-w)\n"
            "error      out.xml: No space left on device\n"
            "resume     oddport scan --resume big\\x1b.resume\n");
}

TEST(ScanSummary, OfADryRunTellsNoFindings) {
  ScanSummary scan;
  scan.addresses = 1;
  scan.targets = 2;
  scan.sent = 4;
  scan.dry_run = true;
  EXPECT_EQ(scan_summary_text(scan, {}),
            "scanned    1 address, 2 ports in 0.00 s; a dry run, nothing was sent\n"
            "packets    4 sent, 0 received\n");
}

TEST(PortCounts, WhatIsNotToldIsSilentAndNeverLessThanNothing) {
  EXPECT_EQ(
      (PortCounts{.asked = 10, .open = 1, .closed = 2, .filtered = 3, .unreachable = 1}).silent(),
      3u);
  EXPECT_EQ((PortCounts{.asked = 1, .open = 1, .closed = 2}).silent(), 0u);
}

}  // namespace
}  // namespace oddport
