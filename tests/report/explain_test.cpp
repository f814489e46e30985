#include "report/explain.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "classify/recognizers.h"
#include "report/port_story.h"

namespace oddport {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string headline(std::uint16_t port) { return tell_port(port, std::nullopt).headline; }

std::string one_line(std::string text) {
  std::string line;
  for (std::istringstream words(text); words >> text;) line += (line.empty() ? "" : " ") + text;
  return line;
}

TEST(Explain, AnswersEveryNumberWithAHeadline) {
  for (std::uint16_t port = 500; port <= 1023; ++port) {
    const std::string text = explain_port(port, std::nullopt);
    SCOPED_TRACE(text);
    EXPECT_THAT(text, StartsWith(fmt::format("{}/tcp ", port)));
    for (const char* section :
         {"\nAssignment (IANA registry of 2026-08-17)\n", "\nWho uses it in practice\n",
          "\nRecognizers that know it\n", "\nWhat a probe would ask\n", "\nSources\n"})
      EXPECT_THAT(text, HasSubstr(section));
  }
}

TEST(Explain, FitsATerminal) {
  for (std::uint16_t port = 500; port <= 1023; ++port) {
    std::istringstream lines(explain_port(port, std::nullopt));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 80u) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
      for (const char c : line) EXPECT_TRUE(c >= ' ' && c <= '~') << line;
    }
  }
}

TEST(Explain, SaysPlainlyThatAGhostCannotBeRecognized) {
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{
           531, 533, 553, 569, 584, 586, 596, 767, 801, 997, 998, 999})
    EXPECT_THAT(headline(port), HasSubstr("a ghost: no public wire format is known")) << port;
  EXPECT_THAT(headline(596), StartsWith("596/tcp and 596/udp are assigned to smsd, a ghost"));
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{724, 1008})
    EXPECT_THAT(headline(port), HasSubstr("no public wire format belongs to it")) << port;
  EXPECT_THAT(headline(1008), HasSubstr("Sun Solaris"));
}

TEST(Explain, TellsBothClaimsOn584) {
  const std::string text = one_line(explain_port(584, std::nullopt));
  EXPECT_THAT(text, HasSubstr("Public pages say that keyserver was removed on 2017-05-18"));
  EXPECT_THAT(text, HasSubstr("up to the file of 2026-08-17, still lists keyserver"));
  EXPECT_THAT(text, HasSubstr("584/tcp and 584/udp are assigned to keyserver"));
}

TEST(Explain, TellsWhoLostANumber) {
  EXPECT_THAT(headline(585), HasSubstr("assigned no longer: imap4-ssl lost it on 2006-04-25"));
  EXPECT_THAT(headline(740), HasSubstr("netcp lost it by 2001-07"));
  EXPECT_THAT(headline(659), HasSubstr("removed on 2001-06-06"));
}

TEST(Explain, TellsClientsFromServices) {
  const PortStory story = tell_port(724, Transport::tcp);
  EXPECT_THAT(story.headline,
              HasSubstr("Seen as a client's own port: LPD clients that follow RFC 1179."));
  ASSERT_FALSE(story.client_uses.empty());
  EXPECT_EQ(story.client_uses.front().first, 721) << "the narrowest range comes first";
  EXPECT_THAT(explain_port(724, std::nullopt), HasSubstr("Linux NFS client (665-1023 tcp, udp"));
  EXPECT_THAT(headline(783), HasSubstr("Seen there: SpamAssassin spamd."));
}

TEST(Explain, CallsMalwareListsAHint) {
  const std::string text = one_line(explain_port(666, Transport::tcp));
  EXPECT_THAT(text, HasSubstr("a hint where to look, never a verdict"));
  EXPECT_THAT(text, HasSubstr("Shadow Phyre"));
  EXPECT_THAT(explain_port(666, Transport::udp), Not(HasSubstr("Malware lists")));
}

TEST(Explain, AnswersOutsideOfTheRange) {
  EXPECT_THAT(headline(443), HasSubstr("assigned to https (the web inside TLS or QUIC)"));
  EXPECT_THAT(headline(6667), HasSubstr("6667/tcp is assigned to ircu"));
  EXPECT_THAT(headline(11371), HasSubstr("assigned to hkp"));
  EXPECT_THAT(headline(95), HasSubstr("assigned to supdup"));
  EXPECT_THAT(headline(158), HasSubstr("assigned to pcmail-srv"));
  EXPECT_THAT(headline(315), HasSubstr("assigned to dpsi"));
  EXPECT_THAT(headline(65535), HasSubstr("dynamic range"));
  EXPECT_THAT(headline(0), HasSubstr("reserved"));
  for (std::uint32_t port = 0; port <= 0xffff; port += 97) {
    EXPECT_THAT(explain_port(static_cast<std::uint16_t>(port), std::nullopt),
                StartsWith(fmt::format("{}/", port)));
  }
}

TEST(Explain, KeepsToOneTransport) {
  const std::string text = explain_port(514, Transport::udp);
  EXPECT_THAT(text, StartsWith("514/udp is assigned to syslog"));
  EXPECT_THAT(text, Not(HasSubstr("shell")));
}

TEST(Explain, ShowsTheQuestionOfEveryHome) {
  for (const Recognizer* recognizer : all_recognizers()) {
    for (const Home& home : recognizer->homes) {
      const PortStory story = tell_port(home.port, home.transport);
      EXPECT_TRUE(std::ranges::any_of(
          story.homes, [&](const ToldHome& told) { return told.recognizer == recognizer; }));
      const std::string text = one_line(explain_port(home.port, home.transport));
      EXPECT_THAT(text, HasSubstr(fmt::format("{} (", recognizer->name)));
      if (!recognizer->hello.about.empty()) {
        EXPECT_THAT(text, HasSubstr(std::string(recognizer->hello.about)));
      }
    }
  }
}

TEST(Explain, JsonHasTheSameContent) {
  for (const std::uint16_t port :
       std::initializer_list<std::uint16_t>{443, 500, 584, 631, 666, 724, 1008, 65535}) {
    const PortStory story = tell_port(port, std::nullopt);
    const std::string text = explain_port_json(port, std::nullopt);
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    const nlohmann::json json = nlohmann::json::parse(text);
    EXPECT_EQ(json.at("port"), port);
    EXPECT_EQ(json.at("headline"), story.headline);
    EXPECT_EQ(json.at("assignments").size(), story.assignments.size());
    EXPECT_EQ(json.at("history").size(), story.history.size());
    EXPECT_EQ(json.at("uses").at("registered").size(), story.registered_uses.size());
    EXPECT_EQ(json.at("uses").at("other").size(), story.other_uses.size());
    EXPECT_EQ(json.at("uses").at("client_ports").size(), story.client_uses.size());
    EXPECT_EQ(json.at("malware").at("names").size(), story.malware.size());
    EXPECT_EQ(json.at("recognizers").size(), story.homes.size());
    EXPECT_EQ(json.at("sources").size(), story.sources.size());
  }
  const nlohmann::json ghost = nlohmann::json::parse(explain_port_json(596, Transport::tcp));
  EXPECT_EQ(ghost.at("assignments").at(0).at("status"), "ghost");
  EXPECT_EQ(ghost.at("assignments").at(0).at("transports"), nlohmann::json::array({"tcp"}));
  EXPECT_TRUE(ghost.at("assignments").at(0).at("reference").is_null());
}

}  // namespace
}  // namespace oddport
