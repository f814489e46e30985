#include "report/html_page.h"

#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

#include "report/page_json.h"
#include "report/page_sources.h"

namespace oddport {
namespace {

constexpr const char* hostile = "</script><!--<script>alert(1)//\x80\x1b[31m\xe2\x80\xae&\"'";

PageData sample() {
  PageData data;
  data.title = hostile;
  data.inputs = {hostile};
  PageFinding finding;
  finding.server = {.ip = *IpAddress::parse("2001:db8::7"), .port = 596};
  finding.port = 596;
  finding.protocol = hostile;
  finding.reason = hostile;
  finding.evidence = {hostile};
  finding.origin = hostile;
  finding.client_bytes = hostile;
  PageClient client;
  client.ip = *IpAddress::parse("198.18.0.1");
  client.visits = {{.time = 1'000'000, .bytes = 5}, {.time = 61'000'000, .bytes = 6}};
  finding.most_active = {client};
  data.findings = {finding};
  data.changes = {{.kind = "appeared", .server = finding.server, .before = {}, .after = hostile}};
  data.families = {{.endpoints = {hostile}, .client_pattern = hostile}};
  return data;
}

TEST(PageJson, IsJsonThatEndsNoElement) {
  const std::string text = page_json(sample());
  EXPECT_EQ(text.find('<'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  const auto json = nlohmann::json::parse(text);
  const std::string reason = json["findings"][0]["reason"];
  EXPECT_TRUE(reason.starts_with("</script><!--<script>alert(1)//\\x80\\x1b[31m\\u202e&"))
      << reason;
  EXPECT_EQ(json["findings"][0]["id"], "2001:db8::7-596-tcp");
  EXPECT_EQ(json["findings"][0]["top"][0]["visits"], nlohmann::json({1, 61}));
  EXPECT_EQ(json["findings"][0]["clientBytes"].get<std::string>().substr(0, 16),
            "3c2f736372697074");
}

TEST(PageJson, TellsAllPortsOfTheMap) {
  const auto json = nlohmann::json::parse(page_json(PageData{}));
  ASSERT_EQ(json["ports"].size(), 524u);
  EXPECT_EQ(json["ports"][0]["port"], 500);
  EXPECT_EQ(json["ports"][523]["port"], 1023);
  const auto& smsd = json["ports"][96];
  EXPECT_EQ(smsd["port"], 596);
  EXPECT_EQ(smsd["tcp"], "ghost");
  EXPECT_EQ(smsd["assignments"][0]["service"], "smsd");
  EXPECT_FALSE(smsd["history"].empty());
}

TEST(HtmlPage, HoldsItsOwnPartsAndNothingOfStrangers) {
  const std::string page = html_page(sample(), "1.2.3");
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find("{{"), std::string::npos);
  EXPECT_NE(page.find("<title>&lt;/script&gt;"), std::string::npos);
  EXPECT_NE(page.find("content=\"oddport 1.2.3\""), std::string::npos);
  EXPECT_NE(page.find("<style>" + std::string(page_sources::style) + "</style>"),
            std::string::npos);
  EXPECT_NE(page.find("<script>" + page_sources::script() + "</script>"), std::string::npos);
  EXPECT_NE(page.find("default-src 'none'; script-src 'sha256-"), std::string::npos);
}

// Nothing in the sources of the page may refer to another place.
TEST(HtmlPage, RefersToNoOtherPlace) {
  std::string sources =
      std::string(page_sources::page) + std::string(page_sources::style) + page_sources::script();
  for (const std::string name : {"http://www.w3.org/2000/svg"})
    for (std::size_t at; (at = sources.find(name)) != std::string::npos;)
      sources.erase(at, name.size());
  for (const char* word :
       {"http:", "https:", "url(", "@import", "innerHTML", "eval(", "document.write"})
    EXPECT_EQ(sources.find(word), std::string::npos) << word;
}

TEST(HtmlPage, IsWrittenEvenOfNothing) {
  const std::string page = html_page(PageData{}, "1");
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
}

}  // namespace
}  // namespace oddport
