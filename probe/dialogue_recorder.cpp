#include "probe/dialogue_recorder.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>
#include <vector>

#include "capture/decoder.h"
#include "probe/clock.h"
#include "probe/file_descriptor.h"

namespace oddport {

namespace {

constexpr int queue_bytes = 32 << 20;
constexpr std::size_t most_packet = 65536 + 256;
constexpr std::uint16_t first_reserved = 512;
constexpr std::uint16_t last_reserved = 1023;

struct LocalPorts {
  std::uint16_t first = 32768;
  std::uint16_t last = 60999;
};

// ip(7), ip_local_port_range: it holds for IPv6 as well.
LocalPorts local_ports() {
  LocalPorts ports;
  std::ifstream in("/proc/sys/net/ipv4/ip_local_port_range");
  unsigned first = 0;
  unsigned last = 0;
  if (in >> first >> last && first <= last && last <= 65535)
    ports = {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)};
  return ports;
}

// Lets pass what has such a local port, so that the probes of the search never reach this socket: their ports are others, and
// there may be a million a second. The packet begins with its IP header. IPv6 extension headers are not followed.
std::vector<sock_filter> local_port_filter(const LocalPorts& ports) {
  constexpr auto packet_type = static_cast<std::uint32_t>(SKF_AD_OFF) + SKF_AD_PKTTYPE;
  constexpr std::uint16_t load_half = BPF_LD | BPF_H | BPF_IND;
  constexpr std::uint16_t equals = BPF_JMP | BPF_JEQ | BPF_K;
  constexpr std::uint16_t at_least = BPF_JMP | BPF_JGE | BPF_K;
  constexpr std::uint16_t above = BPF_JMP | BPF_JGT | BPF_K;
  return {
      /* 0 */ {BPF_LD | BPF_B | BPF_ABS, 0, 0, 0},    // version and header length
      /* 1 */ {BPF_ALU | BPF_RSH | BPF_K, 0, 0, 4},   //
      /* 2 */ {equals, 0, 2, 4},                      // IPv4?
      /* 3 */ {BPF_LDX | BPF_B | BPF_MSH, 0, 0, 0},   // X = its header's length
      /* 4 */ {BPF_JMP | BPF_JA, 0, 0, 2},            //
      /* 5 */ {equals, 0, 10, 6},                     // IPv6?
      /* 6 */ {BPF_LDX | BPF_W | BPF_IMM, 0, 0, 40},  // X = 40
      /* 7 */ {BPF_LD | BPF_B | BPF_ABS, 0, 0, packet_type},
      /* 8 */ {equals, 0, 2, PACKET_OUTGOING},        //
      /* 9 */ {load_half, 0, 0, 0},                   // source port
      /* 10 */ {BPF_JMP | BPF_JA, 0, 0, 1},           //
      /* 11 */ {load_half, 0, 0, 2},                  // destination port
      /* 12 */ {at_least, 0, 1, ports.first},         //
      /* 13 */ {above, 0, 3, ports.last},             // within: accept
      /* 14 */ {at_least, 0, 1, first_reserved},      //
      /* 15 */ {above, 0, 1, last_reserved},          // within: accept
      /* 16 */ {BPF_RET | BPF_K, 0, 0, 0},            //
      /* 17 */ {BPF_RET | BPF_K, 0, 0, most_packet},  //
  };
}

}  // namespace

class DialogueRecorder::Listener {
 public:
  Listener(FileDescriptor socket, const TargetSet& targets, std::uint16_t probe_port, Sink sink)
      : socket_(std::move(socket)),
        targets_(targets),
        probe_port_(probe_port),
        sink_(std::move(sink)),
        buffer_(most_packet, '\0') {}

  void start() {
    thread_ = std::thread([this] { listen(); });
  }

  void stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    tpacket_stats counts{};
    socklen_t size = sizeof counts;
    if (getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &counts, &size) == 0)
      lost_ += counts.tp_drops;
  }

  std::uint64_t lost() const { return lost_; }

 private:
  // Once it is to stop, what lies in the queue already is still taken.
  void listen() {
    constexpr int patience = 50;  // milliseconds
    while (true) {
      const bool last = stopping_;
      pollfd wanted{.fd = socket_.get(), .events = POLLIN, .revents = 0};
      if (poll(&wanted, 1, last ? 0 : patience) > 0)
        take_all();
      else if (last)
        return;
    }
  }

  void take_all() {
    while (take_one()) {
    }
  }

  bool take_one() {
    sockaddr_ll from{};
    iovec into{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control{};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = recvmsg(socket_.get(), &message, MSG_DONTWAIT);
    if (size < 0) return errno == EINTR;
    // A loopback shows every packet on its way out and on its way in.
    if (from.sll_hatype == ARPHRD_LOOPBACK && from.sll_pkttype == PACKET_OUTGOING) return true;
    take({buffer_.data(), static_cast<std::size_t>(size)}, time_of(message));
    return true;
  }

  static Time time_of(msghdr& message) {
    for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr;
         each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SO_TIMESTAMPNS) continue;
      timespec time{};
      std::memcpy(&time, CMSG_DATA(each), sizeof time);
      return Time{time.tv_sec} * nanoseconds_per_second + time.tv_nsec;
    }
    return wall_time();
  }

  void take(Bytes packet, Time time) {
    Segment segment;
    const Packet whole{.bytes = packet,
                       .wire_length = static_cast<std::uint32_t>(packet.size()),
                       .link_type = LinkType::raw,
                       .time = time};
    if (decoder_.decode(whole, segment) != Decoded::segment) return;
    if (probe_port_ != 0 &&
        (segment.source.port == probe_port_ || segment.destination.port == probe_port_))
      return;
    for (const Endpoint& end : {segment.source, segment.destination})
      if (targets_.contains({.host = end.ip, .transport = segment.transport, .port = end.port}))
        return sink_(packet, time);
  }

  FileDescriptor socket_;
  TargetSet targets_;
  std::uint16_t probe_port_;
  Sink sink_;
  std::string buffer_;
  Decoder decoder_;
  std::atomic<bool> stopping_ = false;
  std::uint64_t lost_ = 0;
  std::thread thread_;
};

namespace {

std::string refusal(int error) {
  if (error == EPERM || error == EACCES)
    return "recording the dialogues needs CAP_NET_RAW: run as root, or leave out -w";
  return fmt::format("the dialogues cannot be recorded: {}", std::strerror(error));
}

// What went by between the socket's making and its filter is thrown away.
void drain(int socket) {
  char byte = 0;
  while (recv(socket, &byte, 1, MSG_DONTWAIT | MSG_TRUNC) >= 0) {
  }
}

bool prepare(int socket) {
  std::vector<sock_filter> code = local_port_filter(local_ports());
  const sock_fprog program{.len = static_cast<unsigned short>(code.size()), .filter = code.data()};
  const int on = 1;
  if (setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0 ||
      setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0)
    return false;
  // As much as the system grants; forced where that is allowed.
  if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &queue_bytes, sizeof queue_bytes) != 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &queue_bytes, sizeof queue_bytes);
  drain(socket);
  return true;
}

}  // namespace

DialogueRecorder::DialogueRecorder(std::unique_ptr<Listener> listener)
    : listener_(std::move(listener)) {}

DialogueRecorder::~DialogueRecorder() { stop(); }

std::unique_ptr<DialogueRecorder> DialogueRecorder::open(const TargetSet& targets,
                                                         std::uint16_t probe_port, Sink sink,
                                                         std::string& error) {
  FileDescriptor socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL)));
  if (!socket || !prepare(socket.get())) {
    error = refusal(errno);
    return nullptr;
  }
  return std::unique_ptr<DialogueRecorder>(new DialogueRecorder(
      std::make_unique<Listener>(std::move(socket), targets, probe_port, std::move(sink))));
}

void DialogueRecorder::start() { listener_->start(); }
void DialogueRecorder::stop() { listener_->stop(); }
std::uint64_t DialogueRecorder::lost() const { return listener_->lost(); }

}  // namespace oddport
