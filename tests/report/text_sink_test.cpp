#include "report/text_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

namespace oddport {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

std::string contents(std::FILE* file) {
  std::rewind(file);
  std::string text;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text += static_cast<char>(c);
  return text;
}

TEST(MemorySink, KeepsEverythingInOrder) {
  MemorySink sink;
  sink.append("one ");
  sink.buffer() += "two ";
  sink.commit();
  sink.append("three");
  EXPECT_EQ(sink.text(), "one two three");
  EXPECT_FALSE(sink.failed());
  EXPECT_EQ(sink.error(), "");
}

TEST(FileSink, HoldsTextBackUntilThereIsMuchOfIt) {
  const File file(std::tmpfile());
  ASSERT_NE(file, nullptr);
  FileSink sink(file.get(), "scratch");
  sink.append("little");
  EXPECT_EQ(std::ftell(file.get()), 0);
  const std::string much(1'000'000, 'x');
  sink.append(much);
  EXPECT_EQ(std::ftell(file.get()), 1'000'006);
  sink.append("!");
  sink.flush();
  EXPECT_EQ(contents(file.get()), "little" + much + "!");
}

TEST(FileSink, TellsAFullDisk) {
  const File full(std::fopen("/dev/full", "w"));
  if (full == nullptr) GTEST_SKIP() << "this system has no /dev/full";
  FileSink sink(full.get(), "out\x1b.ndjson");
  sink.append("short enough for the stream's own buffer");
  EXPECT_FALSE(sink.failed());
  sink.flush();
  EXPECT_TRUE(sink.failed());
  EXPECT_FALSE(sink.reader_left());
  EXPECT_EQ(sink.error(), "out\\x1b.ndjson: No space left on device");
}

TEST(FileSink, AfterAFailureDropsTextAndKeepsTheFirstError) {
  const File full(std::fopen("/dev/full", "w"));
  if (full == nullptr) GTEST_SKIP() << "this system has no /dev/full";
  FileSink sink(full.get(), "out");
  const std::string much(1'000'000, 'x');
  sink.append(much);
  ASSERT_TRUE(sink.failed());
  for (int i = 0; i < 10; ++i) sink.append(much);
  EXPECT_TRUE(sink.buffer().empty());
  sink.flush();
  EXPECT_EQ(sink.error(), "out: No space left on device");
}

TEST(FileSink, TellsThatTheReaderLeft) {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  close(ends[0]);
  const File pipe(fdopen(ends[1], "w"));
  ASSERT_NE(pipe, nullptr);
  FileSink sink(pipe.get(), "standard output");
  sink.append("nobody reads this\n");
  sink.flush();
  EXPECT_TRUE(sink.failed());
  EXPECT_TRUE(sink.reader_left());
  EXPECT_EQ(sink.error(), "standard output: Broken pipe");
}

TEST(FileSink, TellsAStreamThatCannotBeWritten) {
  const File file(std::fopen("/dev/null", "r"));
  ASSERT_NE(file, nullptr);
  FileSink sink(file.get(), "null");
  sink.append("text");
  sink.flush();
  EXPECT_TRUE(sink.failed());
}

}  // namespace
}  // namespace oddport
