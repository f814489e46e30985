#include "probe/netlink.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <vector>

#include "capture/fixed_field.h"

namespace oddport {
namespace {

constexpr std::size_t aligned(std::size_t length) { return (length + 3) & ~std::size_t{3}; }

template <typename Integer>
Integer native_at(Bytes bytes, std::size_t offset) {
  return field_at<std::endian::native, Integer>(bytes, offset);
}

void append(std::string& to, std::uint64_t value, unsigned octets) {
  while (octets > 0) to.push_back(static_cast<char>(value >> (8 * --octets)));
}

// The messages of one receipt. Nothing where more are to come; else what ask() returns.
std::optional<int> read_messages(Bytes left, std::uint32_t sequence, bool dump,
                                 const std::function<void(std::uint16_t, Bytes)>& on_message) {
  while (left.size() >= sizeof(nlmsghdr)) {
    const std::size_t whole = native_at<std::uint32_t>(left, offsetof(nlmsghdr, nlmsg_len));
    if (whole < sizeof(nlmsghdr) || whole > left.size()) return EIO;
    const auto type = native_at<std::uint16_t>(left, offsetof(nlmsghdr, nlmsg_type));
    const bool ours = native_at<std::uint32_t>(left, offsetof(nlmsghdr, nlmsg_seq)) == sequence;
    const Bytes body = left.substr(sizeof(nlmsghdr), whole - sizeof(nlmsghdr));
    left.remove_prefix(std::min(aligned(whole), left.size()));
    if (!ours) continue;
    if (type == NLMSG_DONE) return 0;
    if (type == NLMSG_ERROR) return -static_cast<int>(native_at<std::uint32_t>(body, 0));
    on_message(type, body);
    if (!dump) return 0;
  }
  return std::nullopt;
}

}  // namespace

void NetlinkRequest::attribute(std::uint16_t type, Bytes value) {
  const nlattr head{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()), type};
  header(head);
  body_.append(value);
  body_.resize(aligned(body_.size()));
}

void NetlinkRequest::attribute(std::uint16_t type, std::uint32_t value) {
  attribute(type, Bytes(reinterpret_cast<const char*>(&value), sizeof value));
}

void NetlinkRequest::attribute(std::uint16_t type, const IpAddress& address) {
  std::string octets;
  if (address.is_v4()) {
    append(octets, address.v4_value(), 4);
  } else {
    append(octets, address.high(), 8);
    append(octets, address.low(), 8);
  }
  attribute(type, Bytes(octets));
}

Bytes netlink_attribute(Bytes message, std::size_t header, std::uint16_t type) {
  message.remove_prefix(std::min(aligned(header), message.size()));
  while (message.size() >= sizeof(nlattr)) {
    const std::size_t length = native_at<std::uint16_t>(message, 0);
    if (length < sizeof(nlattr) || length > message.size()) break;
    if ((native_at<std::uint16_t>(message, 2) & NLA_TYPE_MASK) == type)
      return message.substr(sizeof(nlattr), length - sizeof(nlattr));
    message.remove_prefix(std::min(aligned(length), message.size()));
  }
  return {};
}

IpAddress netlink_address(Bytes attribute) {
  if (attribute.size() == 4)
    return IpAddress::v4(field_at<std::endian::big, std::uint32_t>(attribute, 0));
  if (attribute.size() != 16) return {};
  return IpAddress::v6(field_at<std::endian::big, std::uint64_t>(attribute, 0),
                       field_at<std::endian::big, std::uint64_t>(attribute, 8));
}

std::uint32_t netlink_u32(Bytes attribute) { return native_at<std::uint32_t>(attribute, 0); }

NetlinkSocket::NetlinkSocket()
    : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {}

int NetlinkSocket::ask(const NetlinkRequest& request,
                       const std::function<void(std::uint16_t type, Bytes body)>& on_message) {
  if (!socket_) return EPROTONOSUPPORT;
  const std::uint32_t sequence = ++sequence_;
  const nlmsghdr head{static_cast<std::uint32_t>(sizeof(nlmsghdr) + request.body().size()),
                      request.type(), static_cast<std::uint16_t>(request.flags() | NLM_F_REQUEST),
                      sequence, 0};
  std::string message(reinterpret_cast<const char*>(&head), sizeof head);
  message.append(request.body());
  if (::send(socket_.get(), message.data(), message.size(), 0) < 0) return errno;
  const bool dump = (request.flags() & NLM_F_DUMP) == NLM_F_DUMP;
  std::vector<char> buffer(std::size_t{1} << 16);
  std::optional<int> result;
  while (!result) {
    const ssize_t length = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return length < 0 ? errno : EIO;
    result = read_messages(Bytes(buffer.data(), static_cast<std::size_t>(length)), sequence, dump,
                           on_message);
  }
  return *result;
}

}  // namespace oddport
