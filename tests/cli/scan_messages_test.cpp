// Whatever is wrong with a scan's words is told in one clear line, before anything is sent.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using ::testing::HasSubstr;
using testing::run_oddport;
using testing::TemporaryFolder;

struct Fault {
  std::vector<std::string> words;
  const char* told;
};

TEST(ScanMessages, BadWordsAreBadUsage) {
  const TemporaryFolder folder;
  const std::string list = folder.file("hosts", "198.18.0.1\n198.18.0.999\n");
  const std::vector<Fault> faults = {
      {{}, "no target is named"},
      {{"198.18.0.0/33"}, "'198.18.0.0/33'"},
      {{"nosuchhost.invalid"}, "'nosuchhost.invalid'"},
      {{"-n", "localhost"}, "-n forbids to ask DNS"},
      {{"224.0.0.1"}, "multicast"},
      {{"255.255.255.255"}, "broadcast"},
      {{"0.0.0.0"}, "is not probed"},
      {{"198.18.0.0/15"}, "131,072 addresses; if so many are meant, add --yes"},
      {{"-iL", list}, "hosts:2: '198.18.0.999'"},
      {{"-iL", "/nonexistent"}, "/nonexistent: cannot be read"},
      {{"198.18.0.1", "--excludefile", "/nonexistent"}, "/nonexistent: cannot be read"},
      {{"198.18.0.1", "--exclude", "198.18.0.0/24"}, "every target is excluded"},
      {{"198.18.0.1", "-p", "600-500"}, "'600-500' is not a port or a range of ports"},
      {{"198.18.0.1", "-p", "nosuch"}, "'nosuch' is neither a port nor a service"},
      {{"198.18.0.1", "-p", "U:520", "-sS"}, "has no port for TCP"},
      {{"198.18.0.1", "-sX"}, "no scan of the kind -sX"},
      {{"198.18.0.1", "-sST"}, "choose one"},
      {{"198.18.0.1", "--rate", "fast"}, "'fast' is no rate"},
      {{"198.18.0.1", "--rate", "0"}, "'0' is no rate"},
      {{"198.18.0.1", "--shard", "4/3", "--seed", "1"}, "'4/3' is no share"},
      {{"198.18.0.1", "--shard", "1/3"}, "the same --seed"},
      {{"198.18.0.1", "-e", "nosuch0"}, "there is no interface 'nosuch0'; there are: "},
      {{"198.18.0.1", "--source-ip", "x"}, "'x' is no address"},
      {{"198.18.0.1", "-S", "198.18.0.2", "-S", "198.18.0.3"}, "two of IPv4"},
      {{"198.18.0.1", "-g", "0"}, "source-port"},
      {{"198.18.0.1", "-4", "-6"}, "-4"},
      {{"198.18.0.1", "-6"}, "IPv4, which -6 leaves out"},
      {{"198.18.0.1", "-oX", "-", "-oJ", "-"}, "taken by -oX already"},
      {{"198.18.0.1", "--dry-run", "--resume", "x"}, "nothing to go on from"},
      {{"198.18.0.1", "--label", "odd"}, "--label"},
      {{"--resume", list}, "hosts:1: the line is no JSON object"},
  };
  for (const Fault& fault : faults) {
    std::vector<std::string> words = {"scan"};
    words.insert(words.end(), fault.words.begin(), fault.words.end());
    const auto run = run_oddport(words);
    EXPECT_EQ(run.status, 2) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr(fault.told));
    EXPECT_LE(std::ranges::count(run.err, '\n'), 2) << run.err;
  }
}

TEST(ScanMessages, AFileThatCannotBeWrittenEndsTheScanBeforeItBegins) {
  for (const char* option : {"-oX", "-oJ", "-oG", "-w"}) {
    const auto run = run_oddport({"scan", "--dry-run", option, "/nonexistent/file", "198.18.0.1"});
    EXPECT_EQ(run.status, 3) << option;
    EXPECT_THAT(run.err, HasSubstr("/nonexistent/file: cannot be written: No such file")) << option;
  }
}

TEST(ScanMessages, HelpIsGroupedAsUsersOfOtherScannersKnowIt) {
  const auto help = run_oddport({"scan", "--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* group : {"Targets:", "Ports:", "Way out:", "Pace and order:", "Output:",
                            "What to show:", "Rules of your own:"})
    EXPECT_THAT(help.out, HasSubstr(group));
  for (const char* option : {"-iL", "-oX", "-sU", "-Pn", "--excludefile", "--shard", "--dry-run"})
    EXPECT_THAT(help.out, HasSubstr(option));
}

}  // namespace
}  // namespace oddport
