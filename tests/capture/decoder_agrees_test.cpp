// The decoder against libtins, an independent one, packet by packet over every capture at hand.
//
// libtins reads less than the decoder does. Each case in which the two need not agree is a rule of
// its own below, counted under its name; whatever no rule explains is a disagreement.
#include <gtest/gtest.h>
#include <tins/loopback.h>
#include <tins/tins.h>

#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/decoder.h"
#include "capture/tunnel_ports.h"
#include "classify/byte_reader.h"
#include "tests/capture/capture_files.h"

namespace oddport::testing {
namespace {

// What libtins makes of a packet: its innermost IP header, and the TCP or UDP header after it, if
// any.
struct Reading {
  std::unique_ptr<Tins::PDU> packet;
  const Tins::IP* ipv4 = nullptr;
  const Tins::IPv6* ipv6 = nullptr;
  const Tins::TCP* tcp = nullptr;
  const Tins::UDP* udp = nullptr;
  bool through_pppoe = false;

  bool has_transport() const { return tcp != nullptr || udp != nullptr; }
};

std::unique_ptr<Tins::PDU> parse_ip(const std::uint8_t* bytes, std::uint32_t size) {
  if (size != 0 && bytes[0] >> 4 == 6) return std::make_unique<Tins::IPv6>(bytes, size);
  return std::make_unique<Tins::IP>(bytes, size);
}

// Null for the link types that libtins does not know.
std::unique_ptr<Tins::PDU> parse(const Packet& packet) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(packet.bytes.data());
  const auto size = static_cast<std::uint32_t>(packet.bytes.size());
  switch (packet.link_type) {
    case LinkType::ethernet:
      if (size >= 14 && bytes[12] < 6) return std::make_unique<Tins::Dot3>(bytes, size);
      return std::make_unique<Tins::EthernetII>(bytes, size);
    case LinkType::linux_sll:
      return std::make_unique<Tins::SLL>(bytes, size);
    case LinkType::null:
    case LinkType::loop:
      return std::make_unique<Tins::Loopback>(bytes, size);
    case LinkType::raw:
    case LinkType::raw_bsd:
    case LinkType::ipv4:
    case LinkType::ipv6:
      return parse_ip(bytes, size);
    case LinkType::ieee80211:
      return std::unique_ptr<Tins::PDU>(Tins::Dot11::from_bytes(bytes, size));
    case LinkType::ieee80211_radiotap:
      return std::make_unique<Tins::RadioTap>(bytes, size);
    default:
      return nullptr;
  }
}

Reading read(std::unique_ptr<Tins::PDU> packet) {
  Reading reading;
  for (const Tins::PDU* layer = packet.get(); layer != nullptr; layer = layer->inner_pdu()) {
    reading.through_pppoe |= dynamic_cast<const Tins::PPPoE*>(layer) != nullptr;
    const auto* ipv4 = dynamic_cast<const Tins::IP*>(layer);
    const auto* ipv6 = dynamic_cast<const Tins::IPv6*>(layer);
    if (ipv4 != nullptr || ipv6 != nullptr) {
      reading.ipv4 = ipv4;
      reading.ipv6 = ipv6;
      reading.tcp = nullptr;
      reading.udp = nullptr;
    }
    if (const auto* tcp = dynamic_cast<const Tins::TCP*>(layer)) reading.tcp = tcp;
    if (const auto* udp = dynamic_cast<const Tins::UDP*>(layer)) reading.udp = udp;
  }
  reading.packet = std::move(packet);
  return reading;
}

IpAddress address_of(Tins::IPv4Address address) {
  return IpAddress::v4(Tins::Endian::be_to_host(static_cast<std::uint32_t>(address)));
}

IpAddress address_of(const Tins::IPv6Address& address) {
  std::uint64_t halves[2] = {};
  std::size_t octet = 0;
  for (const std::uint8_t value : address) {
    std::uint64_t& half = halves[octet++ / 8];
    half = half << 8 | value;
  }
  return IpAddress::v6(halves[0], halves[1]);
}

// libtins takes all that IP holds for the payload of a datagram, whatever the UDP header says.
std::size_t payload_limit(const Reading& reading) {
  if (reading.udp == nullptr || reading.udp->length() < 8) return std::string::npos;
  return reading.udp->length() - 8u;
}

std::string payload_of(const Reading& reading) {
  const Tins::PDU& transport = reading.tcp != nullptr ? static_cast<const Tins::PDU&>(*reading.tcp)
                                                      : static_cast<const Tins::PDU&>(*reading.udp);
  const auto* raw = dynamic_cast<const Tins::RawPDU*>(transport.inner_pdu());
  if (raw == nullptr) return {};
  return std::string(raw->payload().begin(), raw->payload().end())
      .substr(0, payload_limit(reading));
}

bool same_ends(const Segment& segment, const Reading& reading) {
  const bool is_tcp = reading.tcp != nullptr;
  const bool v4 = reading.ipv4 != nullptr;
  if (!v4 && reading.ipv6 == nullptr) return false;
  const Endpoint source{
      v4 ? address_of(reading.ipv4->src_addr()) : address_of(reading.ipv6->src_addr()),
      is_tcp ? reading.tcp->sport() : reading.udp->sport()};
  const Endpoint destination{
      v4 ? address_of(reading.ipv4->dst_addr()) : address_of(reading.ipv6->dst_addr()),
      is_tcp ? reading.tcp->dport() : reading.udp->dport()};
  return (segment.transport == Transport::tcp) == is_tcp && segment.source == source &&
         segment.destination == destination;
}

bool is_fragment(const Reading& reading) {
  if (reading.ipv4 != nullptr) return reading.ipv4->is_fragmented();
  return reading.ipv6 != nullptr && reading.ipv6->search_header(Tins::IPv6::FRAGMENT) != nullptr;
}

bool carries_closed_tunnel(const Reading& reading) {
  constexpr unsigned gre = 47;
  if (reading.has_transport()) return false;
  if (reading.ipv4 != nullptr) return reading.ipv4->protocol() == gre;
  return reading.ipv6 != nullptr && reading.ipv6->next_header() == gre;
}

bool on_tunnel_port(const Reading& reading) {
  return reading.udp != nullptr &&
         (is_tunnel_port(reading.udp->sport()) || is_tunnel_port(reading.udp->dport()));
}

bool has_foreign_family(const Packet& packet) {
  if (packet.link_type != LinkType::null || packet.bytes.size() < 4) return false;
  const std::uint32_t family = ByteReader{packet.bytes}.u32_le();
  return family == 24 || family == 28 || family == 30;
}

class Comparison {
 public:
  explicit Comparison(std::string file) : file_(std::move(file)) {}

  void compare(const Packet& packet);
  static void print(std::ostream& out);

  static std::size_t agreed_on_segment;
  static std::size_t agreed_on_none;
  static std::size_t disagreements;
  static std::map<std::string, std::size_t> excused;

 private:
  static std::optional<std::string> excuse(const Packet& packet, const Reading& reading);
  static std::optional<std::string> excuse_refusal(const Segment& segment);
  void compare_refused(Decoded decoded, const Segment& segment);
  void compare_read(Decoded decoded, const Segment& segment, const Reading& reading);
  void disagree(const std::string& how);

  std::string file_;
  std::size_t number_ = 0;
  Decoder decoder_;
};

std::size_t Comparison::agreed_on_segment = 0;
std::size_t Comparison::agreed_on_none = 0;
std::size_t Comparison::disagreements = 0;
std::map<std::string, std::size_t> Comparison::excused;

void Comparison::disagree(const std::string& how) {
  ++disagreements;
  if (disagreements <= 40) ADD_FAILURE() << file_ << ", packet " << number_ << ": " << how;
}

void Comparison::compare(const Packet& packet) {
  ++number_;
  Segment segment;
  const Decoded decoded = decoder_.decode(packet, segment);
  try {
    auto parsed = parse(packet);
    if (parsed == nullptr) return;
    const Reading reading = read(std::move(parsed));
    if (const auto reason = excuse(packet, reading)) {
      ++excused[*reason];
    } else {
      compare_read(decoded, segment, reading);
    }
  } catch (const Tins::exception_base&) {
    compare_refused(decoded, segment);
  }
}

void Comparison::compare_refused(Decoded decoded, const Segment& segment) {
  if (decoded != Decoded::segment) {
    ++agreed_on_none;
  } else if (const auto reason = excuse_refusal(segment)) {
    ++excused[*reason];
  } else {
    disagree("libtins refuses a packet that gave a segment");
  }
}

void Comparison::compare_read(Decoded decoded, const Segment& segment, const Reading& reading) {
  if (decoded != Decoded::segment) {
    if (reading.has_transport()) return disagree("libtins alone finds TCP or UDP");
    ++agreed_on_none;
    return;
  }
  if (!reading.has_transport()) return disagree("libtins finds neither TCP nor UDP");
  if (!same_ends(segment, reading)) return disagree("other ends");
  if (segment.payload != payload_of(reading)) return disagree("another payload");
  ++agreed_on_segment;
}

std::optional<std::string> Comparison::excuse(const Packet& packet, const Reading& reading) {
  if (reading.through_pppoe) return "libtins leaves PPPoE sessions closed";
  if (is_fragment(reading)) return "libtins puts no fragments together here";
  if (carries_closed_tunnel(reading)) return "libtins leaves this IP protocol closed";
  if (on_tunnel_port(reading)) return "libtins leaves tunnels over UDP closed";
  if (reading.ipv4 != nullptr && reading.ipv4->version() != 4) {
    return "libtins does not look at the version of IPv4";
  }
  if (has_foreign_family(packet)) return "libtins knows its own system's AF_INET6 only";
  return std::nullopt;
}

// Where libtins throws, though a segment is there.
std::optional<std::string> Comparison::excuse_refusal(const Segment& segment) {
  if (segment.payload_length > 65535) return "libtins refuses jumbograms";
  if (segment.payload.size() < segment.payload_length) {
    return "libtins refuses some packets that end before their headers say";
  }
  return std::nullopt;
}

void Comparison::print(std::ostream& out) {
  out << "libtins and the decoder agree on " << agreed_on_segment << " segments and on "
      << agreed_on_none << " packets without one; disagreements: " << disagreements << '\n';
  for (const auto& [reason, count] : excused) {
    out << "  not compared, " << reason << ": " << count << '\n';
  }
}

TEST(DecoderAgrees, WithLibtinsOnEveryCapture) {
  const std::vector<std::string> files = capture_files();
  if (files.empty()) GTEST_SKIP() << "no captures: pcaps/ is empty and ODDPORT_CORPUS is not set";
  for (const std::string& file : files) {
    Comparison comparison{file};
    for_each_packet(file, [&](const Packet& packet) { comparison.compare(packet); });
  }
  Comparison::print(std::cout);
  EXPECT_GT(Comparison::agreed_on_segment, 0u);
  EXPECT_EQ(Comparison::disagreements, 0u);
}

}  // namespace
}  // namespace oddport::testing
