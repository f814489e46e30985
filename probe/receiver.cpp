#include "probe/receiver.h"

#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "capture/ip_protocol.h"
#include "capture/tick_clock.h"

namespace oddport {
namespace {

constexpr unsigned retire_after = 1;  // milliseconds until a block that is not full is handed over
constexpr unsigned whole = 0xffffffff;
constexpr unsigned frame_size = 2048;  // must divide the block; packets are packed closer than that

using Program = std::vector<sock_filter>;

constexpr sock_filter statement(int code, unsigned value) {
  return {static_cast<std::uint16_t>(code), 0, 0, value};
}

// Tests of classic BPF that lead to acceptance or, where they all fail, to the end.
class Filter {
 public:
  // Accumulator equals value: go on with the next; else skip `other` instructions.
  void unless_equal_skip(unsigned value, std::uint8_t other) {
    program_.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, other, value});
  }
  void add(int code, unsigned value) { program_.push_back(statement(code, value)); }
  void only_of(unsigned ether_type) {
    add(BPF_LD | BPF_H | BPF_ABS, static_cast<unsigned>(SKF_AD_OFF + SKF_AD_PROTOCOL));
    jump(BPF_JMP | BPF_JEQ | BPF_K, ether_type, 1, 0);
    add(BPF_RET | BPF_K, 0);
  }
  void jump(int code, unsigned value, std::uint8_t if_true, std::uint8_t if_false) {
    program_.push_back({static_cast<std::uint16_t>(code), if_true, if_false, value});
  }
  // The port in the accumulator is one of ours: accept; else drop.
  void end_with_port(const ReplyFilter& ours) {
    jump(BPF_JMP | BPF_JGE | BPF_K, ours.lowest_port, 0, 2);
    jump(BPF_JMP | BPF_JGT | BPF_K, ours.highest_port, 1, 0);
    add(BPF_RET | BPF_K, whole);
    add(BPF_RET | BPF_K, 0);
  }
  Program take() { return std::move(program_); }

 private:
  Program program_;
};

constexpr auto number_of(IpProtocol protocol) { return static_cast<unsigned>(protocol); }

// The packet begins with its IP header. Fragments pass whole, ports or not: the decoder joins them.
Program filter_v4(const ReplyFilter& ours) {
  Filter filter;
  filter.only_of(ETH_P_IP);
  filter.add(BPF_LD | BPF_B | BPF_ABS, 9);
  filter.unless_equal_skip(number_of(IpProtocol::icmp), 1);
  filter.add(BPF_RET | BPF_K, whole);
  filter.jump(BPF_JMP | BPF_JEQ | BPF_K, number_of(IpProtocol::tcp), 2, 0);
  filter.jump(BPF_JMP | BPF_JEQ | BPF_K, number_of(IpProtocol::udp), 1, 0);
  filter.add(BPF_RET | BPF_K, 0);
  filter.add(BPF_LD | BPF_H | BPF_ABS, 6);
  filter.jump(BPF_JMP | BPF_JSET | BPF_K, 0x3fff, 0, 1);
  filter.add(BPF_RET | BPF_K, whole);
  filter.add(BPF_LDX | BPF_B | BPF_MSH, 0);
  filter.add(BPF_LD | BPF_H | BPF_IND, 2);
  filter.end_with_port(ours);
  return filter.take();
}

// Behind an extension header there may be a fragment: it passes.
Program filter_v6(const ReplyFilter& ours) {
  Filter filter;
  filter.only_of(ETH_P_IPV6);
  filter.add(BPF_LD | BPF_B | BPF_ABS, 6);
  filter.jump(BPF_JMP | BPF_JEQ | BPF_K, number_of(IpProtocol::icmpv6), 1, 0);
  filter.jump(BPF_JMP | BPF_JEQ | BPF_K, number_of(IpProtocol::fragment), 0, 1);
  filter.add(BPF_RET | BPF_K, whole);
  filter.jump(BPF_JMP | BPF_JEQ | BPF_K, number_of(IpProtocol::tcp), 2, 0);
  filter.jump(BPF_JMP | BPF_JEQ | BPF_K, number_of(IpProtocol::udp), 1, 0);
  filter.add(BPF_RET | BPF_K, 0);
  filter.add(BPF_LD | BPF_H | BPF_ABS, 42);
  filter.end_with_port(ours);
  return filter.take();
}

// A structure of the kernel's at an offset of the ring's block, which the kernel keeps inside of it.
template <typename Header>
Header header_at(Bytes block, std::size_t offset) {
  Header header{};
  if (offset <= block.size() && sizeof header <= block.size() - offset)
    std::memcpy(&header, block.substr(offset).data(), sizeof header);
  return header;
}

}  // namespace

Receiver::Receiver(int interface, const std::string& name, bool v4, const ReplyFilter& filter,
                   std::string& error)
    : link_type_(v4 ? LinkType::ipv4 : LinkType::ipv6) {
  if (open(interface, v4, filter)) return;
  const int reason = errno;
  socket_.reset();
  error = fmt::format("answers on {} cannot be received: {}{}", name, std::strerror(reason),
                      reason == EPERM
                          ? "; run as root or give the program CAP_NET_RAW (setcap cap_net_raw+ep)"
                          : "");
}

Receiver::Receiver(Receiver&& other) noexcept
    : socket_(std::move(other.socket_)),
      ring_(std::exchange(other.ring_, nullptr)),
      block_(other.block_),
      link_type_(other.link_type_) {}

Receiver::~Receiver() {
  if (ring_ != nullptr) ::munmap(ring_, ring_size);
}

bool Receiver::open(int interface, bool v4, const ReplyFilter& filter) {
  // Protocol 0 until the filter is in place, so that nothing passes unfiltered. Then all protocols, which are seen earlier than one
  // alone: before a ResetSink.
  socket_ = FileDescriptor(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket_) return false;
  Program program = v4 ? filter_v4(filter) : filter_v6(filter);
  const sock_fprog code{static_cast<unsigned short>(program.size()), program.data()};
  if (::setsockopt(socket_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &code, sizeof code) != 0)
    return false;
  const int yes = 1;
  if (::setsockopt(socket_.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes) != 0)
    return false;
  if (!map_ring()) return false;
  sockaddr_ll here{};
  here.sll_family = AF_PACKET;
  here.sll_protocol = htons(ETH_P_ALL);
  here.sll_ifindex = interface;
  return ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0;
}

bool Receiver::map_ring() {
  const int version = TPACKET_V3;
  if (::setsockopt(socket_.get(), SOL_PACKET, PACKET_VERSION, &version, sizeof version) != 0)
    return false;
  tpacket_req3 request{};
  request.tp_block_size = block_size;
  request.tp_block_nr = block_count;
  request.tp_frame_size = frame_size;
  request.tp_frame_nr = block_size / frame_size * block_count;
  request.tp_retire_blk_tov = retire_after;
  if (::setsockopt(socket_.get(), SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0)
    return false;
  void* mapped = ::mmap(nullptr, ring_size, PROT_READ | PROT_WRITE, MAP_SHARED, socket_.get(), 0);
  if (mapped == MAP_FAILED) return false;
  ring_ = static_cast<char*>(mapped);
  return true;
}

std::size_t Receiver::read(std::size_t limit, const std::function<void(const Packet&)>& on_packet) {
  std::size_t count = 0;
  while (count < limit) {
    const std::size_t in_block = read_block(on_packet);
    if (in_block == 0) break;
    count += in_block;
  }
  return count;
}

std::size_t Receiver::read_block(const std::function<void(const Packet&)>& on_packet) {
  const Bytes ring(ring_, ring_size);
  const Bytes block = ring.substr(block_ * block_size, block_size);
  // The one word that kernel and program both write.
  const std::size_t status_offset =
      offsetof(tpacket_block_desc, hdr) + offsetof(tpacket_hdr_v1, block_status);
  auto& status_word =
      *reinterpret_cast<std::uint32_t*>(&ring_[block_ * block_size + status_offset]);
  const std::atomic_ref<std::uint32_t> status(status_word);
  if ((status.load(std::memory_order_acquire) & TP_STATUS_USER) == 0) return 0;
  const auto head = header_at<tpacket_block_desc>(block, 0).hdr.bh1;
  std::size_t offset = head.offset_to_first_pkt;
  for (std::uint32_t i = 0; i < head.num_pkts; ++i) {
    const auto frame = header_at<tpacket3_hdr>(block, offset);
    if (offset + frame.tp_net > block.size()) break;
    on_packet({.bytes = block.substr(offset + frame.tp_net, frame.tp_snaplen),
               .wire_length = frame.tp_len,
               .link_type = link_type_,
               .time = clamped_time(frame.tp_sec, frame.tp_nsec)});
    if (frame.tp_next_offset == 0) break;
    offset += frame.tp_next_offset;
  }
  status.store(TP_STATUS_KERNEL, std::memory_order_release);
  block_ = (block_ + 1) % block_count;
  // A block may be handed over empty; it was still one step.
  return std::max<std::size_t>(head.num_pkts, 1);
}

std::uint64_t Receiver::take_drops() {
  tpacket_stats_v3 statistics{};
  socklen_t size = sizeof statistics;
  // The kernel starts counting anew after each call.
  if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) != 0) return 0;
  return statistics.tp_drops;
}

}  // namespace oddport
