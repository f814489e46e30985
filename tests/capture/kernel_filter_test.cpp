// The filter as libpcap's own interpreter runs it, beside the decoder.
#include "capture/kernel_filter.h"

#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <iostream>

#include "capture/decoder.h"
#include "capture/port_peek.h"
#include "tests/capture/capture_files.h"
#include "tests/capture/encapsulations.h"
#include "tests/capture/packet_builder.h"

namespace oddport::testing {
namespace {

class Filter {
 public:
  Filter(LinkType link_type, const PortSet& watched) {
    for (const FilterStep& step : kernel_filter(link_type, ports_to_decode(watched)))
      steps_.push_back({step.code, step.if_true, step.if_false, step.operand});
  }

  bool exists() const { return !steps_.empty(); }
  bool is_valid() const {
    return bpf_validate(steps_.data(), static_cast<int>(steps_.size())) != 0;
  }
  std::size_t size() const { return steps_.size(); }
  bool passes(Bytes bytes, std::size_t wire_length) const {
    return bpf_filter(steps_.data(), reinterpret_cast<const u_char*>(bytes.data()),
                      static_cast<u_int>(wire_length), static_cast<u_int>(bytes.size())) != 0;
  }
  bool passes(const std::string& bytes) const { return passes(bytes, bytes.size()); }

 private:
  std::vector<bpf_insn> steps_;
};

const PortSet usual = PortSet::watched_by_default();

TEST(KernelFilter, KeepsOtherPortsAway) {
  const Filter filter(LinkType::ethernet, usual);
  ASSERT_TRUE(filter.is_valid());
  const std::string tag = be16(7);
  for (const std::string& other : {tcp(40000, 443, "x"), tcp(1024, 499, "x")}) {
    EXPECT_FALSE(filter.passes(ethernet(0x0800, ipv4(6, other))));
    EXPECT_FALSE(filter.passes(ethernet(0x86dd, ipv6(6, other))));
    EXPECT_FALSE(filter.passes(ethernet(0x8100, tag + be16(0x0800) + ipv4(6, other))));
    const std::string twice = tag + be16(0x8100) + tag + be16(0x86dd) + ipv6(6, other);
    EXPECT_FALSE(filter.passes(ethernet(0x88a8, twice)));
  }
  EXPECT_FALSE(filter.passes(ethernet(0x0806, std::string(28, '\1'))));
  EXPECT_FALSE(filter.passes(ethernet(0x0800, ipv4(1, std::string(8, '\1')))));
}

TEST(KernelFilter, PassesWatchedPortsAtEitherEnd) {
  const Filter filter(LinkType::ethernet, usual);
  for (const std::uint16_t port : {std::uint16_t{500}, std::uint16_t{596}, std::uint16_t{1023}}) {
    for (const std::string& wanted : {tcp(40000, port, "x"), tcp(port, 40000, "x")}) {
      EXPECT_TRUE(filter.passes(ethernet(0x0800, ipv4(6, wanted))));
      EXPECT_TRUE(filter.passes(ethernet(0x86dd, ipv6(6, wanted))));
      EXPECT_TRUE(filter.passes(ethernet(0x8100, be16(7) + be16(0x0800) + ipv4(6, wanted))));
    }
  }
}

TEST(KernelFilter, PassesWhatItCannotSeeThrough) {
  const Filter filter(LinkType::ethernet, usual);
  const std::string other = tcp(40000, 443, "x");
  std::string fragment = ipv4(6, other);
  fragment[6] = '\x20';
  EXPECT_TRUE(filter.passes(ethernet(0x0800, fragment)));
  EXPECT_TRUE(filter.passes(ethernet(0x0800, ipv4(47, other)))) << "GRE";
  EXPECT_TRUE(filter.passes(ethernet(0x86dd, ipv6(0, other)))) << "extension headers";
  EXPECT_TRUE(filter.passes(ethernet(0x8847, other))) << "MPLS";
  EXPECT_TRUE(filter.passes(ethernet(0x0800, ipv4(17, udp(40000, 4789, "x"))))) << "VXLAN";
}

TEST(KernelFilter, PassesEveryEncapsulationThatIsDecoded) {
  for (const Encapsulation& one : all_encapsulations()) {
    const Filter filter(one.link, usual);
    if (!filter.exists()) continue;
    ASSERT_TRUE(filter.is_valid()) << one.name;
    Segment segment;
    if (Decoder().decode(packet_of(one.packet, one.link), segment) != Decoded::segment) continue;
    EXPECT_TRUE(filter.passes(one.packet)) << one.name;
  }
}

TEST(KernelFilter, NeverKeepsAwayWhatTheDecoderWouldTake) {
  std::uint64_t packets = 0;
  std::uint64_t passed = 0;
  for (const std::string& file : capture_files()) {
    Decoder decoder;
    std::unique_ptr<Filter> filter;
    for_each_packet(file, [&](const Packet& packet) {
      if (filter == nullptr) filter = std::make_unique<Filter>(packet.link_type, usual);
      if (!filter->exists()) return;
      Segment segment;
      const bool taken =
          decoder.decode(packet, segment) == Decoded::segment &&
          (usual.contains(segment.source.port) || usual.contains(segment.destination.port));
      const bool passes = filter->passes(packet.bytes, packet.wire_length);
      if (taken && !passes) ADD_FAILURE() << file << ", packet " << packets;
      ++packets;
      passed += passes ? 1 : 0;
    });
  }
  std::cout << passed << " of " << packets << " packets pass\n";
  EXPECT_GT(packets, 1000u);
}

TEST(KernelFilter, StaysSmallWhateverThePorts) {
  PortSet every_other;
  for (unsigned port = 1; port < 65536; port += 2)
    every_other.insert(static_cast<std::uint16_t>(port), static_cast<std::uint16_t>(port));
  const Filter filter(LinkType::ethernet, every_other);
  ASSERT_TRUE(filter.is_valid());
  EXPECT_LT(filter.size(), 1000u) << "the kernel takes 4096";
  EXPECT_TRUE(filter.passes(ethernet(0x0800, ipv4(6, tcp(2, 65535, "x")))));
  EXPECT_TRUE(filter.passes(ethernet(0x0800, ipv4(6, tcp(33333, 2, "x")))));
}

TEST(KernelFilter, IsNoneForLinksOfOtherShapes) {
  EXPECT_TRUE(kernel_filter(LinkType::ieee80211_radiotap, usual).empty());
}

}  // namespace
}  // namespace oddport::testing
