#include "cli/nmap_words.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

using Words = std::vector<std::string>;

TEST(NmapWords, AreSpeltOut) {
  EXPECT_EQ(
      without_nmap_words({"scan", "-iL", "hosts", "-oX", "-", "-Pn", "198.18.0.1"}),
      (Words{"scan", "--target-file", "hosts", "--xml-file", "-", "--no-ping", "198.18.0.1"}));
  EXPECT_EQ(without_nmap_words({"-oJ", "a", "-oG", "b", "-PN"}),
            (Words{"--ndjson-file", "a", "--grep-file", "b", "--no-ping"}));
}

TEST(NmapWords, LeaveAllOthersAlone) {
  const Words others = {"-i", "eth0", "-sS", "-p", "-oXY", "--open", "--", "-Pn"};
  EXPECT_EQ(without_nmap_words(others), others);
  EXPECT_TRUE(without_nmap_words({}).empty());
}

}  // namespace
}  // namespace oddport
