#include "cli/target_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::vector<std::string> texts(const TargetList& list) {
  std::vector<std::string> all;
  for (const AddressRange& range : list.ranges) all.push_back(to_string(range));
  return all;
}

TargetList read(const TargetWords& words, const ResolveOptions& options = {}) {
  TargetList list;
  std::string error;
  EXPECT_TRUE(read_probe_targets(words, options, list, error)) << error;
  return list;
}

std::string complaint(const TargetWords& words, const ResolveOptions& options = {}) {
  TargetList list;
  std::string error;
  EXPECT_FALSE(read_probe_targets(words, options, list, error));
  EXPECT_TRUE(list.ranges.empty());
  EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  return error;
}

TEST(TargetList, ReadsWordsOfEveryNotation) {
  EXPECT_EQ(texts(read({{"198.18.0.7", "198.18.1.0/30", "198.18.2.1-9", "2001:db8::/126"}, {}})),
            (std::vector<std::string>{"198.18.0.7", "198.18.1.0-198.18.1.3",
                                      "198.18.2.1-198.18.2.9", "2001:db8::-2001:db8::3"}));
}

TEST(TargetList, ReadsFilesWithComments) {
  const TemporaryFolder folder;
  const std::string file = folder.file("hosts",
                                       "# the office\n198.18.0.1 198.18.0.2\t# two\n\r\n"
                                       "198.18.0.3#three\n   198.18.0.4");
  EXPECT_EQ(texts(read({{}, {file}})),
            (std::vector<std::string>{"198.18.0.1", "198.18.0.2", "198.18.0.3", "198.18.0.4"}));
  EXPECT_TRUE(read({{}, {folder.file("empty", "")}}).ranges.empty());
}

TEST(TargetList, TakesTheHostsOfOtherScanners) {
  const std::string scanners = std::string(ODDPORT_SOURCE_DIR) + "/tests/cli/scanners/";
  for (const char* name : {"nmap.xml", "masscan.json", "masscan.list", "zmap.csv", "zmap.list"})
    EXPECT_EQ(texts(read({{}, {scanners + name}})),
              (std::vector<std::string>{"198.18.0.7", "198.18.0.8"}))
        << name;
  // Whoever goes on with half a list leaves the other half out without a word.
  const TemporaryFolder folder;
  const std::string cut =
      folder.file("cut.xml", testing::read_file(scanners + "nmap.xml").substr(0, 4000));
  EXPECT_THAT(complaint({{}, {cut}}), HasSubstr("the XML is broken or cut"));
}

TEST(TargetList, NamesFileAndLineOfWhatIsWrong) {
  const TemporaryFolder folder;
  const std::string file = folder.file("hosts", "198.18.0.1\n\n198.18.0.1/33\n");
  EXPECT_THAT(complaint({{}, {file}}), HasSubstr(file + ":3: '198.18.0.1/33'"));
  EXPECT_THAT(complaint({{}, {"/nonexistent/hosts"}}),
              HasSubstr("/nonexistent/hosts: cannot be read: No such file"));
  EXPECT_THAT(complaint({{}, {folder.path().string()}}), HasSubstr("cannot be read"));
}

TEST(TargetList, RefusesWhatNobodyShouldProbe) {
  for (const char* word : {"0.0.0.0", "224.0.0.5", "255.255.255.255", "240.0.0.1", "::", "ff02::1",
                           "198.18.0.0-230.0.0.0", "0.0.0.0/0"})
    EXPECT_THAT(complaint({{word}, {}}), HasSubstr(word)) << word;
  TargetList list;
  std::string error;
  EXPECT_TRUE(read_targets({{"224.0.0.0/4"}, {}}, {}, list, error))
      << "an exclusion may name anything: " << error;
}

TEST(TargetList, ResolvesNames) {
  const TargetList list = read({{"localhost"}, {}}, {.want_v6 = false});
  EXPECT_EQ(texts(list), std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(list.names.at(IpAddress::v4(0x7f000001)), "localhost");
  EXPECT_THAT(complaint({{"localhost"}, {}}, {.use_dns = false}), HasSubstr("-n forbids"));
  EXPECT_THAT(complaint({{"nosuchhost.invalid"}, {}}), HasSubstr("'nosuchhost.invalid'"));
}

TEST(TargetList, KeepsToTheFamilyAskedFor) {
  EXPECT_THAT(complaint({{"198.18.0.1"}, {}}, {.want_v4 = false}), HasSubstr("IPv4, which -6"));
  EXPECT_THAT(complaint({{"2001:db8::1"}, {}}, {.want_v6 = false}), HasSubstr("IPv6, which -4"));
}

TEST(TargetList, SurvivesAnyWord) {
  for (const std::string& word :
       {std::string("\x1b[2J"), std::string(100000, 'a'), std::string(100000, '1'),
        std::string("1-2-3"), std::string("a/b"), std::string(":"), std::string("-"),
        std::string("198.18.0.1,2/24")}) {
    const std::string error = complaint({{word}, {}});
    EXPECT_EQ(error.find('\x1b'), std::string::npos);
  }
}

}  // namespace
}  // namespace oddport
