#include "capture/port_peek.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <iostream>
#include <random>
#include <string>

#include "capture/decoder.h"
#include "tests/capture/capture_files.h"
#include "tests/capture/encapsulations.h"
#include "tests/capture/packet_builder.h"

namespace oddport::testing {
namespace {

PortSet ports(std::uint16_t first, std::uint16_t last) {
  PortSet set;
  set.insert(first, last);
  return set;
}

const PortSet watched = ports_to_decode(ports(500, 1023));

// Half of all ports, so that hardly a packet is of no interest twice over.
PortSet odd_ports() {
  PortSet set;
  for (unsigned port = 1; port < 65536; port += 2) {
    set.insert(static_cast<std::uint16_t>(port), static_cast<std::uint16_t>(port));
  }
  return set;
}

bool may_touch_bytes(Bytes bytes) { return may_touch(packet_of(bytes), watched); }

TEST(PortPeek, LetsThePlainShapesGo) {
  const std::string segment = tcp(40000, 443, "x");
  const std::string datagram = udp(40000, 53, "x");
  const std::string tag = be16(7);
  EXPECT_FALSE(may_touch_bytes(ethernet(0x0800, ipv4(6, segment))));
  EXPECT_FALSE(may_touch_bytes(ethernet(0x0800, ipv4(17, datagram))));
  EXPECT_FALSE(may_touch_bytes(ethernet(0x86dd, ipv6(6, segment))));
  EXPECT_FALSE(may_touch_bytes(ethernet(0x86dd, ipv6(17, datagram))));
  EXPECT_FALSE(may_touch_bytes(ethernet(0x8100, tag + be16(0x0800) + ipv4(6, segment))));
  EXPECT_FALSE(may_touch_bytes(ethernet(0x8100, tag + be16(0x86dd) + ipv6(17, datagram))));
  EXPECT_FALSE(may_touch_bytes(ethernet(0x0806, std::string(28, '\1'))));
}

TEST(PortPeek, KeepsWatchedPortsAtEitherEnd) {
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{500, 596, 1023}) {
    EXPECT_TRUE(may_touch_bytes(ethernet(0x0800, ipv4(6, tcp(40000, port, "x")))));
    EXPECT_TRUE(may_touch_bytes(ethernet(0x0800, ipv4(17, udp(port, 40000, "x")))));
    EXPECT_TRUE(may_touch_bytes(ethernet(0x86dd, ipv6(6, tcp(port, 40000, "x")))));
    EXPECT_TRUE(may_touch_bytes(ethernet(0x86dd, ipv6(17, udp(40000, port, "x")))));
  }
}

TEST(PortPeek, LeavesTheDoubtfulToTheDecoder) {
  const std::string segment = tcp(40000, 443, "x");
  Ipv4Fields first_fragment;
  first_fragment.fragment = 0x2000;
  Ipv4Fields options;
  options.options = octets({1, 1, 1, 0});
  EXPECT_TRUE(may_touch_bytes(ethernet(0x0800, ipv4(6, segment, first_fragment))));
  EXPECT_TRUE(may_touch_bytes(ethernet(0x0800, ipv4(6, segment, options))));
  EXPECT_TRUE(may_touch_bytes(ethernet(0x86dd, ipv6(0, segment))));
  EXPECT_TRUE(may_touch_bytes(ethernet(0x88a8, segment)));
  EXPECT_TRUE(may_touch_bytes(ethernet(0x0800, ipv4(6, segment)).substr(0, 36)));
  EXPECT_TRUE(may_touch_bytes(""));
  const std::string raw = ipv4(6, segment);
  EXPECT_TRUE(may_touch(packet_of(raw, LinkType::raw), watched));
}

TEST(PortPeek, KeepsTunnels) {
  for (const std::uint16_t port :
       std::initializer_list<std::uint16_t>{1701, 2152, 3544, 4789, 4790, 6081, 8472}) {
    EXPECT_TRUE(may_touch_bytes(outer_udp(port, "x"))) << port;
  }
  for (const Encapsulation& encapsulation : all_encapsulations()) {
    EXPECT_TRUE(may_touch(packet_of(encapsulation.packet, encapsulation.link), watched))
        << encapsulation.name;
  }
}

// Counts what was let go, and fails where the decoder finds in it what was to be kept.
class Referee {
 public:
  explicit Referee(const PortSet& ports) : ports_(ports), to_decode_(ports_to_decode(ports)) {}

  void judge(const Packet& packet) {
    Segment out;
    ++packets_;
    if (may_touch(packet, to_decode_)) {
      static_cast<void>(decoder_.decode(packet, out));
      return;
    }
    ++let_go_;
    if (decoder_.decode(packet, out) != Decoded::segment) return;
    const bool touches = ports_.contains(out.source.port) || ports_.contains(out.destination.port);
    if (touches) ++wrong_;
  }

  std::size_t packets() const { return packets_; }
  std::size_t let_go() const { return let_go_; }
  std::size_t wrong() const { return wrong_; }

 private:
  const PortSet ports_;
  const PortSet to_decode_;
  Decoder decoder_;
  std::size_t packets_ = 0;
  std::size_t let_go_ = 0;
  std::size_t wrong_ = 0;
};

// Changes a few octets, most of them among the headers, or the length.
std::string mutated(Bytes bytes, std::mt19937& random) {
  std::string copy{bytes};
  for (std::size_t changes = 1 + random() % 3; changes > 0 && !copy.empty(); --changes) {
    const std::size_t range =
        random() % 8 == 0 ? copy.size() : std::min<std::size_t>(copy.size(), 80);
    copy[random() % range] = static_cast<char>(random());
  }
  if (random() % 8 == 0) copy.resize(random() % (copy.size() + 1));
  return copy;
}

TEST(PortPeek, NeverLosesAWatchedPortOfAMutatedPacket) {
  std::mt19937 random{596};  // NOLINT(bugprone-random-generator-seed): the same packets every time
  Referee referee{watched};
  Referee odd{odd_ports()};
  std::vector<std::string> seeds;
  for (const Encapsulation& encapsulation : all_encapsulations()) {
    if (encapsulation.link == LinkType::ethernet) seeds.push_back(encapsulation.packet);
  }
  seeds.push_back(ethernet(0x0800, ipv4(6, tcp(40000, 443, "x"))));
  seeds.push_back(ethernet(0x86dd, ipv6(17, udp(40000, 53, "x"))));
  seeds.push_back(ethernet(0x8100, be16(7) + be16(0x0800) + ipv4(17, udp(40000, 53, "x"))));
  for (int round = 0; round < 200'000; ++round) {
    const std::string bytes = mutated(seeds[random() % seeds.size()], random);
    referee.judge(packet_of(bytes));
    odd.judge(packet_of(bytes));
  }
  EXPECT_GT(referee.let_go(), 1000u);
  EXPECT_GT(odd.let_go(), 1000u);
  EXPECT_EQ(referee.wrong(), 0u);
  EXPECT_EQ(odd.wrong(), 0u);
}

TEST(PortPeek, NeverLosesAWatchedPortOfACapture) {
  const std::vector<std::string> files = capture_files();
  if (files.empty()) GTEST_SKIP() << "no captures: pcaps/ is empty and ODDPORT_CORPUS is not set";
  std::mt19937 random{1023};  // NOLINT(bugprone-random-generator-seed)
  Referee whole{watched};
  Referee changed{watched};
  Referee changed_odd{odd_ports()};
  for (const std::string& file : files) {
    for_each_packet(file, [&](Packet packet) {
      whole.judge(packet);
      const std::string bytes = mutated(packet.bytes, random);
      packet.bytes = bytes;
      packet.wire_length = static_cast<std::uint32_t>(bytes.size());
      changed.judge(packet);
      changed_odd.judge(packet);
    });
  }
  std::cout << "let go: " << whole.let_go() << " of " << whole.packets() << " packets, "
            << changed.let_go() << " of " << changed.packets() << " mutated ones\n";
  EXPECT_GT(whole.packets(), 0u);
  EXPECT_EQ(whole.wrong(), 0u);
  EXPECT_EQ(changed.wrong(), 0u);
  EXPECT_EQ(changed_odd.wrong(), 0u);
}

}  // namespace
}  // namespace oddport::testing
