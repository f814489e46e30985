// A probe's packet, built once for each way out and then patched for each target, checksums included.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "classify/bytes.h"
#include "classify/ip_address.h"
#include "classify/transport.h"
#include "probe/checksum.h"
#include "probe/store.h"

namespace oddport {

using MacAddress = std::array<std::uint8_t, 6>;

class FrameTemplate {
 public:
  static constexpr std::size_t ethernet_header = 14;
  // The longest question that fits a frame of this size is shorter than any MTU.
  static constexpr std::size_t max_question = 1232;
  static constexpr std::size_t max_frame = ethernet_header + 40 + 24 + max_question;

  // Packets from this address, behind an Ethernet header from `mac` where `ethernet`.
  FrameTemplate(const IpAddress& source, bool ethernet, const MacAddress& mac);

  bool is_v4() const { return source_.is_v4(); }
  std::size_t link_header() const { return link_header_; }

  // RFC 9293, section 3.1: SYN with a maximum segment size, as ordinary clients send. `to` has max_frame bytes. Returns the
  // frame's length. `identification` is the IPv4 header's.
  std::size_t write_syn(Octets to, const IpAddress& host, std::uint16_t source_port,
                        std::uint16_t port, std::uint32_t sequence,
                        std::uint16_t identification) const;
  // RFC 768. A question longer than max_question is cut.
  std::size_t write_datagram(Octets to, const IpAddress& host, std::uint16_t source_port,
                             std::uint16_t port, Bytes question,
                             std::uint16_t identification) const;
  // Where the frame is Ethernet: the next hop.
  void write_next_hop(Octets to, const MacAddress& mac) const;

 private:
  static constexpr std::size_t tcp_header = 24;
  static constexpr std::size_t udp_header = 8;

  void write_ip(Octets packet, const IpAddress& host, std::size_t payload, std::uint8_t protocol,
                std::uint16_t identification) const;

  IpAddress source_;
  std::size_t link_header_;
  std::size_t ip_header_;
  std::array<std::uint8_t, ethernet_header + 40 + tcp_header> start_{};
  ChecksumSum ip_sum_;         // of the IPv4 header's fixed words
  ChecksumSum transport_sum_;  // of the source address, the same for both transports
  ChecksumSum syn_sum_;        // of the fixed words of pseudo header and SYN
};

}  // namespace oddport
