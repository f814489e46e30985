#include "cli/toml_guard.h"

#include <gtest/gtest.h>

#include <string>

namespace oddport {
namespace {

TEST(TomlGuard, LetsQuotesAndCommentsHoldAnything) {
  for (const char* fine :
       {"\xef\xbb\xbf# caf\xc3\xa9 ' \" .", R"(a = "é \" # ")", R"(a = 'é \')",
        "a = \"\"\"x\n\"é\" ''' \\n\"\"\"\"\nb = ''", "a = '''x\n\\\n''é'''''\nb = \"\"",
        R"("é" = 1)", "a=\"é\"", "a = [ 1, 'é']", "a = 2 # 'é'\n'é' = -1", "a = [['é'],[\"é\"]]",
        "a.b = {c='é'}"})
    EXPECT_FALSE(find_danger(fine).has_value()) << fine;
  EXPECT_FALSE(find_danger("a = \"" + std::string(1000, '.') + "\"").has_value());
}

TEST(TomlGuard, FindsWhatTheParserCannotBeTrustedWith) {
  for (const char* bad :
       {"é = 1", "[[signatureȍ", "a = 'x' é", "a = \"\"\"x \\\n y\"\"\"", "a = \"\"\"x\\ȍ\"\"\"",
        "# fine\n\xff",
        // toml++ looks through all of what begins like a number.
        "a = 1'ﻻ'", "a = 1='ﻻ'", "a=[-.\"ﻻ\"]", "a = 1979-01-01T1'ﻻ'", "a = 1[\"\"\"\nﻻ\"\"\""})
    EXPECT_TRUE(find_danger(bad).has_value()) << bad;
  EXPECT_TRUE(find_danger(std::string(300, '.')).has_value());
  const auto danger = find_danger("a = \"\"\"x\n\"\"\"\nb = ''\né = 1");
  ASSERT_TRUE(danger.has_value());
  EXPECT_EQ(danger->line, 4u);
}

}  // namespace
}  // namespace oddport
