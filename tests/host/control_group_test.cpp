#include "host/control_group.h"

#include <gtest/gtest.h>

namespace oddport {
namespace {

const std::string id(64, 'a');

TEST(ControlGroup, TellsTheUnitOfAService) {
  const ControlGroup group = read_control_group("0::/system.slice/ssh.service\n");
  EXPECT_EQ(group.unit, "ssh.service");
  EXPECT_EQ(group.container, "");
}

TEST(ControlGroup, TellsTheInnermostUnitOfAUser) {
  const ControlGroup group = read_control_group(
      "0::/user.slice/user-1000.slice/user@1000.service/app.slice/syncthing.service\n");
  EXPECT_EQ(group.unit, "syncthing.service");
}

TEST(ControlGroup, ReadsTheHierarchyThatSystemdNamed) {
  const ControlGroup group = read_control_group(
      "9:memory:/docker/" + id + "\n1:name=systemd:/system.slice/cron.service\n0::/\n");
  EXPECT_EQ(group.unit, "cron.service");
  EXPECT_EQ(group.container, "aaaaaaaaaaaa");
}

TEST(ControlGroup, KnowsTheNamesThatRuntimesGive) {
  const auto container = [](const std::string& path) {
    return read_control_group("0::" + path + "\n").container;
  };
  EXPECT_EQ(container("/system.slice/docker-" + id + ".scope"), "aaaaaaaaaaaa");
  EXPECT_EQ(container("/kubepods.slice/pod1/cri-containerd-" + id + ".scope"), "aaaaaaaaaaaa");
  EXPECT_EQ(container("/machine.slice/libpod-" + id + ".scope/container"), "aaaaaaaaaaaa");
  EXPECT_EQ(container("/lxc.payload.web1/system.slice/nginx.service"), "web1");
  EXPECT_EQ(container("/machine.slice/machine-web2.scope/payload"), "web2");
  EXPECT_EQ(container("/user.slice/session-3.scope"), "");
  EXPECT_EQ(container("/short/docker-abc.scope"), "");
}

TEST(ControlGroup, BearsAnything) {
  for (const char* text :
       {"", ":", "::", "0:", "\n\n\n", "0::////", "no colons at all", "0::/.service"})
    read_control_group(text);
  EXPECT_EQ(read_control_group("no colons at all.service\n").unit, "");
}

}  // namespace
}  // namespace oddport
