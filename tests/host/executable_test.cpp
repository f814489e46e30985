#include "host/executable.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "tests/temporary_folder.h"

namespace oddport {
namespace {

namespace fs = std::filesystem;

// A process that sleeps, started from a copy of sleep(1), and ended by its number.
class Sleeper {
 public:
  explicit Sleeper(const std::string& program) : pid_(::fork()) {
    if (pid_ == 0) {
      ::execl(program.c_str(), program.c_str(), "60", nullptr);
      ::_exit(127);
    }
    // Until the new program has taken the place of this one.
    for (int i = 0; i < 500 && find_executable(pid()).path != program; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ~Sleeper() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  std::uint32_t pid() const { return static_cast<std::uint32_t>(pid_); }

 private:
  pid_t pid_;
};

TEST(Executable, IsFoundInPlaceReplacedAndDeleted) {
  const test::TemporaryFolder root;
  const std::string program = root.path() / "napper";
  fs::copy_file("/usr/bin/sleep", program);
  const Sleeper sleeper(program);

  Executable found = find_executable(sleeper.pid());
  EXPECT_EQ(found.path, program);
  EXPECT_EQ(found.root, "/");
  EXPECT_EQ(found.state, ExecutableState::in_place);

  root.file("another", "not the same");
  fs::rename(root.path() / "another", program);
  found = find_executable(sleeper.pid());
  EXPECT_EQ(found.path, program);
  EXPECT_EQ(found.state, ExecutableState::replaced);

  fs::remove(program);
  found = find_executable(sleeper.pid());
  EXPECT_EQ(found.path, program);
  EXPECT_EQ(found.state, ExecutableState::deleted);
}

TEST(Executable, OfNoProcessIsUnknown) {
  const Executable found = find_executable(0x7fffffff);
  EXPECT_EQ(found.path, "");
  EXPECT_EQ(found.state, ExecutableState::unknown);
}

}  // namespace
}  // namespace oddport
