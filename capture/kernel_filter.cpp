#include "capture/kernel_filter.h"

#include <linux/filter.h>

#include <algorithm>
#include <cstddef>

#include "capture/ether_type.h"
#include "capture/ip_protocol.h"

namespace oddport {

namespace {

constexpr std::size_t most_ranges = 64;
constexpr std::uint32_t pass_whole = 0xffffffff;
constexpr std::uint32_t vlan_tag = 4;
constexpr int most_tags = 2;

struct PortRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

std::vector<PortRange> ranges_of(const PortSet& ports) {
  std::vector<PortRange> ranges;
  for (std::uint32_t port = 0; port < 65536; ++port) {
    if (!ports.contains(static_cast<std::uint16_t>(port))) continue;
    if (!ranges.empty() && ranges.back().last + 1 == port)
      ranges.back().last = port;
    else
      ranges.push_back({port, port});
  }
  while (ranges.size() > most_ranges) {
    std::size_t nearest = 1;
    const auto gap = [&](std::size_t i) { return ranges[i].first - ranges[i - 1].last; };
    for (std::size_t i = 2; i < ranges.size(); ++i)
      if (gap(i) < gap(nearest)) nearest = i;
    ranges[nearest - 1].last = ranges[nearest].last;
    ranges.erase(ranges.begin() + static_cast<std::ptrdiff_t>(nearest));
  }
  return ranges;
}

// Writes the program from front to back. Conditional jumps reach no further than the next few steps: what is decided is answered
// on the spot, and the way to the common end, which compares the ports, is an unconditional jump set right when the end is known.
class FilterWriter {
 public:
  explicit FilterWriter(std::uint32_t header) : header_(header) {}

  // Of a link header that ends in an EtherType right before the network layer.
  void write_ethernet(const std::vector<PortRange>& ranges) {
    write_type(0, 0);
    write_ports(ranges);
  }
  // Where the network layer is all there is.
  void write_raw(const std::vector<PortRange>& ranges) {
    add(BPF_LD | BPF_B | BPF_ABS, header_);
    add(BPF_ALU | BPF_RSH | BPF_K, 4);
    when(4, [&] { write_ipv4(0); });
    when(6, [&] { write_ipv6(0); });
    answer(true);
    write_ports(ranges);
  }

  std::vector<FilterStep> take() { return std::move(steps_); }

 private:
  void add(unsigned code, std::uint32_t operand, std::size_t if_true = 0,
           std::size_t if_false = 0) {
    steps_.push_back({static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(if_true),
                      static_cast<std::uint8_t>(if_false), operand});
  }
  void answer(bool pass) { add(BPF_RET | BPF_K, pass ? pass_whole : 0); }
  // Answers at once where the accumulator is this value.
  void answer_if(std::uint32_t value, bool pass) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    answer(pass);
  }
  // What `write` writes is done where the accumulator is this value; it ends in answers and jumps.
  template <typename Write>
  void when(std::uint32_t value, Write write) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
    const std::size_t around = steps_.size();
    add(BPF_JMP | BPF_JA, 0);
    write();
    land(around);
  }
  void land(std::size_t jump) {
    steps_[jump].operand = static_cast<std::uint32_t>(steps_.size() - jump - 1);
  }
  void jump_to_ports() {
    to_ports_.push_back(steps_.size());
    add(BPF_JMP | BPF_JA, 0);
  }

  // The EtherType before the network layer, which lies `further` bytes behind the link header.
  void write_type(std::uint32_t further, int tags) {
    add(BPF_LD | BPF_H | BPF_ABS, header_ + further - 2);
    when(static_cast<std::uint32_t>(EtherType::ipv4), [&] { write_ipv4(further); });
    when(static_cast<std::uint32_t>(EtherType::ipv6), [&] { write_ipv6(further); });
    answer_if(static_cast<std::uint32_t>(EtherType::arp), false);
    answer_if(static_cast<std::uint32_t>(EtherType::lldp), false);
    if (tags < most_tags)
      for (const EtherType tag : {EtherType::vlan, EtherType::service_vlan})
        when(static_cast<std::uint32_t>(tag), [&] { write_type(further + vlan_tag, tags + 1); });
    answer(true);
  }

  // The protocols that carry neither ports nor packets are kept away, and TCP and UDP are looked into.
  void write_protocol(std::uint32_t icmp) {
    answer_if(icmp, false);
    answer_if(static_cast<std::uint32_t>(IpProtocol::esp), false);
    // Two comparisons, of which either leads over the answer.
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(IpProtocol::tcp), 2, 0);
    add(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(IpProtocol::udp), 1, 0);
    answer(true);
  }

  void write_ipv4(std::uint32_t further) {
    const std::uint32_t network = header_ + further;
    add(BPF_LD | BPF_B | BPF_ABS, network + 9);
    write_protocol(static_cast<std::uint32_t>(IpProtocol::icmp));
    add(BPF_LD | BPF_H | BPF_ABS, network + 6);
    add(BPF_JMP | BPF_JSET | BPF_K, 0x3fff, 0, 1);
    answer(true);  // a fragment
    add(BPF_LDX | BPF_B | BPF_MSH, network);
    if (further > 0) {
      add(BPF_MISC | BPF_TXA, 0);
      add(BPF_ALU | BPF_ADD | BPF_K, further);
      add(BPF_MISC | BPF_TAX, 0);
    }
    jump_to_ports();
  }

  void write_ipv6(std::uint32_t further) {
    constexpr std::uint32_t ipv6_header = 40;
    add(BPF_LD | BPF_B | BPF_ABS, header_ + further + 6);
    write_protocol(static_cast<std::uint32_t>(IpProtocol::icmpv6));
    add(BPF_LDX | BPF_W | BPF_IMM, further + ipv6_header);
    jump_to_ports();
  }

  // Behind the link header and as many bytes as the index register says lie the ports.
  void write_ports(const std::vector<PortRange>& ranges) {
    for (const std::size_t jump : to_ports_) land(jump);
    for (const std::uint32_t port : {0u, 2u}) {
      add(BPF_LD | BPF_H | BPF_IND, header_ + port);
      for (const PortRange& range : ranges) {
        add(BPF_JMP | BPF_JGE | BPF_K, range.first, 0, 2);
        add(BPF_JMP | BPF_JGT | BPF_K, range.last, 1, 0);
        answer(true);
      }
    }
    answer(false);
  }

  std::uint32_t header_;  // length of the link header
  std::vector<FilterStep> steps_;
  std::vector<std::size_t> to_ports_;
};

}  // namespace

std::vector<FilterStep> kernel_filter(LinkType link_type, const PortSet& to_decode) {
  constexpr std::uint32_t ethernet_header = 14;
  constexpr std::uint32_t cooked_header = 16;
  const std::vector<PortRange> ranges = ranges_of(to_decode);
  switch (link_type) {
    case LinkType::ethernet:
    case LinkType::linux_sll: {
      FilterWriter writer(link_type == LinkType::ethernet ? ethernet_header : cooked_header);
      writer.write_ethernet(ranges);
      return writer.take();
    }
    case LinkType::raw:
    case LinkType::raw_bsd:
    case LinkType::raw_openbsd: {
      FilterWriter writer(0);
      writer.write_raw(ranges);
      return writer.take();
    }
    default:
      return {};
  }
}

}  // namespace oddport
