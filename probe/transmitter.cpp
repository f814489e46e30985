#include "probe/transmitter.h"

#include <fmt/format.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>

#include <cerrno>
#include <cstring>

namespace oddport {
namespace {

constexpr int send_buffer = 4 << 20;

// A frame that this machine's own rules or sizes refuse concerns that frame alone.
bool concerns_one_frame(int error) {
  return error == EPERM || error == EACCES || error == EMSGSIZE || error == EINVAL ||
         error == EHOSTUNREACH;
}

}  // namespace

bool Transmitter::open_framed(const Link& link) {
  // Protocol 0: nothing is received on this socket.
  socket_ = FileDescriptor(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  if (!socket_) return false;
  // Past the queueing discipline: it would drop and reorder, and our own rate is limited already (Linux 3.14).
  const int yes = 1;
  ::setsockopt(socket_.get(), SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  sockaddr_ll here{};
  here.sll_family = AF_PACKET;
  here.sll_ifindex = link.interface.index;
  return ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0;
}

bool Transmitter::open_raw(const Link& link, bool v4) {
  // Of IPPROTO_RAW the caller writes the header (raw(7); for IPv6 since Linux 2.6.35 likewise).
  socket_ = FileDescriptor(::socket(v4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW));
  if (!socket_) return false;
  const int yes = 1;
  if (!v4) ::setsockopt(socket_.get(), IPPROTO_IPV6, IPV6_HDRINCL, &yes, sizeof yes);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  // The way to an address of our own is loopback, which the kernel finds by itself.
  const std::string& name = link.interface.name;
  return name == "lo" || ::setsockopt(socket_.get(), SOL_SOCKET, SO_BINDTODEVICE, name.c_str(),
                                      static_cast<socklen_t>(name.size())) == 0;
}

Transmitter::Transmitter(const Link& link, bool v4, bool dry, std::string& error)
    : framed_(link.framed), frames_(max_batch_size) {
  if (!dry && !(framed_ ? open_framed(link) : open_raw(link, v4))) {
    const int reason = errno;
    error = fmt::format("no raw socket on {}: {}{}", link.interface.name, std::strerror(reason),
                        reason == EPERM ? "; run as root or give the program CAP_NET_RAW "
                                          "(setcap cap_net_raw+ep)"
                                        : "");
  }
}

void Transmitter::commit(std::size_t length, const IpAddress& host) {
  vectors_[count_] = {frames_[count_].data(), length};
  msghdr& header = messages_[count_].msg_hdr;
  header = {};
  header.msg_iov = &vectors_[count_];
  header.msg_iovlen = 1;
  if (!framed_) {
    addresses_[count_] = SocketAddress({host, 0});
    header.msg_name = addresses_[count_].get();
    header.msg_namelen = addresses_[count_].size();
  }
  ++count_;
}

Transmitter::Sent Transmitter::flush() {
  Sent result;
  // A dry run sends nothing, and calls it sent.
  if (!socket_) result.frames = count_;
  std::size_t done = 0;
  while (socket_ && done < count_) {
    const int sent =
        ::sendmmsg(socket_.get(), &messages_[done], static_cast<unsigned>(count_ - done), 0);
    if (sent > 0) {
      done += static_cast<std::size_t>(sent);
      result.frames += static_cast<std::size_t>(sent);
    } else if (errno == ENOBUFS || errno == EAGAIN) {
      ++result.refused;
      ::poll(nullptr, 0, 1);
    } else if (concerns_one_frame(errno)) {
      ++done;
    } else if (errno != EINTR) {
      result.error = errno;
      break;
    }
  }
  count_ = 0;
  return result;
}

}  // namespace oddport
