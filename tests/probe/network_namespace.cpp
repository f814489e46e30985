#include "tests/probe/network_namespace.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>

namespace oddport::testing {
namespace {

FileDescriptor bound_socket(int type, int port) {
  FileDescriptor socket(::socket(AF_INET6, type | SOCK_CLOEXEC, 0));
  const int yes = 1;
  const int no = 0;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &yes, sizeof yes);
  sockaddr_in6 here{};
  here.sin6_family = AF_INET6;
  here.sin6_port = htons(static_cast<std::uint16_t>(port));
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0)
    socket.reset();
  return socket;
}

// Answers from the address that was asked: the control message that says so goes back as it came.
void answer_one(int socket, const std::string& answer, const std::string& only_to) {
  std::array<char, 2048> question;
  alignas(cmsghdr) std::array<char, 256> control;
  sockaddr_in6 from{};
  iovec vector{question.data(), question.size()};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t length = ::recvmsg(socket, &message, 0);
  if (length < 0) return;
  const std::string_view asked(question.data(), static_cast<std::size_t>(length));
  if (!only_to.empty() && asked != only_to) return;
  std::string copy = answer;
  vector = {copy.data(), copy.size()};
  message.msg_flags = 0;
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr;
       each = CMSG_NXTHDR(&message, each)) {
    in6_pktinfo info{};
    std::memcpy(&info, CMSG_DATA(each), sizeof info);
    info.ipi6_ifindex = 0;
    std::memcpy(CMSG_DATA(each), &info, sizeof info);
  }
  static_cast<void>(::sendmsg(socket, &message, 0));
}

// Lives on a thread until destroyed.
class Responder {
 public:
  Responder(const NetworkNamespace& host, const std::vector<int>& ports, std::string answer,
            std::string question)
      : answer_(std::move(answer)), question_(std::move(question)) {
    host.run([&] {
      for (const int port : ports) sockets_.push_back(bound_socket(SOCK_DGRAM, port));
    });
    thread_ = std::thread([this] { work(); });
  }
  ~Responder() {
    stop_ = true;
    thread_.join();
  }

 private:
  void work() {
    std::vector<pollfd> ready;
    for (const FileDescriptor& socket : sockets_) ready.push_back({socket.get(), POLLIN, 0});
    while (!stop_) {
      if (::poll(ready.data(), ready.size(), 20) <= 0) continue;
      for (const pollfd& each : ready)
        if ((each.revents & POLLIN) != 0) answer_one(each.fd, answer_, question_);
    }
  }

  std::string answer_;
  std::string question_;
  std::vector<FileDescriptor> sockets_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// The kernel takes an IPv6 address into use when it has noticed, up to a second later, that the link is up.
std::string wait_for_address(std::string_view address) {
  return fmt::format(
      "for n in $(seq 60); do ip -6 route show table local | grep -q 'local {} ' && exit 0; "
      "sleep 0.05; done; exit 1",
      address);
}

}  // namespace

NetworkNamespace::NetworkNamespace() {
  std::thread([this] {
    if (::unshare(CLONE_NEWNET) != 0) return;
    const std::string path = fmt::format("/proc/self/task/{}/ns/net", ::syscall(SYS_gettid));
    descriptor_ = FileDescriptor(::open(path.c_str(), O_RDONLY));
  }).join();
}

void NetworkNamespace::run(const std::function<void()>& work) const {
  std::thread([&] {
    if (::setns(descriptor_.get(), CLONE_NEWNET) == 0) work();
  }).join();
}

bool NetworkNamespace::shell(const std::string& command) const {
  bool good = false;
  run([&] { good = std::system((command + " >/dev/null 2>&1").c_str()) == 0; });
  return good;
}

std::string NetworkNamespace::path() const {
  return fmt::format("/proc/{}/fd/{}", ::getpid(), descriptor_.get());
}

TwoHosts::TwoHosts(std::string& skip) {
  if (!scanner.open() || !target.open())
    skip = "network namespaces need root";
  else if (!connect())
    skip = "the veth pair could not be made ('ip' of iproute2 is needed)";
}

bool TwoHosts::connect() {
  // A link-local address that is still being looked for at other hosts asks for no neighbor.
  constexpr auto take_addresses_at_once = "sysctl -qw net.ipv6.conf.default.accept_dad=0";
  return scanner.shell(take_addresses_at_once) && target.shell(take_addresses_at_once) &&
         scanner.shell(fmt::format("ip link set lo up && ip link add v0 address 02:00:00:00:ff:01 "
                                   "type veth peer name v1 address 02:00:00:00:ff:02 netns {} && "
                                   "ip addr add 198.18.255.1/29 dev v0 && "
                                   "ip addr add 2001:db8:ff::1/64 dev v0 nodad && "
                                   "ip link set v0 up",
                                   target.path())) &&
         target.shell(
             "ip link set lo up && ip addr add 198.18.255.2/29 dev v1 && "
             "ip addr add 2001:db8:ff::2/64 dev v1 nodad && ip link set v1 up && "
             "ip route add local 198.18.0.0/24 dev lo && "
             "ip -6 route add local 2001:db8::/120 dev lo && "
             "sysctl -qw net.ipv4.ip_unprivileged_port_start=0 "
             "net.ipv4.tcp_max_syn_backlog=8192 net.core.somaxconn=4096") &&
         scanner.shell(
             "ip route add 198.18.0.0/24 via 198.18.255.2 && "
             "ip -6 route add 2001:db8::/120 via 2001:db8:ff::2") &&
         scanner.shell(wait_for_address("2001:db8:ff::1")) &&
         target.shell(wait_for_address("2001:db8:ff::2"));
}

void TwoHosts::listen(const std::vector<int>& ports) {
  target.run([&] {
    for (const int port : ports) {
      sockets_.push_back(bound_socket(SOCK_STREAM, port));
      ::listen(sockets_.back().get(), 4096);
    }
  });
}

void TwoHosts::answer(const std::vector<int>& ports, const std::string& answer,
                      const std::string& question) {
  responders_.push_back(std::make_shared<Responder>(target, ports, answer, question));
}

}  // namespace oddport::testing
