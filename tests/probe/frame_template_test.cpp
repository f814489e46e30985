// Our packets as libtins reads them: every field, and checksums that it would have written too.
#include "probe/frame_template.h"

#include <gtest/gtest.h>
#include <tins/tins.h>

#include <string>
#include <vector>

namespace oddport {
namespace {

constexpr MacAddress ours{2, 0, 0, 0, 0xff, 1};
constexpr MacAddress theirs{2, 0, 0, 0, 0xff, 2};
using Frame = std::vector<std::uint8_t>;

Frame syn(const FrameTemplate& frames, const IpAddress& host) {
  Frame frame(FrameTemplate::max_frame);
  frame.resize(frames.write_syn(frame, host, 61234, 513, 0xfedcba98, 77));
  frames.write_next_hop(frame, theirs);
  return frame;
}

Frame datagram(const FrameTemplate& frames, const IpAddress& host, const std::string& question) {
  Frame frame(FrameTemplate::max_frame);
  frame.resize(frames.write_datagram(frame, host, 61234, 520, question, 77));
  frames.write_next_hop(frame, theirs);
  return frame;
}

// Serializing computes all lengths and checksums anew, and pads short Ethernet frames.
template <typename Outer>
Frame rewritten(const Frame& frame) {
  Frame again = Outer(frame.data(), static_cast<std::uint32_t>(frame.size())).serialize();
  again.resize(frame.size());
  return again;
}

TEST(FrameTemplate, WritesSynsThatLibtinsAgreesWith) {
  const FrameTemplate v4(*IpAddress::parse("198.18.255.1"), true, ours);
  const FrameTemplate v6(*IpAddress::parse("2001:db8::1"), true, ours);
  for (const char* host : {"198.18.0.1", "203.0.113.255"}) {
    const Frame frame = syn(v4, *IpAddress::parse(host));
    EXPECT_EQ(frame, rewritten<Tins::EthernetII>(frame));
    const Tins::EthernetII packet(frame.data(), static_cast<std::uint32_t>(frame.size()));
    EXPECT_EQ(packet.dst_addr().to_string(), "02:00:00:00:ff:02");
    EXPECT_EQ(packet.rfind_pdu<Tins::IP>().dst_addr().to_string(), host);
    const auto& tcp = packet.rfind_pdu<Tins::TCP>();
    EXPECT_EQ(tcp.sport(), 61234);
    EXPECT_EQ(tcp.dport(), 513);
    EXPECT_EQ(tcp.seq(), 0xfedcba98u);
    EXPECT_EQ(tcp.flags(), Tins::TCP::SYN);
    EXPECT_EQ(tcp.mss(), 1460);
  }
  const Frame frame = syn(v6, *IpAddress::parse("2001:db8::abcd"));
  EXPECT_EQ(frame, rewritten<Tins::EthernetII>(frame));
  const Tins::EthernetII packet(frame.data(), static_cast<std::uint32_t>(frame.size()));
  EXPECT_EQ(packet.rfind_pdu<Tins::IPv6>().dst_addr().to_string(), "2001:db8::abcd");
}

TEST(FrameTemplate, WritesDatagramsOfEveryLength) {
  const FrameTemplate v4(*IpAddress::parse("198.18.255.1"), false, {});
  const FrameTemplate v6(*IpAddress::parse("2001:db8::1"), false, {});
  std::string question;
  for (int length = 0; length < 300; ++length) {
    const Frame four = datagram(v4, *IpAddress::parse("198.18.0.1"), question);
    EXPECT_EQ(four, rewritten<Tins::IP>(four)) << length;
    const Frame six = datagram(v6, *IpAddress::parse("2001:db8::2"), question);
    EXPECT_EQ(six, rewritten<Tins::IPv6>(six)) << length;
    question.push_back(static_cast<char>(length * 37 + 200));
  }
}

TEST(FrameTemplate, CutsAQuestionThatIsTooLong) {
  const FrameTemplate v6(*IpAddress::parse("2001:db8::1"), true, ours);
  const Frame frame = datagram(v6, *IpAddress::parse("2001:db8::2"), std::string(5000, 'x'));
  EXPECT_LE(frame.size(), FrameTemplate::max_frame);
  EXPECT_EQ(frame, rewritten<Tins::EthernetII>(frame));
}

}  // namespace
}  // namespace oddport
