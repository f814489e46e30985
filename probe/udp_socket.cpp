#include "probe/udp_socket.h"

// The kernel's header for IP_RECVERR wants the structure timespec before it.
#include <sys/socket.h>
#include <time.h>
//
#include <linux/errqueue.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "probe/clock.h"
#include "probe/reserved_port.h"
#include "probe/socket_address.h"

namespace oddport {

namespace {

constexpr unsigned most_datagrams = 64;  // of one answer

}  // namespace

UdpSocket::UdpSocket(EventLoop& loop, Owner& owner, const Target& target,
                     const std::optional<IpAddress>& source, std::uint16_t home_port)
    : Watcher(loop), owner_(owner), target_(target) {
  if (!open(source, home_port)) socket_.reset();
}

bool UdpSocket::open(const std::optional<IpAddress>& source, std::uint16_t home_port) {
  socket_ = FileDescriptor(
      ::socket(family_of(target_.host), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return false;
  const IpAddress ip = source.value_or(any_address(target_.host));
  // Several sockets share a home port: each must be connected, so that the kernel tells the answers apart.
  if (home_port != 0 && bind_shared_port(socket_.get(), {ip, home_port})) {
    const SocketAddress peer({target_.host, target_.port});
    is_connected_ = ::connect(socket_.get(), peer.get(), peer.size()) == 0;
    if (!is_connected_) return false;
  } else {
    const SocketAddress any({ip, 0});
    if (::bind(socket_.get(), any.get(), any.size()) != 0) return false;
  }
  const int yes = 1;
  if (target_.host.is_v4())
    ::setsockopt(socket_.get(), IPPROTO_IP, IP_RECVERR, &yes, sizeof yes);
  else
    ::setsockopt(socket_.get(), IPPROTO_IPV6, IPV6_RECVERR, &yes, sizeof yes);
  local_ = local_end(socket_.get());
  find_local_address();
  return watch(socket_.get(), false);
}

// A socket that is not connected knows no address of its own: one that is asks the routing table.
void UdpSocket::find_local_address() {
  if (local_.ip != any_address(target_.host)) return;
  const FileDescriptor scout(::socket(family_of(target_.host), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const SocketAddress peer({target_.host, target_.port});
  if (scout && ::connect(scout.get(), peer.get(), peer.size()) == 0)
    local_.ip = local_end(scout.get()).ip;
}

void UdpSocket::say(Bytes datagram) {
  const SocketAddress peer({target_.host, target_.port});
  words_.add(Side::client, datagram, wall_time());
  ::sendto(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL,
           is_connected_ ? nullptr : peer.get(), is_connected_ ? 0 : peer.size());
}

void UdpSocket::close() {
  retire();
  socket_.reset();
}

void UdpSocket::on_ready(EventLoop::Event event) {
  if (event.failed && read_error()) return owner_.refused(*this);
  if (event.readable) receive();
}

// Takes one error off the queue; true where it says that the port is closed.
bool UdpSocket::read_error() {
  std::array<char, 512> control;
  std::array<char, 64> quoted;
  iovec part{.iov_base = quoted.data(), .iov_len = quoted.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(socket_.get(), &message, MSG_ERRQUEUE) < 0) return false;
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr;
       each = CMSG_NXTHDR(&message, each)) {
    const bool is_error = (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_RECVERR) ||
                          (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_RECVERR);
    if (!is_error) continue;
    sock_extended_err error{};
    std::memcpy(&error, CMSG_DATA(each), sizeof error);
    return error.ee_errno == ECONNREFUSED;
  }
  return false;
}

void UdpSocket::receive() {
  std::array<char, 65536> buffer;
  SocketAddress from;
  const ssize_t size =
      ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0, from.get(), from.capacity());
  if (size < 0) return;
  if (from.endpoint().ip != target_.host) return;
  if (words_.count(Side::server) >= most_datagrams) return retire();
  words_.add(Side::server, {buffer.data(), static_cast<std::size_t>(size)}, wall_time());
  owner_.heard(*this);
}

}  // namespace oddport
