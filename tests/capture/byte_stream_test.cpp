#include "capture/byte_stream.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "capture/byte_window.h"
#include "capture/gzip_stream.h"
#include "capture/zstd_stream.h"
#include "tests/capture/capture_builder.h"
#include "tests/capture/memory_stream.h"
#include "tests/temporary_folder.h"

namespace oddport::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string sample(std::size_t size) {
  std::string bytes;
  std::uint32_t state = 1;
  while (bytes.size() < size) {
    state = state * 1'664'525 + 1'013'904'223;
    bytes += static_cast<char>(state >> 24 & 0x3f);
  }
  return bytes;
}

// Everything that comes out, read in bites of `bite`.
std::string drain(ByteStream& stream, std::size_t bite = 1000) {
  std::string all;
  std::string space(bite, '\0');
  for (std::size_t got = stream.read(space); got != 0; got = stream.read(space)) {
    all += space.substr(0, got);
  }
  EXPECT_EQ(stream.read(space), 0U) << "the end does not stay the end";
  return all;
}

ByteWindow window_over(const std::string& bytes, std::size_t piece = Bytes::npos) {
  return ByteWindow(std::make_unique<MemoryStream>(bytes, piece), 16);
}

TEST(ByteWindow, ShowsTheBytesInPlaceAndMovesOn) {
  const std::string bytes = "abcdefghij";
  ByteWindow window(std::make_unique<MemoryStream>(bytes, 3), 4);
  EXPECT_EQ(window.rest(), "");
  EXPECT_TRUE(window.refill(1));
  EXPECT_EQ(window.rest(), "abc");
  window.advance(2);
  EXPECT_EQ(window.offset(), 2U);
  EXPECT_TRUE(window.refill(6));
  EXPECT_EQ(window.rest().substr(0, 6), "cdefgh");
  window.advance(6);
  EXPECT_FALSE(window.refill(5));
  EXPECT_EQ(window.rest(), "ij");
  EXPECT_EQ(window.offset(), 8U);
  window.advance(100);
  EXPECT_EQ(window.offset(), 10U);
  EXPECT_FALSE(window.refill(1));
}

TEST(ByteWindow, RefusesToGrowWithoutBound) {
  const std::string bytes = "abc";
  ByteWindow window(std::make_unique<MemoryStream>(bytes));
  EXPECT_FALSE(window.refill(ByteWindow::max_capacity + 1));
  EXPECT_TRUE(window.refill(3));
}

TEST(ByteStream, ReadsAFileAndKnowsItsSize) {
  const TemporaryFolder folder;
  const std::string bytes = sample(100'000);
  std::string failure;
  const auto stream = open_byte_stream(folder.file("file", bytes), failure);
  ASSERT_NE(stream, nullptr);
  EXPECT_EQ(stream->size(), bytes.size());
  EXPECT_EQ(drain(*stream), bytes);
  EXPECT_EQ(stream->position(), bytes.size());
  EXPECT_THAT(stream->failure(), IsEmpty());
}

TEST(ByteStream, AFileThatShrinksWhileItIsReadEndsEarly) {
  const TemporaryFolder folder;
  const std::string path = folder.file("file", sample(100'000));
  std::string failure;
  const auto stream = open_byte_stream(path, failure);
  ASSERT_NE(stream, nullptr);
  std::string space(1000, '\0');
  EXPECT_EQ(stream->read(space), 1000U);
  ASSERT_EQ(::truncate(path.c_str(), 500), 0);
  EXPECT_EQ(stream->read(space), 0U);
}

TEST(ByteStream, ReadsAFileAnywhere) {
  const TemporaryFolder folder;
  const std::string bytes = sample(10'000);
  const std::string path = folder.file("file", bytes);
  std::string failure;
  const auto stream = open_byte_stream(path, failure);
  ASSERT_NE(stream, nullptr);
  ASSERT_TRUE(stream->is_seekable());
  std::string space(1000, '\0');
  EXPECT_EQ(stream->read_at(8000, space), 1000U);
  EXPECT_EQ(space, bytes.substr(8000, 1000));
  EXPECT_EQ(stream->read_at(9500, space), 500U);
  EXPECT_EQ(stream->read_at(10'000, space), 0U);
  EXPECT_EQ(stream->read(space), 1000U);
  EXPECT_EQ(space, bytes.substr(0, 1000)) << "reading elsewhere moves nothing";
  stream->seek(9000);
  EXPECT_EQ(drain(*stream), bytes.substr(9000));
  EXPECT_EQ(stream->position(), bytes.size());
  ASSERT_EQ(::truncate(path.c_str(), 500), 0);
  EXPECT_EQ(stream->read_at(8000, space), 0U);
}

// As after: (read -N 100 first; oddport read -) < FILE
TEST(ByteStream, CountsFromWhereItBegan) {
  const TemporaryFolder folder;
  const std::string bytes = sample(1000);
  const int file = ::open(folder.file("file", bytes).c_str(), O_RDONLY | O_CLOEXEC);
  const int standard_input = ::dup(STDIN_FILENO);
  ASSERT_GE(::dup2(file, STDIN_FILENO), 0);
  ASSERT_EQ(::lseek(STDIN_FILENO, 100, SEEK_SET), 100);
  std::string failure;
  const auto stream = open_byte_stream("-", failure);
  std::string space(50, '\0');
  EXPECT_EQ(stream->read_at(10, space), 50U);
  EXPECT_EQ(space, bytes.substr(110, 50));
  stream->seek(200);
  EXPECT_EQ(drain(*stream), bytes.substr(300));
  ::dup2(standard_input, STDIN_FILENO);
  ::close(standard_input);
  ::close(file);
}

TEST(ByteStream, APipeCannotBeReadAnywhere) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::string failure;
  const auto stream = open_byte_stream("/dev/fd/" + std::to_string(ends[0]), failure);
  ASSERT_NE(stream, nullptr) << failure;
  EXPECT_FALSE(stream->is_seekable());
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(ByteStream, TellsWhyAFileCannotBeOpened) {
  const TemporaryFolder folder;
  std::string failure;
  EXPECT_EQ(open_byte_stream((folder.path() / "missing"), failure), nullptr);
  EXPECT_THAT(failure, HasSubstr("No such file"));
  EXPECT_EQ(open_byte_stream(folder.path(), failure), nullptr);
  EXPECT_EQ(failure, "is a directory");
}

TEST(ByteStream, AWaitingStreamEndsWhenItIsTold) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = [](int) {};  // without SA_RESTART: reads return
  ASSERT_EQ(::sigaction(SIGUSR1, &action, &before), 0);
  std::atomic<bool> stop = false;
  std::atomic<bool> done = false;
  std::string failure;
  const auto stream = open_byte_stream("/dev/fd/" + std::to_string(ends[0]), failure, &stop);
  ASSERT_NE(stream, nullptr) << failure;
  std::thread reader([&] {
    std::string space(10, '\0');
    EXPECT_EQ(stream->read(space), 0U);
    done = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_FALSE(done);
  stop = true;
  // A signal between the look at `stop` and the next read is lost, so there is another.
  while (!done) {
    ::pthread_kill(reader.native_handle(), SIGUSR1);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  reader.join();
  EXPECT_THAT(stream->failure(), HasSubstr("interrupted"));
  ::sigaction(SIGUSR1, &before, nullptr);
  ::close(ends[0]);
  ::close(ends[1]);
}

struct Compression {
  const char* name;
  std::string (*compress)(const std::string&);
  std::unique_ptr<ByteStream> (*open)(ByteWindow);
};

class Decompressors : public testing::TestWithParam<Compression> {
 protected:
  std::string compress(const std::string& bytes) const { return GetParam().compress(bytes); }
  std::unique_ptr<ByteStream> open(const std::string& compressed,
                                   std::size_t piece = Bytes::npos) const {
    return GetParam().open(window_over(compressed, piece));
  }
};

INSTANTIATE_TEST_SUITE_P(Both, Decompressors,
                         testing::Values(Compression{"gzip", &gzipped, &open_gzip_stream},
                                         Compression{"zstd", &zstandard, &open_zstd_stream}),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(Decompressors, GiveBackWhatWasCompressed) {
  const std::string bytes = sample(300'000);
  const std::string compressed = compress(bytes);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{777}, Bytes::npos}) {
    for (const std::size_t bite : {std::size_t{13}, std::size_t{100'000}}) {
      const auto stream = open(compressed, piece);
      EXPECT_TRUE(drain(*stream, bite) == bytes);
      EXPECT_THAT(stream->failure(), IsEmpty());
      EXPECT_EQ(stream->position(), compressed.size());
      EXPECT_EQ(stream->size(), compressed.size());
    }
  }
}

TEST_P(Decompressors, JoinMembersThatFollowOneAnother) {
  const std::string compressed = compress("first, ") + compress("") + compress("second");
  for (const std::size_t piece : {std::size_t{1}, Bytes::npos}) {
    const auto stream = open(compressed, piece);
    EXPECT_EQ(drain(*stream), "first, second");
    EXPECT_THAT(stream->failure(), IsEmpty());
  }
}

TEST_P(Decompressors, TellOfACutAndGiveWhatCameBefore) {
  const std::string bytes = sample(2'000);
  const std::string compressed = compress(bytes);
  for (std::size_t size = 0; size < compressed.size(); ++size) {
    const std::string cut = compressed.substr(0, size);
    const auto stream = open(cut, 100);
    const std::string got = drain(*stream);
    EXPECT_THAT(bytes, StartsWith(got));
    // Nothing at all is a frame's end to zstd; no capture gets here without its magic number.
    if (size != 0) {
      EXPECT_THAT(stream->failure(), HasSubstr("is cut")) << size;
    }
  }
}

TEST_P(Decompressors, TellOfDamageAndWhereItIs) {
  const std::string bytes = sample(300'000);
  std::string compressed = compress(bytes);
  compressed.replace(compressed.size() / 2, 64, std::string(64, '\xff'));
  const auto stream = open(compressed);
  const std::string got = drain(*stream);
  EXPECT_THAT(stream->failure(), HasSubstr("is damaged"));
  EXPECT_THAT(stream->failure(), HasSubstr("compressed byte"));
  EXPECT_FALSE(got == bytes);
  EXPECT_FALSE(got.empty());
}

// What comes out, and what is said of it, must not depend on how it was asked for.
TEST_P(Decompressors, DamageAndCutsLookTheSameInAnyPieces) {
  const std::string compressed = compress(sample(500) + std::string(500, 'x'));
  const auto expect_same = [&](const std::string& broken) {
    const auto at_once = open(broken);
    const auto trickle = open(broken, 1);
    EXPECT_TRUE(drain(*at_once, 100'000) == drain(*trickle, 1));
    EXPECT_EQ(at_once->failure(), trickle->failure());
  };
  for (std::size_t at = 0; at < compressed.size(); ++at) {
    SCOPED_TRACE(at);
    std::string damaged = compressed;
    damaged[at] = static_cast<char>(~damaged[at]);
    expect_same(damaged);
    expect_same(compressed.substr(0, at));
  }
}

TEST_P(Decompressors, PassOnWhyTheirInputFailed) {
  const std::string compressed = compress(sample(1000));
  const auto stream = GetParam().open(ByteWindow(std::make_unique<MemoryStream>(
      Bytes(compressed).substr(0, 100), Bytes::npos, "cannot be read further: for the test")));
  drain(*stream);
  EXPECT_EQ(stream->failure(), "cannot be read further: for the test");
}

TEST(GzipStream, PassesOverPaddingAndTellsOfOtherBytes) {
  const std::string padded = gzipped("data") + std::string(1000, '\0');
  const auto silent = open_gzip_stream(window_over(padded));
  EXPECT_EQ(drain(*silent), "data");
  EXPECT_THAT(silent->failure(), IsEmpty());

  const std::string trailed = gzipped("data") + std::string(100, '\0') + "more";
  const auto told = open_gzip_stream(window_over(trailed));
  EXPECT_EQ(drain(*told), "data");
  EXPECT_THAT(told->failure(), HasSubstr("after the gzip data, at compressed byte"));
  EXPECT_THAT(told->failure(), HasSubstr(std::to_string(trailed.size() - 4)));
}

TEST(ZstdStream, SkippableFramesAreSkipped) {
  const std::string frame("\x50\x2a\x4d\x18\x03\0\0\0abc"_b);
  const auto stream = open_zstd_stream(window_over(frame + zstandard("data")));
  EXPECT_EQ(drain(*stream), "data");
  EXPECT_THAT(stream->failure(), IsEmpty());
}

}  // namespace
}  // namespace oddport::test
