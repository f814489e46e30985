#include "report/table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "report/text_layout.h"
#include "tests/report/folded_record.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

std::string table_of(const std::vector<samples::Flow>& flows, const TableOptions& options) {
  MemorySink sink;
  const auto writer = make_table_writer(sink, options);
  for (const samples::Flow& flow : flows) writer->write(flow.observation, flow.verdict);
  writer->finish();
  return sink.text();
}

std::vector<samples::Flow> one_of_each() {
  return {samples::nfs(), samples::ssh(), samples::rlogin(), samples::silent(), samples::mystery()};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  lines.pop_back();
  return lines;
}

TEST(Table, PutsReasonsBelowTheRowsOf80Columns) {
  EXPECT_EQ(table_of(one_of_each(), {.width = 80}),
            R"(LABEL       PORT      PROTOCOL  SERVER           CLIENT
unknown     724/udp   -         2001:db8::9      2001:db8::1
            Nothing recognized on 724/udp.
unofficial  596/tcp   ssh       198.18.0.7       198.18.255.1
            SSH (server says SSH-2.0-OpenSSH_9.2) on 596/tcp, which is assigned
            to smsd, a protocol with no public wire format.
legacy      513/tcp   rlogin    198.18.0.7       198.18.0.8
            rlogin (user alice) on 513/tcp, its assigned port, but the protocol
            is obsolete.
expected    1011/tcp  nfs       198.18.0.5:2049  198.18.0.20
            NFS to 198.18.0.5:2049: 1011/tcp is only the client's own port.
silent      596/tcp   -         198.18.0.7       198.18.255.1
            No application byte went either way on 596/tcp.
)");
}

TEST(Table, WrapsReasonsInTheirColumnOf120) {
  EXPECT_EQ(table_of({samples::ssh(), samples::rlogin()}, {.width = 120}),
            R"(LABEL       PORT     PROTOCOL  SERVER      CLIENT        REASON
unofficial  596/tcp  ssh       198.18.0.7  198.18.255.1  SSH (server says SSH-2.0-OpenSSH_9.2) on 596/tcp, which is
                                                         assigned to smsd, a protocol with no public wire format.
legacy      513/tcp  rlogin    198.18.0.7  198.18.0.8    rlogin (user alice) on 513/tcp, its assigned port, but the
                                                         protocol is obsolete.
)");
}

TEST(Table, HasAColumnForProcessesWhereThereAreAny) {
  const HostFacts facts = samples::sshd_facts();
  const HostFacts bare;
  EXPECT_EQ(table_of({samples::unasked(facts), samples::unasked(bare)}, {.width = 80}),
            R"(LABEL       PORT     PROTOCOL  PROCESS      SERVER  CLIENT
unknown     596/tcp  -         sshd[812]+1  ::      -
            sshd listens on 596/tcp; it was not asked.
unknown     596/tcp  -         ?            ::      -
            sshd listens on 596/tcp; it was not asked.
)");
}

TEST(Table, PutsARowOnOneLineOf200) {
  const auto lines = lines_of(table_of(one_of_each(), {.width = 200}));
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[2],
            "unofficial  596/tcp   ssh       198.18.0.7       198.18.255.1  SSH (server says "
            "SSH-2.0-OpenSSH_9.2) on "
            "596/tcp, which is assigned to smsd, a protocol with no public wire format.");
}

TEST(Table, ColorsTheLabelWhereAsked) {
  EXPECT_EQ(
      table_of({samples::mystery()}, {.width = 80, .color = true}),
      "\x1b[1mLABEL\x1b[0m       \x1b[1mPORT\x1b[0m     \x1b[1mPROTOCOL\x1b[0m  "
      "\x1b[1mSERVER\x1b[0m       "
      "\x1b[1mCLIENT\x1b[0m\n"
      "\x1b[1;31munknown\x1b[0m     724/udp  \x1b[1m-\x1b[0m         2001:db8::9  2001:db8::1\n"
      "            Nothing recognized on 724/udp.\n");
}

TEST(Table, ColorsNothingElseThanItsOwnWords) {
  for (const std::size_t width : {80u, 120u, 200u}) {
    std::string colored = table_of(one_of_each(), {.width = width, .color = true});
    for (std::size_t at = colored.find('\x1b'); at != std::string::npos;
         at = colored.find('\x1b')) {
      const std::size_t end = colored.find('m', at);
      ASSERT_NE(end, std::string::npos);
      colored.erase(at, end - at + 1);
    }
    EXPECT_EQ(colored, table_of(one_of_each(), {.width = width}));
  }
}

TEST(Table, OrdersByOddnessThenPortThenTransport) {
  samples::Flow udp = samples::ssh();
  udp.observation.transport = Transport::udp;
  samples::Flow low = samples::ssh();
  low.verdict.port = 501;
  const auto lines = lines_of(table_of({udp, samples::ssh(), low}, {.width = 200}));
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[1].substr(12, 7), "501/tcp");
  EXPECT_EQ(lines[2].substr(12, 7), "596/tcp");
  EXPECT_EQ(lines[3].substr(12, 7), "596/udp");
}

TEST(Table, KeepsTheOddestRowsAndTellsHowManyMoreThereAre) {
  std::vector<samples::Flow> flows(1'500, samples::nfs());
  flows.push_back(samples::rlogin());
  flows.push_back(samples::ssh());
  flows.push_back(samples::mystery());
  const auto lines = lines_of(table_of(flows, {.width = 200, .limit = 2}));
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[1].substr(0, 7), "unknown");
  EXPECT_EQ(lines[2].substr(0, 10), "unofficial");
  EXPECT_EQ(lines[3],
            "1,501 more rows are not shown: 1 legacy, 1,500 expected (--limit shows more).");
}

TEST(Table, WithALimitOfZeroCountsOnly) {
  EXPECT_EQ(table_of({samples::ssh()}, {.limit = 0}),
            "1 more row is not shown: 1 unofficial (--limit shows more).\n");
}

TEST(Table, IsEmptyWithoutRows) { EXPECT_EQ(table_of({}, {}), ""); }

TEST(Table, TellsTheClientBelowWhereItsColumnDoesNotFit) {
  samples::Flow flow = samples::mystery();
  flow.observation.server = samples::end("2001:db8:1111:2222:3333:4444:5555:6666", 724);
  flow.observation.client = samples::end("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 40000);
  EXPECT_EQ(table_of({flow}, {.width = 80}), R"(LABEL       PORT     PROTOCOL  SERVER
unknown     724/udp  -         2001:db8:1111:2222:3333:4444:5555:6666
            from 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff
            Nothing recognized on 724/udp.
)");
}

TEST(Table, TellsBothEndsBelowInANarrowWindow) {
  samples::Flow flow = samples::mystery();
  flow.observation.server = samples::end("2001:db8:1111:2222:3333:4444:5555:6666", 724);
  EXPECT_EQ(table_of({flow}, {.width = 60}), R"(LABEL       PORT     PROTOCOL
unknown     724/udp  -
            from 2001:db8::1 to
            2001:db8:1111:2222:3333:4444:5555:6666
            Nothing recognized on 724/udp.
)");
}

TEST(Table, CountsTheClientsOfFoldedEndpoints) {
  MemorySink sink;
  TableWriter writer(sink, {.width = 200});
  EndpointRecord endpoint = samples::folded_ssh();
  endpoint.flows = 1'200;
  endpoint.clients = 3;
  writer.write(endpoint);
  endpoint.more_clients = true;
  writer.write(endpoint);
  endpoint.more_clients = false;
  endpoint.clients = 1;
  endpoint.flows = 1;
  writer.write(endpoint);
  writer.finish();
  const auto lines = lines_of(sink.text());
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_NE(lines[1].find("  3 clients, 1,200 flows   SSH"), std::string::npos) << lines[1];
  EXPECT_NE(lines[2].find("  3+ clients, 1,200 flows  SSH"), std::string::npos) << lines[2];
  EXPECT_NE(lines[3].find("  198.18.255.1             SSH"), std::string::npos) << lines[3];
}

TEST(Table, LetsNoEscapeSequenceOfAStrangerThrough) {
  samples::Flow flow = samples::hostile();
  flow.verdict.protocol = "\x1b[31mevil\n";
  for (const Charset charset : {Charset::utf8, Charset::ascii}) {
    for (const std::size_t width : {80u, 120u, 200u}) {
      const std::string text = table_of({flow}, {.width = width, .charset = charset});
      for (const std::string& line : lines_of(text)) {
        for (std::string_view rest = line; !rest.empty();) {
          const CodePoint point = first_code_point(rest);
          ASSERT_TRUE(point.valid && is_visible(point.value)) << visible(line);
          rest.remove_prefix(point.length);
        }
        EXPECT_LE(display_width(line), width);
        EXPECT_FALSE(line.ends_with(' '));
      }
    }
  }
}

TEST(Table, NeverExceedsTheWindow) {
  samples::Flow wide = samples::nfs();
  wide.observation.server = samples::end("2001:db8:1111:2222:3333:4444:5555:6666", 20049);
  wide.observation.client = samples::end("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 1011);
  wide.verdict.protocol = "a-protocol-with-quite-a-name";
  wide.verdict.reason =
      std::string(300, 'x') + " \xe4\xb8\xad\xe6\x96\x87 " + std::string(100, 'y');
  for (std::size_t width = 0; width < 220; width += 7) {
    for (const std::string& line : lines_of(table_of({wide, samples::ssh()}, {.width = width}))) {
      EXPECT_LE(display_width(line), std::max<std::size_t>(width, 48)) << line;
    }
  }
}

}  // namespace
}  // namespace oddport
