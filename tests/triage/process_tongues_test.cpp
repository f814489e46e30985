#include "triage/process_tongues.h"

#include <gtest/gtest.h>

#include "classify/recognizers.h"

namespace oddport {
namespace {

TEST(ProcessTongues, AreProtocolsThatCanBeRecognized) {
  for (const ProcessTongues& each : process_tongues()) {
    EXPECT_LE(each.process.size(), 15u) << each.process;
    EXPECT_FALSE(each.protocols.empty()) << each.process;
    for (const std::string_view protocol : each.protocols)
      EXPECT_NE(find_recognizer(protocol), nullptr) << each.process << " speaks " << protocol;
  }
}

TEST(ProcessTongues, TellTheForeignFromTheOwn) {
  EXPECT_FALSE(speaks_foreign("sshd", "ssh"));
  EXPECT_TRUE(speaks_foreign("sshd", "http"));
  EXPECT_TRUE(speaks_foreign("cupsd", "ssh"));
  EXPECT_FALSE(speaks_foreign("cupsd", "")) << "what is not recognized may be its own";
  EXPECT_FALSE(speaks_foreign("python3", "http")) << "which may speak anything";
}

}  // namespace
}  // namespace oddport
