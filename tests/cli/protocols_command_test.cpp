#include <gtest/gtest.h>

#include "tests/cli/run_program.h"

namespace oddport {
namespace {

using testing::run_oddport;

TEST(ProtocolsCommand, ListsTellsAndRefuses) {
  const auto all = run_oddport({"protocols"});
  EXPECT_EQ(all.status, 0);
  EXPECT_TRUE(all.out.starts_with("PROTOCOL"));
  EXPECT_NE(all.out.find("\nrsync "), std::string::npos);
  EXPECT_TRUE(run_oddport({"protocols", "--json"}).out.starts_with("{\"protocol\":"));
  const auto two = run_oddport({"protocols", "rsync", "nope", "ssh"});
  EXPECT_EQ(two.status, 2);
  EXPECT_NE(two.err.find("'nope' is no built-in protocol"), std::string::npos);
  EXPECT_NE(two.out.find("rsync: rsync over tcp"), std::string::npos);
  EXPECT_NE(two.out.find("\n\nssh: SSH over tcp"), std::string::npos) << two.out;
}

}  // namespace
}  // namespace oddport
