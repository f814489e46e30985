#include "tests/probe/test_services.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>

#include "probe/socket_address.h"

namespace oddport {

namespace {

bool is_ready(int socket, int milliseconds) {
  pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, milliseconds) > 0;
}

std::uint16_t bind_any(int socket, std::uint16_t port) {
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const SocketAddress any({IpAddress::v4(0), port});
  EXPECT_EQ(::bind(socket, any.get(), any.size()), 0);
  return local_end(socket).port;
}

}  // namespace

std::string Caller::hear(int milliseconds) const {
  for (; milliseconds > 0 && !over_; milliseconds -= 50) {
    if (!is_ready(socket_, std::min(milliseconds, 50))) continue;
    std::array<char, 4096> buffer;
    const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
  }
  return {};
}

bool Caller::say(Bytes bytes) const {
  while (!bytes.empty() && !over_) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return !over_;
}

bool Caller::wait(int milliseconds) const {
  if (over_) return false;
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  std::array<char, 4096> buffer;
  const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  return !over_ && (size > 0 || (size < 0 && errno == EAGAIN));
}

TcpService::TcpService(Manner manner, std::uint16_t port)
    : manner_(std::move(manner)), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  port_ = bind_any(socket_.get(), port);
  EXPECT_EQ(::listen(socket_.get(), 4096), 0);
  thread_ = std::thread([this] { run(); });
}

TcpService::~TcpService() {
  over_ = true;
  thread_.join();
  for (std::thread& caller : callers_) caller.join();
}

void TcpService::run() {
  while (!over_) {
    if (!is_ready(socket_.get(), 20)) continue;
    SocketAddress peer;
    const int socket = ::accept(socket_.get(), peer.get(), peer.capacity());
    if (socket < 0) continue;
    ++calls_;
    callers_.emplace_back([this, socket, port = peer.endpoint().port] {
      const FileDescriptor owned(socket);
      manner_(Caller(socket, port, over_));
    });
  }
}

UdpService::UdpService(Manner manner)
    : manner_(std::move(manner)), socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
  port_ = bind_any(socket_.get(), 0);
  thread_ = std::thread([this] { run(); });
}

UdpService::~UdpService() {
  over_ = true;
  thread_.join();
}

void UdpService::run() {
  while (!over_) {
    if (!is_ready(socket_.get(), 20)) continue;
    std::array<char, 4096> buffer;
    SocketAddress peer;
    const ssize_t size =
        ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0, peer.get(), peer.capacity());
    if (size < 0) continue;
    const std::string answer = manner_({buffer.data(), static_cast<std::size_t>(size)});
    if (!answer.empty())
      ::sendto(socket_.get(), answer.data(), answer.size(), 0, peer.get(), peer.size());
  }
}

}  // namespace oddport
