#include "probe/neighbor.h"

#include <fmt/format.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "capture/ip_protocol.h"
#include "classify/byte_reader.h"
#include "probe/checksum.h"
#include "probe/clock.h"
#include "probe/file_descriptor.h"
#include "probe/netlink.h"

namespace oddport {
namespace {

constexpr std::int64_t round_length = 200'000'000;
constexpr std::int64_t last_wait = 500'000'000;
constexpr int rounds = 3;
constexpr std::int64_t request_interval = 50'000;  // 20,000 a second
constexpr MacAddress broadcast{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

std::optional<MacAddress> mac_of(Bytes bytes) {
  MacAddress mac{};
  if (bytes.size() != mac.size()) return std::nullopt;
  std::ranges::transform(bytes, mac.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return mac;
}

// What the kernel found out for itself and still believes.
void read_kernel_table(int interface, Neighbors& neighbors) {
  NetlinkSocket kernel;
  NetlinkRequest request(RTM_GETNEIGH, NLM_F_DUMP);
  request.header(ndmsg{});
  kernel.ask(request, [&](std::uint16_t type, Bytes body) {
    if (type != RTM_NEWNEIGH || body.size() < sizeof(ndmsg)) return;
    ndmsg head{};
    std::memcpy(&head, body.data(), sizeof head);
    constexpr int believed =
        NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP;
    if (head.ndm_ifindex != interface || (head.ndm_state & believed) == 0) return;
    const auto mac = mac_of(netlink_attribute(body, sizeof head, NDA_LLADDR));
    if (mac) neighbors[netlink_address(netlink_attribute(body, sizeof head, NDA_DST))] = *mac;
  });
}

struct Request {
  std::array<std::uint8_t, 72> bytes{};
  std::size_t length = 0;
  MacAddress to = broadcast;
};

// RFC 826.
Request arp_request(const MacAddress& mac, const IpAddress& source, const IpAddress& wanted) {
  Request request;
  request.length = 28;
  store_be16(request.bytes, 0, 1);  // Ethernet
  store_be16(request.bytes, 2, ETHERTYPE_IP);
  request.bytes[4] = 6;
  request.bytes[5] = 4;
  store_be16(request.bytes, 6, 1);  // request
  std::ranges::copy(mac, request.bytes.begin() + 8);
  store_be32(request.bytes, 14, source.v4_value());
  store_be32(request.bytes, 24, wanted.v4_value());
  return request;
}

// RFC 4861, sections 4.3 and 4.6.1, to the solicited-node multicast address (RFC 4291, section 2.7.1).
Request solicitation(const MacAddress& mac, const IpAddress& source, const IpAddress& wanted) {
  constexpr std::uint16_t payload = 32;
  constexpr std::size_t icmp = 40;
  const IpAddress group =
      IpAddress::v6(0xff02000000000000, 0x00000001ff000000 | (wanted.low() & 0xffffff));
  Request request;
  request.length = icmp + payload;
  request.bytes[0] = 0x60;
  store_be16(request.bytes, 4, payload);
  request.bytes[6] = static_cast<std::uint8_t>(IpProtocol::icmpv6);
  request.bytes[7] = 255;
  store_be64(request.bytes, 8, source.high());
  store_be64(request.bytes, 16, source.low());
  store_be64(request.bytes, 24, group.high());
  store_be64(request.bytes, 32, group.low());
  request.bytes[icmp] = 135;
  store_be64(request.bytes, icmp + 8, wanted.high());
  store_be64(request.bytes, icmp + 16, wanted.low());
  request.bytes[icmp + 24] = 1;  // source link-layer address, 8 bytes
  request.bytes[icmp + 25] = 1;
  std::ranges::copy(mac, request.bytes.begin() + icmp + 26);
  ChecksumSum sum;
  sum.add(source);
  sum.add(group);
  sum.add16(payload);
  sum.add16(static_cast<std::uint16_t>(IpProtocol::icmpv6));
  sum.add(Bytes(reinterpret_cast<const char*>(request.bytes.data()), request.length).substr(icmp));
  store_be16(request.bytes, icmp + 2, sum.checksum());
  const auto low = static_cast<std::uint32_t>(wanted.low());
  request.to = {0x33,
                0x33,
                0xff,
                static_cast<std::uint8_t>(low >> 16),
                static_cast<std::uint8_t>(low >> 8),
                static_cast<std::uint8_t>(low)};
  return request;
}

// One interface's requests of one family, and what answers them.
class Asker {
 public:
  Asker(const NeighborQuestion& question, Neighbors& neighbors)
      : question_(question),
        v4_(question.source.is_v4()),
        protocol_(htons(static_cast<std::uint16_t>(v4_ ? ETH_P_ARP : ETH_P_IPV6))),
        socket_(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
        neighbors_(neighbors) {
    sockaddr_ll here{};
    here.sll_family = AF_PACKET;
    here.sll_protocol = protocol_;
    here.sll_ifindex = question.interface.index;
    ready_ = socket_ &&
             ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0;
  }

  bool ready() const { return ready_; }

  void ask(const IpAddress& wanted) {
    const MacAddress& mac = question_.interface.mac;
    const Request request = v4_ ? arp_request(mac, question_.source, wanted)
                                : solicitation(mac, question_.source, wanted);
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_protocol = protocol_;
    to.sll_ifindex = question_.interface.index;
    to.sll_halen = 6;
    std::ranges::copy(request.to, to.sll_addr);
    // What the queue has no room for is asked again in the next round.
    static_cast<void>(::sendto(socket_.get(), request.bytes.data(), request.length, 0,
                               reinterpret_cast<const sockaddr*>(&to), sizeof to));
  }

  // Reads what is there and what comes until the moment.
  void listen(std::int64_t until) {
    do {
      const std::int64_t left = std::max<std::int64_t>(until - steady_nanoseconds(), 0);
      pollfd ready{socket_.get(), POLLIN, 0};
      const timespec pause{left / nanoseconds_per_second, left % nanoseconds_per_second};
      if (::ppoll(&ready, 1, &pause, nullptr) > 0) read_all();
    } while (steady_nanoseconds() < until);
  }

 private:
  void read_all() {
    std::array<char, 2048> packet;
    sockaddr_ll from{};
    for (int i = 0; i < 1000; ++i) {
      socklen_t size = sizeof from;
      const ssize_t length = ::recvfrom(socket_.get(), packet.data(), packet.size(), 0,
                                        reinterpret_cast<sockaddr*>(&from), &size);
      if (length <= 0) return;
      MacAddress sender{};
      std::copy_n(from.sll_addr, sender.size(), sender.begin());
      read_neighbor_answer(Bytes(packet.data(), static_cast<std::size_t>(length)), sender,
                           neighbors_);
    }
  }

  const NeighborQuestion& question_;
  bool v4_;
  std::uint16_t protocol_;
  FileDescriptor socket_;
  Neighbors& neighbors_;
  bool ready_ = false;
};

// RFC 826: hardware and protocol types, their lengths, operation 2, the sender's two addresses.
void read_arp(ByteReader reader, Neighbors& neighbors) {
  if (!reader.accept("\0\1\x08\0\6\4\0\2"_b)) return;
  const auto mac = mac_of(reader.take(6));
  const IpAddress address = IpAddress::v4(reader.u32());
  reader.skip(10);
  if (reader && mac) neighbors.emplace(address, *mac);
}

// RFC 4861, section 4.4. The hardware address is an option that may be missing; then the frame's own sender stands in.
void read_advertisement(ByteReader reader, const MacAddress& sender, Neighbors& neighbors) {
  reader.skip(6);
  const bool icmp = reader.u8() == static_cast<std::uint8_t>(IpProtocol::icmpv6);
  const bool local = reader.u8() == 255;
  reader.skip(32);
  const bool advertisement = reader.u16() == 136 << 8;
  reader.skip(6);
  const std::uint64_t high = reader.u64();
  const std::uint64_t low = reader.u64();
  if (!reader || !icmp || !local || !advertisement) return;
  MacAddress mac = sender;
  if (reader.accept_if("\2\1"_b))
    if (const auto option = mac_of(reader.take(6))) mac = *option;
  neighbors.emplace(IpAddress::v6(high, low), mac);
}

}  // namespace

void read_neighbor_answer(Bytes packet, const MacAddress& sender, Neighbors& neighbors) {
  if (packet.empty()) return;
  const bool v6 = static_cast<unsigned char>(packet.front()) >> 4 == 6;
  if (v6)
    read_advertisement(ByteReader(packet), sender, neighbors);
  else
    read_arp(ByteReader(packet), neighbors);
}

Neighbors resolve_neighbors(const NeighborQuestion& question, const std::function<bool()>& proceed,
                            std::string& error) {
  Neighbors neighbors;
  read_kernel_table(question.interface.index, neighbors);
  std::vector<IpAddress> missing;
  const auto keep_missing = [&] {
    std::erase_if(missing, [&](const IpAddress& address) { return neighbors.contains(address); });
  };
  for (const IpAddress& address : question.addresses)
    if (address.is_v4() == question.source.is_v4()) missing.push_back(address);
  keep_missing();
  if (missing.empty()) return neighbors;
  Asker asker(question, neighbors);
  if (!asker.ready()) {
    error =
        fmt::format("no packet socket on {}: {}", question.interface.name, std::strerror(errno));
    return neighbors;
  }
  for (int round = 0; round < rounds && !missing.empty(); ++round) {
    std::int64_t moment = steady_nanoseconds();
    for (std::size_t i = 0; i < missing.size(); ++i) {
      asker.ask(missing[i]);
      if (i % 64 != 63) continue;
      if (!proceed()) return neighbors;
      moment += 64 * request_interval;
      asker.listen(moment);
    }
    const std::int64_t end =
        steady_nanoseconds() + (round + 1 == rounds ? last_wait : round_length);
    while (steady_nanoseconds() < end && !missing.empty()) {
      asker.listen(std::min(end, steady_nanoseconds() + 5'000'000));
      keep_missing();
      if (!proceed()) return neighbors;
    }
  }
  return neighbors;
}

}  // namespace oddport
