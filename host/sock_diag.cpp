#include "host/sock_diag.h"

#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <system_error>

#include "classify/byte_reader.h"

namespace oddport {

namespace {

constexpr std::size_t alignment = 4;  // of messages and attributes
constexpr int most_attempts = 3;

std::uint16_t native_u16(ByteReader& reader) {
  return std::endian::native == std::endian::big ? reader.u16() : reader.u16_le();
}

std::uint32_t native_u32(ByteReader& reader) {
  return std::endian::native == std::endian::big ? reader.u32() : reader.u32_le();
}

// Skips the bytes that fill up to the next message; at the end there may be none.
void align(ByteReader& reader, std::size_t length) {
  const std::size_t filling = (alignment - length % alignment) % alignment;
  reader.skip(std::min(filling, reader.remaining()));
}

// IPv4 as IPv6 sockets have it (RFC 4291, section 2.5.5.2) is IPv4 on the wire.
IpAddress read_address(ByteReader& reader, std::uint8_t family) {
  const std::uint64_t high = reader.u64();
  const std::uint64_t low = reader.u64();
  if (family == AF_INET) return IpAddress::v4(static_cast<std::uint32_t>(high >> 32));
  if (high == 0 && low >> 32 == 0xffff) return IpAddress::v4(static_cast<std::uint32_t>(low));
  return IpAddress::v6(high, low);
}

bool is_v6_only(ByteReader& attributes) {
  while (!attributes.at_end()) {
    const std::size_t length = native_u16(attributes);
    const std::uint16_t type = native_u16(attributes);
    if (length < sizeof(nlattr)) return false;
    ByteReader value = attributes.sub(length - sizeof(nlattr));
    if (type == INET_DIAG_SKV6ONLY) return value.u8() != 0;
    align(attributes, length);
  }
  return false;
}

// struct inet_diag_msg. False where the message is too short to be one.
bool read_socket(ByteReader message, Transport transport, std::vector<Socket>& sockets) {
  Socket socket;
  socket.transport = transport;
  const std::uint8_t family = message.u8();
  const std::uint8_t state = message.u8();
  message.skip(2);  // timer, retransmissions
  socket.local.port = message.u16();
  socket.remote.port = message.u16();
  socket.local.ip = read_address(message, family);
  socket.remote.ip = read_address(message, family);
  message.skip(4 + 8 + 4 + 4 + 4);  // interface, cookie, expiry, both queues
  socket.uid = native_u32(message);
  socket.inode = native_u32(message);
  if (!message) return false;
  if (!is_told(transport, state)) return true;
  socket.state = state_of(transport, state);
  if (socket.remote.port == 0) socket.remote = {};
  const bool wildcard = family == AF_INET6 && socket.local.ip == IpAddress{};
  socket.dual_stack = wildcard && !is_v6_only(message);
  sockets.push_back(socket);
  return true;
}

bool ask(int netlink, std::uint8_t family, Transport transport) {
  struct {
    nlmsghdr header;
    inet_diag_req_v2 request;
  } question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  question.request.sdiag_family = family;
  question.request.sdiag_protocol = transport == Transport::tcp ? IPPROTO_TCP : IPPROTO_UDP;
  question.request.idiag_states = ~0u;
  return ::send(netlink, &question, sizeof question, 0) == static_cast<ssize_t>(sizeof question);
}

std::string in_words(int error) { return std::generic_category().message(error); }

struct Answer {
  std::string failure;
  bool changed = false;
};

Answer receive_all(int netlink, Transport transport, std::vector<Socket>& sockets) {
  std::vector<char> space(std::size_t{1} << 17);
  Answer answer;
  for (;;) {
    const ssize_t size = ::recv(netlink, space.data(), space.size(), MSG_TRUNC);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      answer.failure = in_words(errno);
      return answer;
    }
    const auto length = static_cast<std::size_t>(size);
    const DiagEnd end =
        read_diag_answer({space.data(), std::min(length, space.size())}, transport, sockets);
    answer.changed = answer.changed || end.changed;
    if (end.truncated || length > space.size() || length == 0)
      answer.failure = "the kernel's answer was cut";
    if (end.error != 0) answer.failure = in_words(end.error);
    if (end.done || length == 0) return answer;
  }
}

// One family and transport; asked again where the sockets changed while they were told.
std::string dump_some(int netlink, std::uint8_t family, Transport transport,
                      std::vector<Socket>& sockets) {
  const std::size_t before = sockets.size();
  for (int attempt = 1;; ++attempt) {
    sockets.resize(before);
    if (!ask(netlink, family, transport)) return in_words(errno);
    const Answer answer = receive_all(netlink, transport, sockets);
    if (!answer.changed || !answer.failure.empty() || attempt == most_attempts)
      return answer.failure;
  }
}

}  // namespace

bool is_told(Transport transport, std::uint8_t state) {
  if (transport == Transport::udp) return true;
  switch (state) {
    case TCP_ESTABLISHED:
    case TCP_SYN_SENT:
    case TCP_SYN_RECV:
    case TCP_FIN_WAIT1:
    case TCP_FIN_WAIT2:
    case TCP_CLOSE_WAIT:
    case TCP_LAST_ACK:
    case TCP_LISTEN:
    case TCP_CLOSING:
      return true;
    default:
      return false;
  }
}

SocketState state_of(Transport transport, std::uint8_t state) {
  if (state == TCP_ESTABLISHED) return SocketState::connected;
  if (transport == Transport::udp || state == TCP_LISTEN) return SocketState::listening;
  if (state == TCP_SYN_SENT || state == TCP_SYN_RECV) return SocketState::connecting;
  return SocketState::closing;
}

DiagEnd read_diag_answer(Bytes datagram, Transport transport, std::vector<Socket>& sockets) {
  DiagEnd end;
  ByteReader reader{datagram};
  while (!reader.at_end() && !end.done) {
    const std::size_t length = native_u32(reader);
    const std::uint16_t type = native_u16(reader);
    const std::uint16_t flags = native_u16(reader);
    reader.skip(8);  // sequence number, sender
    if (length < sizeof(nlmsghdr)) reader.fail();
    ByteReader message = reader.sub(length - sizeof(nlmsghdr));
    if (!reader) break;
    align(reader, length);
    end.changed = end.changed || (flags & NLM_F_DUMP_INTR) != 0;
    if (type == NLMSG_DONE || type == NLMSG_ERROR) {
      end.done = true;
      // Both begin with a negative errno, or 0.
      const auto code = static_cast<std::int32_t>(native_u32(message));
      if (message && code < 0 && code > -4096) end.error = -code;
    } else if (type == SOCK_DIAG_BY_FAMILY && !read_socket(message, transport, sockets)) {
      reader.fail();
    }
  }
  end.truncated = !reader;
  return end;
}

SocketDump dump_sockets(int netlink) {
  const timeval patience{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  SocketDump dump;
  for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
    for (const Transport transport : {Transport::tcp, Transport::udp}) {
      const std::string failure = dump_some(netlink, family, transport, dump.sockets);
      if (!failure.empty() && dump.failure.empty())
        dump.failure = fmt::format("{} sockets over IPv{}: {}", to_string(transport),
                                   family == AF_INET ? 4 : 6, failure);
    }
  }
  return dump;
}

}  // namespace oddport
