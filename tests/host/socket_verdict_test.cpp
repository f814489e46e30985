#include "host/socket_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oddport {
namespace {

using ::testing::HasSubstr;

HostSocket listener() {
  HostSocket socket;
  socket.local = {IpAddress::v4(0xc6120007), 596};
  ProcessFacts& process = socket.facts.process.emplace();
  process.pid = 812;
  process.name = "sshd";
  process.user = "root";
  process.executable = "/usr/sbin/sshd";
  process.executable_state = ExecutableState::in_place;
  process.command_line = "sshd: /usr/sbin/sshd -D";
  process.unit = "ssh.service";
  process.package = {.name = "openssh-server", .version = "1:9.2", .file = PackageFile::intact};
  socket.facts.pids = {812};
  return socket;
}

Verdict judge(const HostSocket& socket) {
  return judge_unheard(socket, PortSet::watched_by_default());
}

TEST(SocketVerdict, AProcessIsEvidenceAndNoIdentity) {
  const Verdict verdict = judge(listener());
  EXPECT_EQ(verdict.label, Label::unknown);
  EXPECT_EQ(verdict.certainty, Certainty::none);
  EXPECT_EQ(verdict.protocol, "");
  EXPECT_EQ(verdict.port, 596);
  EXPECT_EQ(
      verdict.reason,
      "sshd of the package openssh-server listens on 596/tcp, which is assigned to smsd, a "
      "protocol with no public wire format; it was not asked, and who holds a socket does not "
      "tell what is spoken there.");
  EXPECT_THAT(verdict.evidence,
              ::testing::ElementsAre("process: sshd (pid 812, user root): sshd: /usr/sbin/sshd -D",
                                     "executable: /usr/sbin/sshd, the file that runs",
                                     "package: openssh-server 1:9.2, the file is the package's",
                                     "unit: ssh.service"));
}

TEST(SocketVerdict, TellsWhatIsOddAboutTheFile) {
  HostSocket socket = listener();
  socket.facts.process->executable_state = ExecutableState::deleted;
  EXPECT_THAT(judge(socket).reason, HasSubstr("its file deleted since it was started, listens"));
  socket.facts.process->executable_state = ExecutableState::in_place;
  socket.facts.process->package->file = PackageFile::modified;
  EXPECT_THAT(judge(socket).reason, HasSubstr("its file other than the package's, listens"));
  socket.facts.process->package.reset();
  EXPECT_THAT(judge(socket).reason,
              HasSubstr("sshd, /usr/sbin/sshd, which is no package's, listens"));
}

TEST(SocketVerdict, SpeaksOfTheWatchedEnd) {
  HostSocket socket;
  socket.facts.state = SocketState::connected;
  socket.facts.inode = 7;
  socket.serves = false;
  socket.local = {IpAddress::v4(0xc6120001), 724};
  socket.remote = {IpAddress::v4(0xc6120002), 2049};
  const Verdict verdict = judge(socket);
  EXPECT_EQ(verdict.role, Role::client_port);
  EXPECT_EQ(verdict.port, 724);
  EXPECT_THAT(verdict.reason, HasSubstr("A process that is not seen (socket of user 0) is "
                                        "connected with 198.18.0.2:2049 on 724/tcp"));
  const Observation seen = observe(socket, 1);
  EXPECT_EQ(seen.server, socket.remote);
  EXPECT_EQ(seen.client, socket.local);
}

}  // namespace
}  // namespace oddport
