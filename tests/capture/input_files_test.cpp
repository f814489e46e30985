#include "capture/input_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/capture/capture_builder.h"
#include "tests/temporary_folder.h"

namespace oddport::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

InputFiles expand(const std::vector<std::string>& arguments) {
  return expand_input_files(arguments);
}

class InputFilesTest : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return folder_.path() / name; }
  std::string write(const std::string& name) const {
    return folder_.file(name, pcap_header(PcapShape{}));
  }

  TemporaryFolder folder_;
};

TEST_F(InputFilesTest, NamedFilesStayAsTheyAreNamed) {
  const InputFiles files = expand({"b.pcap", "/no/such/file", "a.pcap"});
  EXPECT_THAT(files.paths, ElementsAre("b.pcap", "/no/such/file", "a.pcap"));
  EXPECT_THAT(files.errors, IsEmpty());
}

TEST_F(InputFilesTest, ADirectoryIsWalkedByName) {
  const std::string c = write("c.pcap");
  const std::string a = write("a.pcap");
  const std::string deep = write("b/x/deep.cap");
  const std::string shallow = write("b/z.pcapng");
  const InputFiles files = expand({folder_.path()});
  EXPECT_THAT(files.paths, ElementsAre(a, deep, shallow, c));
  EXPECT_THAT(files.skipped, IsEmpty());
  EXPECT_THAT(files.errors, IsEmpty());
}

TEST_F(InputFilesTest, OtherFilesInADirectoryAreNotedNotBlamed) {
  const std::string capture = write("a.pcap");
  const std::string zipped = folder_.file("b.gz", gzipped(pcap_header(PcapShape{})));
  const std::string text = folder_.file("notes.txt", "about the captures");
  const std::string empty = folder_.file("empty.pcap", "");
  const InputFiles files = expand({folder_.path()});
  EXPECT_THAT(files.paths, ElementsAre(capture, zipped));
  ASSERT_THAT(files.skipped, SizeIs(2));
  EXPECT_EQ(files.skipped[0].where, empty);
  EXPECT_EQ(files.skipped[1].where, text);
  EXPECT_THAT(files.skipped[1].what, HasSubstr("not a capture"));
  EXPECT_THAT(files.errors, IsEmpty());
}

TEST_F(InputFilesTest, HiddenEntriesPipesAndCirclesArePassedOver) {
  const std::string capture = write("a.pcap");
  write(".hidden.pcap");
  write(".git/b.pcap");
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  ASSERT_EQ(::symlink(folder_.path().c_str(), path("circle").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere", path("dangling").c_str()), 0);
  ASSERT_EQ(::symlink(capture.c_str(), path("link.pcap").c_str()), 0);
  const InputFiles files = expand({folder_.path()});
  EXPECT_THAT(files.paths, ElementsAre(capture, path("link.pcap")));
  EXPECT_THAT(files.errors, IsEmpty());
}

TEST_F(InputFilesTest, AnUnreadableDirectoryIsAnError) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  write("locked/a.pcap");
  ASSERT_EQ(::chmod(path("locked").c_str(), 0), 0);
  const InputFiles files = expand({folder_.path()});
  ::chmod(path("locked").c_str(), 0700);
  EXPECT_THAT(files.paths, IsEmpty());
  ASSERT_THAT(files.errors, SizeIs(1));
  EXPECT_EQ(files.errors[0].where, path("locked"));
}

TEST_F(InputFilesTest, PatternsAreExpandedByName) {
  const std::string b = write("b.pcap");
  const std::string a = write("a.pcap");
  const std::string inside = write("c/inside.cap");
  EXPECT_THAT(expand({path("*.pcap")}).paths, ElementsAre(a, b));
  EXPECT_THAT(expand({path("[ac]*")}).paths, ElementsAre(a, inside));
  EXPECT_THAT(expand({path("?.pcap")}).paths, ElementsAre(a, b));
}

TEST_F(InputFilesTest, APatternWithoutAMatchIsAnError) {
  const InputFiles files = expand({path("*.cap")});
  EXPECT_THAT(files.paths, IsEmpty());
  ASSERT_THAT(files.errors, SizeIs(1));
  EXPECT_EQ(files.errors[0].where, path("*.cap"));
}

TEST_F(InputFilesTest, AFileWithAStarInItsNameIsNoPattern) {
  const std::string strange = write("a[1]*.pcap");
  write("a1.pcap");
  EXPECT_THAT(expand({strange}).paths, ElementsAre(strange));
}

TEST_F(InputFilesTest, StandardInputIsReadOnce) {
  const InputFiles files = expand({"-", "a.pcap", "-"});
  EXPECT_THAT(files.paths, ElementsAre("-", "a.pcap"));
  ASSERT_THAT(files.errors, SizeIs(1));
  EXPECT_EQ(files.errors[0].where, "standard input");
}

}  // namespace
}  // namespace oddport::test
