#include "report/markdown_report.h"

#include <gtest/gtest.h>

#include <string>

#include "report/findings_csv.h"
#include "report/page_collector.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

PageData data_of(const std::vector<samples::Flow>& flows) {
  PageCollector collector;
  for (const samples::Flow& flow : flows) collector.add(flow.observation, flow.verdict);
  PageData data = collector.take();
  data.title = "office.pcap";
  return data;
}

std::string markdown_of(const PageData& data, std::size_t most = 50) {
  MemorySink sink;
  write_markdown(sink, data, most);
  return sink.text();
}

TEST(Markdown, TellsLabelsAndFindings) {
  EXPECT_EQ(markdown_of(data_of({samples::ssh()})),
            R"(# Ports 500-1023: `office.pcap`

1 flow at 1 endpoint, 2026-01-31 12:00:00 to 2026-01-31 12:00:02 UTC

| label | flows | packets | bytes |
|---|--:|--:|--:|
| unofficial | 1 | 22 | 4.04 kB |

## Findings

### 1. 596/tcp: `ssh` at `198.18.0.7`

**unofficial**, confirmed, score 36.0; 1 flow of 1 client (`198.18.255.1`); 2026-01-31 12:00:00 to 2026-01-31 12:00:02 UTC

```text
SSH (server says SSH-2.0-OpenSSH_9.2) on 596/tcp, which is assigned to smsd, a protocol with no
public wire format.

- server: SSH-2.0-OpenSSH_9.2
```

- +26.0 `unofficial: ssh beyond doubt`
- +6.0 `assigned to a service without any public wire format`
- +4.0 `one client only`

)");
}

TEST(Markdown, LetsNoStrangerWriteMarkup) {
  samples::Flow flow = samples::ssh();
  flow.verdict.reason = "```\n# Owned @everyone <b> [x](http://evil) ````` more";
  flow.verdict.protocol = "a`b``c";
  const std::string text = markdown_of(data_of({flow}));
  EXPECT_NE(text.find("``````text\n```\\x0a# Owned"), std::string::npos) << text;
  EXPECT_NE(text.find(": ```a`b``c``` at"), std::string::npos) << text;
}

TEST(Markdown, CountsWhatItLeavesOut) {
  const PageData data = data_of({samples::ssh(), samples::rlogin(), samples::mystery()});
  EXPECT_NE(markdown_of(data, 1).find("2 more endpoints are less odd."), std::string::npos);
  EXPECT_EQ(markdown_of(data, 1).find("### 2."), std::string::npos);
  EXPECT_NE(markdown_of(data_of({})).find("nothing spoke"), std::string::npos);
}

TEST(Markdown, KeepsTablesWholeWhateverTheChangesSay) {
  PageData data = data_of({});
  data.baseline = "monday.db";
  data.changes = {{.kind = "changed",
                   .server = samples::end("198.18.0.7", 596),
                   .before = "a|b",
                   .after = "c"}};
  EXPECT_NE(markdown_of(data).find("| changed | `198.18.0.7:596/tcp` | `a\\|b` | `c` |"),
            std::string::npos)
      << markdown_of(data);
}

TEST(FindingsCsv, HasOneLineAFindingWithAsManyCellsAsTheHeader) {
  samples::Flow flow = samples::ssh();
  flow.verdict.protocol = "=cmd";
  flow.verdict.reason = "no comma here";
  flow.verdict.evidence = {"a", "b"};
  MemorySink sink;
  write_findings_csv(sink, data_of({flow}));
  const std::string& text = sink.text();
  const std::size_t end = text.find("\r\n");
  const std::string header = text.substr(0, end), line = text.substr(end + 2);
  EXPECT_TRUE(header.starts_with("rank,score,server_ip,"));
  EXPECT_EQ(std::count(line.begin(), line.end(), ','),
            std::count(header.begin(), header.end(), ','));
  EXPECT_TRUE(
      line.starts_with("1,36.0,198.18.0.7,596,tcp,service,596,unofficial,'=cmd,confirmed,current,"
                       "no comma here,'+26.0 label: unofficial: =cmd beyond doubt | "))
      << line;
}

}  // namespace
}  // namespace oddport
