#include "capture/file_mapping.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/temporary_folder.h"

namespace oddport {
namespace {

// An open file of these bytes.
class Scratch {
 public:
  explicit Scratch(const std::string& bytes)
      : number_(::open(folder_.file("mapping", bytes).c_str(), O_RDWR | O_CLOEXEC)) {
    EXPECT_GE(number_, 0);
  }
  ~Scratch() { ::close(number_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  int number() const { return number_; }
  void cut(off_t size) const { ASSERT_EQ(::ftruncate(number_, size), 0); }

 private:
  test::TemporaryFolder folder_;
  int number_;
};

std::string some_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t n = 0; n < count; ++n) bytes[n] = static_cast<char>(n * 7 + n / 251);
  return bytes;
}

TEST(FileMapping, ShowsAnyStretchOfAFile) {
  const std::string bytes = some_bytes(20'000);
  const Scratch file(bytes);
  for (const std::uint64_t offset : {0u, 1u, 4095u, 4096u, 9000u, 19'999u}) {
    const auto mapping = FileMapping::map(file.number(), offset, 5000);
    ASSERT_TRUE(mapping);
    EXPECT_EQ(mapping->bytes(), Bytes(bytes).substr(offset, 5000));
    EXPECT_TRUE(mapping->intact());
  }
}

TEST(FileMapping, IsEmptyBehindTheEnd) {
  const Scratch file("abc");
  for (const std::uint64_t offset : {std::uint64_t{3}, std::uint64_t{4}, ~std::uint64_t{0}}) {
    const auto mapping = FileMapping::map(file.number(), offset, 10);
    ASSERT_TRUE(mapping);
    EXPECT_TRUE(mapping->bytes().empty());
    EXPECT_TRUE(mapping->intact());
  }
}

TEST(FileMapping, RefusesWhatIsNoRegularFile) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_FALSE(FileMapping::map(ends[0], 0, 10));
  EXPECT_FALSE(FileMapping::map(-1, 0, 10));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(FileMapping, SurvivesAFileThatShrinks) {
  const std::string bytes = some_bytes(40'000);
  const Scratch file(bytes);
  const auto mapping = FileMapping::map(file.number(), 0, bytes.size());
  ASSERT_TRUE(mapping);
  file.cut(8192);
  EXPECT_EQ(mapping->bytes().substr(0, 8192), Bytes(bytes).substr(0, 8192));
  EXPECT_TRUE(mapping->intact());
  EXPECT_EQ(mapping->bytes()[30'000], '\0');
  EXPECT_FALSE(mapping->intact());
}

TEST(FileMapping, MovesWithItsPages) {
  const std::string bytes = some_bytes(5000);
  const Scratch file(bytes);
  auto first = FileMapping::map(file.number(), 0, 5000);
  auto second = FileMapping::map(file.number(), 100, 50);
  ASSERT_TRUE(first && second);
  *first = std::move(*second);
  EXPECT_EQ(first->bytes(), Bytes(bytes).substr(100, 50));
}

TEST(FileMapping, IsRefusedWhereTooManyLive) {
  const Scratch file("abc");
  std::vector<FileMapping> held;
  for (int n = 0; n < 100; ++n) {
    auto mapping = FileMapping::map(file.number(), 0, 3);
    if (!mapping) break;
    held.push_back(std::move(*mapping));
  }
  EXPECT_LT(held.size(), 100u);
  held.clear();
  EXPECT_TRUE(FileMapping::map(file.number(), 0, 3));
}

}  // namespace
}  // namespace oddport
