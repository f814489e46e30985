#include "triage/difference.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

Standing standing(std::uint16_t port, Label label, std::string protocol, std::string process = {}) {
  return {.key = {.server = {.ip = IpAddress::v4(0xc6120007), .port = port}},
          .label = label,
          .protocol = std::move(protocol),
          .process = std::move(process)};
}

TEST(Difference, TellsWhatAppearedVanishedAndChanged) {
  const auto changes = difference(
      {standing(900, Label::unknown, ""), standing(513, Label::legacy, "rlogin"),
       standing(631, Label::expected, "ipp", "cupsd"),
       standing(700, Label::unofficial, "ssh", "sshd")},
      {standing(700, Label::unofficial, "ssh"), standing(596, Label::unofficial, "http"),
       standing(900, Label::unofficial, "tls"), standing(631, Label::expected, "ipp", "nc")});
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[0].kind, ChangeKind::vanished);
  EXPECT_EQ(changes[0].before.protocol, "rlogin");
  EXPECT_EQ(changes[1].kind, ChangeKind::appeared);
  EXPECT_EQ(changes[1].after.protocol, "http");
  EXPECT_EQ(changes[2].kind, ChangeKind::changed);
  EXPECT_EQ(changes[2].what, (std::vector<std::string_view>{"process"}));
  EXPECT_EQ(changes[3].what, (std::vector<std::string_view>{"label", "protocol"}));
}

TEST(Difference, AnEndpointThatIsOnlySilentDoesNotStand) {
  EndpointView view;
  EXPECT_FALSE(standing_of(view));
  view.services.push_back({.label = Label::silent, .flows = 3});
  EXPECT_FALSE(standing_of(view));
  view.services.push_back(
      {.source = Source::probe, .state = Reachability::open, .label = Label::silent});
  ASSERT_TRUE(standing_of(view));
  view.services.push_back({.label = Label::unknown, .process = "odd", .flows = 2});
  EXPECT_EQ(standing_of(view)->label, Label::unknown);
  EXPECT_EQ(standing_of(view)->process, "odd");
  EXPECT_EQ(standing_of(view)->flows, 5u);
}

}  // namespace
}  // namespace oddport
