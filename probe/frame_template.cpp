#include "probe/frame_template.h"

#include <algorithm>
#include <span>

#include "capture/ether_type.h"
#include "capture/ip_protocol.h"

namespace oddport {
namespace {

constexpr std::uint16_t version_and_length = 0x4500;  // IPv4, 20 bytes, no class
constexpr std::uint8_t hops = 64;
constexpr std::uint16_t syn_flags = 0x6002;  // 24 bytes of header, SYN
constexpr std::uint16_t window = 64240;
constexpr std::uint32_t largest_segment = 0x020405b4;  // option 2, 4 bytes, 1460
constexpr auto tcp = static_cast<std::uint8_t>(IpProtocol::tcp);
constexpr auto udp = static_cast<std::uint8_t>(IpProtocol::udp);

void store_address(Octets to, std::size_t offset, const IpAddress& address) {
  if (address.is_v4()) return store_be32(to, offset, address.v4_value());
  store_be64(to, offset, address.high());
  store_be64(to, offset + 8, address.low());
}

}  // namespace

FrameTemplate::FrameTemplate(const IpAddress& source, bool ethernet, const MacAddress& mac)
    : source_(source),
      link_header_(ethernet ? ethernet_header : 0),
      ip_header_(source.is_v4() ? 20 : 40) {
  if (ethernet) {
    std::ranges::copy(mac, start_.begin() + 6);
    store_be16(start_, 12,
               static_cast<std::uint16_t>(source.is_v4() ? EtherType::ipv4 : EtherType::ipv6));
  }
  const Octets packet = std::span(start_).subspan(link_header_);
  if (source.is_v4()) {
    store_be16(packet, 0, version_and_length);
    packet[8] = hops;
    store_address(packet, 12, source);
    ip_sum_.add16(version_and_length);
    ip_sum_.add16(hops << 8);
    ip_sum_.add(source);
  } else {
    packet[0] = 0x60;
    packet[7] = hops;
    store_address(packet, 8, source);
  }
  const Octets syn = packet.subspan(ip_header_);
  store_be16(syn, 12, syn_flags);
  store_be16(syn, 14, window);
  store_be32(syn, 20, largest_segment);
  transport_sum_.add(source);
  syn_sum_ = transport_sum_;
  syn_sum_.add16(syn_flags);
  syn_sum_.add16(window);
  syn_sum_.add32(largest_segment);
  syn_sum_.add16(tcp);
  syn_sum_.add16(tcp_header);
}

void FrameTemplate::write_ip(Octets packet, const IpAddress& host, std::size_t payload,
                             std::uint8_t protocol, std::uint16_t identification) const {
  if (!source_.is_v4()) {
    store_be16(packet, 4, static_cast<std::uint16_t>(payload));
    packet[6] = protocol;
    store_address(packet, 24, host);
    return;
  }
  const auto length = static_cast<std::uint16_t>(ip_header_ + payload);
  store_be16(packet, 2, length);
  store_be16(packet, 4, identification);
  packet[9] = protocol;
  store_address(packet, 16, host);
  ChecksumSum sum = ip_sum_;
  sum.add16(length);
  sum.add16(identification);
  sum.add16(protocol);
  sum.add(host);
  store_be16(packet, 10, sum.checksum());
}

std::size_t FrameTemplate::write_syn(Octets to, const IpAddress& host, std::uint16_t source_port,
                                     std::uint16_t port, std::uint32_t sequence,
                                     std::uint16_t identification) const {
  const std::size_t length = link_header_ + ip_header_ + tcp_header;
  std::copy_n(start_.begin(), length, to.begin());
  const Octets packet = to.subspan(link_header_);
  write_ip(packet, host, tcp_header, tcp, identification);
  const Octets syn = packet.subspan(ip_header_);
  store_be16(syn, 0, source_port);
  store_be16(syn, 2, port);
  store_be32(syn, 4, sequence);
  ChecksumSum sum = syn_sum_;
  sum.add(host);
  sum.add16(source_port);
  sum.add16(port);
  sum.add32(sequence);
  store_be16(syn, 16, sum.checksum());
  return length;
}

std::size_t FrameTemplate::write_datagram(Octets to, const IpAddress& host,
                                          std::uint16_t source_port, std::uint16_t port,
                                          Bytes question, std::uint16_t identification) const {
  question = question.substr(0, max_question);
  const std::size_t headers = link_header_ + ip_header_;
  std::copy_n(start_.begin(), headers, to.begin());
  const Octets packet = to.subspan(link_header_);
  const auto length = static_cast<std::uint16_t>(udp_header + question.size());
  write_ip(packet, host, length, udp, identification);
  const Octets datagram = packet.subspan(ip_header_);
  store_be16(datagram, 0, source_port);
  store_be16(datagram, 2, port);
  store_be16(datagram, 4, length);
  std::ranges::copy(question, datagram.subspan(udp_header).begin());
  ChecksumSum sum = transport_sum_;
  sum.add(host);
  sum.add16(udp);
  sum.add16(length);  // of the pseudo header
  sum.add16(length);
  sum.add16(source_port);
  sum.add16(port);
  sum.add(question);
  const std::uint16_t checksum = sum.checksum();
  store_be16(datagram, 6, checksum == 0 ? 0xffff : checksum);  // zero would mean none
  return headers + length;
}

void FrameTemplate::write_next_hop(Octets to, const MacAddress& mac) const {
  if (link_header_ != 0) std::ranges::copy(mac, to.begin());
}

}  // namespace oddport
