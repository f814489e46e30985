#include "probe/tcp_connection.h"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "probe/clock.h"
#include "probe/reserved_port.h"
#include "probe/socket_address.h"

namespace oddport {

namespace {

// Inside TLS, a certificate and its chain come first.
constexpr std::uint64_t most_bytes = std::uint64_t{128} * 1024;

TcpConnection::End end_of(int error) {
  return error == ECONNREFUSED || error == ECONNRESET ? TcpConnection::End::refused
                                                      : TcpConnection::End::unreachable;
}

}  // namespace

TcpConnection::TcpConnection(EventLoop& loop, Owner& owner, const Target& target,
                             const SourceChoice& source, const TlsContext* tls)
    : Watcher(loop), owner_(owner), tls_context_(tls), begun_(EventLoop::Clock::now()) {
  if (!open(target, source) && end_ == End::none) end_ = End::no_socket;
}

bool TcpConnection::bind(const Target& target, const SourceChoice& source) {
  if (!source.ip && !source.reserved_port) return true;
  const IpAddress ip = source.ip.value_or(any_address(target.host));
  if (source.reserved_port && bind_reserved_port(socket_.get(), ip)) {
    has_reserved_port_ = true;
    return true;
  }
  const SocketAddress address({ip, 0});
  return ::bind(socket_.get(), address.get(), address.size()) == 0;
}

bool TcpConnection::open(const Target& target, const SourceChoice& source) {
  socket_ = FileDescriptor(
      ::socket(family_of(target.host), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_ || !bind(target, source)) return false;
  const int yes = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const SocketAddress address({target.host, target.port});
  if (::connect(socket_.get(), address.get(), address.size()) != 0 && errno != EINPROGRESS) {
    if (errno != EADDRNOTAVAIL && errno != EAGAIN) end_ = end_of(errno);
    return false;
  }
  return watch(socket_.get(), true);
}

void TcpConnection::on_ready(EventLoop::Event event) {
  if (!connected_) {
    finish_connect();
    if (end_ != End::none || !connected_) return;
  }
  if (event.writable) flush();
  if ((event.readable || event.failed) && end_ == End::none) receive();
}

void TcpConnection::finish_connect() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return finish(end_of(error));
  connected_ = true;
  round_trip_ = EventLoop::Clock::now() - begun_;
  local_ = local_end(socket_.get());
  watch_again(socket_.get(), false);
  owner_.connected(*this);
  if (end_ != End::none || tls_context_ == nullptr) return;
  tls_ = std::make_unique<TlsSession>(*tls_context_);
  send(tls_->to_send());
}

void TcpConnection::say(Bytes bytes) {
  if (end_ != End::none || bytes.empty()) return;
  if (!tls_) return send(std::string(bytes));
  inner_.add(Side::client, bytes, wall_time());
  tls_->say(bytes);
  send(tls_->to_send());
}

void TcpConnection::send(const std::string& bytes) {
  if (bytes.empty()) return;
  wire_.add(Side::client, bytes, wall_time());
  unsent_ += bytes;
  flush();
}

void TcpConnection::flush() {
  while (!unsent_.empty()) {
    const ssize_t sent = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;  // a broken connection is told by reading
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  watch_again(socket_.get(), !unsent_.empty() && errno == EAGAIN);
}

void TcpConnection::receive() {
  std::array<char, 16384> buffer;
  const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) return finish(End::closed);
  take({buffer.data(), static_cast<std::size_t>(size)});
  if (end_ != End::none) return;
  const bool bare = tls_ == nullptr;
  const bool enough = bare ? wire_.is_full(Side::server)
                           : inner_.is_full(Side::server) || wire_.total(Side::server) > most_bytes;
  if (enough) finish(End::full);
}

void TcpConnection::take(Bytes bytes) {
  wire_.add(Side::server, bytes, wall_time());
  if (!tls_) return owner_.heard(*this);
  std::string clear;
  const TlsSession::State before = tls_->state();
  tls_->receive(bytes, clear);
  if (!clear.empty()) inner_.add(Side::server, clear, wall_time());
  send(tls_->to_send());
  if (before == TlsSession::State::shaking && tls_->state() == TlsSession::State::secured) {
    envelope_ = tls_->envelope();
    owner_.secured(*this);
  }
  if (end_ != End::none) return;
  if (!clear.empty() || !envelope_) owner_.heard(*this);
  if (end_ == End::none && tls_->state() == TlsSession::State::over) finish(End::closed);
}

// A connection on which nothing was heard is reset: at either end nothing then remembers it.
void TcpConnection::close() {
  if (end_ == End::none) end_ = End::closed;
  retire();
  if (socket_ && wire_.count(Side::server) == 0) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  socket_.reset();
}

void TcpConnection::finish(End end) {
  end_ = end;
  close();
  owner_.ended(*this);
}

}  // namespace oddport
