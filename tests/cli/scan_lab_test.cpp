// `oddport scan` against dozens of real daemons from Debian's packages: tools/scan-lab starts, asks and judges.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using testing::run_shell;

TEST(ScanLab, NamesAndLabelsRealDaemons) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: namespaces, mounts and ports below 1024";
  const std::string lab =
      testing::shell_quoted(std::string(ODDPORT_SOURCE_DIR) + "/tools/scan-lab");
  const auto ready = run_shell(lab + " --ready");
  if (ready.status != 0) GTEST_SKIP() << ready.out << ready.err;
  const auto run =
      run_shell("ODDPORT=" + testing::shell_quoted(ODDPORT_PROGRAM) + " timeout 180 " + lab);
  EXPECT_EQ(run.status, 0) << run.out << run.err;
}

}  // namespace
}  // namespace oddport
