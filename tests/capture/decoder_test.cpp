#include "capture/decoder.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tests/capture/encapsulations.h"
#include "tests/capture/packet_builder.h"

namespace oddport::testing {

void PrintTo(const Encapsulation& encapsulation, std::ostream* out) { *out << encapsulation.name; }

namespace {

Decoded decode(const Packet& packet, Segment& out) {
  Decoder decoder;
  return decoder.decode(packet, out);
}

Decoded decode(Bytes bytes, Segment& out) { return decode(packet_of(bytes), out); }

class EncapsulationTest : public ::testing::TestWithParam<Encapsulation> {
 protected:
  const Endpoint& source() const { return GetParam().v6 ? client6 : client; }
  const Endpoint& destination() const { return GetParam().v6 ? server6 : server; }
};

TEST_P(EncapsulationTest, LeadsToTheInnermostSegment) {
  Segment out;
  Packet packet = packet_of(GetParam().packet, GetParam().link);
  packet.time = 42;
  ASSERT_EQ(decode(packet, out), Decoded::segment);
  EXPECT_EQ(out.transport, Transport::tcp);
  EXPECT_EQ(out.source, source());
  EXPECT_EQ(out.destination, destination());
  EXPECT_EQ(out.payload, greeting);
  EXPECT_EQ(out.payload_length, greeting.size());
  EXPECT_EQ(out.sequence, 0x01020304u);
  EXPECT_EQ(out.acknowledgment, 0x0a0b0c0du);
  EXPECT_EQ(out.flags, 0x18);
  EXPECT_EQ(out.time, 42);
}

TEST_P(EncapsulationTest, EveryCutGivesTheSameEndsOrNone) {
  const std::string& bytes = GetParam().packet;
  bool found = false;
  for (std::size_t captured = 0; captured < bytes.size(); ++captured) {
    SCOPED_TRACE(captured);
    const std::string copy = bytes.substr(0, captured);  // its own buffer, for the sanitizer
    Packet packet = cut_packet(bytes, captured, GetParam().link);
    packet.bytes = copy;
    Segment out;
    const Decoded decoded = decode(packet, out);
    if (decoded == Decoded::segment) {
      found = true;
      EXPECT_EQ(out.source, source());
      EXPECT_EQ(out.destination, destination());
      EXPECT_TRUE(greeting.starts_with(out.payload));
      EXPECT_EQ(out.payload_length, greeting.size());
    } else {
      EXPECT_EQ(decoded, Decoded::cut);
      EXPECT_FALSE(found) << "more bytes gave less";
    }
  }
  EXPECT_TRUE(found);
}

// A file that claims to hold whole packets and does not.
TEST_P(EncapsulationTest, ShortPacketsGiveOnlyEndsThatTheyHold) {
  const std::string& bytes = GetParam().packet;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::string copy = bytes.substr(0, size);
    Segment out;
    if (decode(packet_of(copy, GetParam().link), out) != Decoded::segment) continue;
    const bool inner = out.source == source() && out.destination == destination();
    const bool outer = out.transport == Transport::udp && out.source.port == 50000;
    EXPECT_TRUE(inner || outer) << "at " << size;
  }
}

TEST_P(EncapsulationTest, PaddingIsNotPayload) {
  const std::string padded = GetParam().packet + std::string(7, '\xee');
  Segment out;
  ASSERT_EQ(decode(packet_of(padded, GetParam().link), out), Decoded::segment);
  EXPECT_EQ(out.payload, greeting);
  EXPECT_EQ(out.payload_length, greeting.size());
}

INSTANTIATE_TEST_SUITE_P(Decoder, EncapsulationTest, ::testing::ValuesIn(all_encapsulations()),
                         [](const auto& instance) { return instance.param.name; });

std::string udp_packet(const std::string& payload) {
  return ethernet(0x0800, ipv4(17, udp(client.port, server.port, payload)));
}

TEST(Decoder, ReadsUdp) {
  const std::string bytes = udp_packet("query");
  Segment out;
  ASSERT_EQ(decode(bytes, out), Decoded::segment);
  EXPECT_EQ(out.transport, Transport::udp);
  EXPECT_EQ(out.source, client);
  EXPECT_EQ(out.destination, server);
  EXPECT_EQ(out.payload, "query");
  EXPECT_EQ(out.payload_length, 5u);
}

TEST(Decoder, ASegmentLeavesNothingOfTheOneBefore) {
  Decoder decoder;
  Segment out;
  const std::string greeting_frame = inner_frame();
  ASSERT_EQ(decoder.decode(packet_of(greeting_frame), out), Decoded::segment);
  const std::string query = udp_packet("query");
  ASSERT_EQ(decoder.decode(packet_of(query), out), Decoded::segment);
  EXPECT_EQ(out.sequence, 0u);
  EXPECT_EQ(out.acknowledgment, 0u);
  EXPECT_EQ(out.flags, 0);
}

TEST(Decoder, UdpLengthOfZeroMeansAllThatIsThere) {
  std::string datagram = udp(client.port, server.port, "jumbo");
  datagram.replace(4, 2, be16(0));
  const std::string bytes = ethernet(0x0800, ipv4(17, datagram));
  Segment out;
  ASSERT_EQ(decode(bytes, out), Decoded::segment);
  EXPECT_EQ(out.payload, "jumbo");
}

TEST(Decoder, UdpLengthBeyondThePacketIsNotBelieved) {
  std::string datagram = udp(client.port, server.port, "short");
  datagram.replace(4, 2, be16(900));
  const std::string bytes = ethernet(0x0800, ipv4(17, datagram));
  Segment out;
  ASSERT_EQ(decode(bytes, out), Decoded::segment);
  EXPECT_EQ(out.payload, "short");
  EXPECT_EQ(out.payload_length, 5u);
}

TEST(Decoder, UdpLengthWithinThePacketEndsThePayload) {
  std::string datagram = udp(client.port, server.port, "shorter");
  datagram.replace(4, 2, be16(8 + 5));
  const std::string bytes = ethernet(0x0800, ipv4(17, datagram));
  Segment out;
  ASSERT_EQ(decode(bytes, out), Decoded::segment);
  EXPECT_EQ(out.payload, "short");
}

TEST(Decoder, UdpLengthBelowItsHeaderIsMalformed) {
  std::string datagram = udp(client.port, server.port, "odd");
  datagram.replace(4, 2, be16(7));
  const std::string bytes = ethernet(0x0800, ipv4(17, datagram));
  Segment out;
  EXPECT_EQ(decode(bytes, out), Decoded::malformed);
}

TEST(Decoder, TotalLengthOfZeroMeansToTheEndOfTheWire) {
  std::string packet = inner4();
  packet.replace(2, 2, be16(0));
  const std::string bytes = ethernet(0x0800, packet);
  Segment out;
  ASSERT_EQ(decode(bytes, out), Decoded::segment);
  EXPECT_EQ(out.payload, greeting);
  ASSERT_EQ(decode(cut_packet(bytes, bytes.size() - 3), out), Decoded::segment);
  EXPECT_EQ(out.payload.size(), greeting.size() - 3);
  EXPECT_EQ(out.payload_length, greeting.size());
}

TEST(Decoder, Ipv6PayloadLengthOfZeroMeansToTheEndOfTheWire) {
  std::string packet = inner6();
  packet.replace(4, 2, be16(0));
  const std::string bytes = ethernet(0x86dd, packet);
  Segment out;
  ASSERT_EQ(decode(bytes, out), Decoded::segment);
  EXPECT_EQ(out.payload, greeting);
}

TEST(Decoder, ACutThatTheFileHidesShowsInThePayloadLength) {
  const std::string bytes = inner_frame().substr(0, inner_frame().size() - 4);
  Segment out;
  ASSERT_EQ(decode(bytes, out), Decoded::segment);
  EXPECT_EQ(out.payload.size(), greeting.size() - 4);
  EXPECT_EQ(out.payload_length, greeting.size());
}

TEST(Decoder, ContradictoryHeadersAreMalformed) {
  const auto changed = [](std::size_t at, unsigned octet) {
    std::string packet = inner4();
    packet[at] = static_cast<char>(octet);
    return ethernet(0x0800, packet);
  };
  Segment out;
  EXPECT_EQ(decode(changed(0, 0x55), out), Decoded::malformed) << "version 5";
  EXPECT_EQ(decode(changed(0, 0x44), out), Decoded::malformed) << "header of 16 bytes";
  EXPECT_EQ(decode(changed(3, 19), out), Decoded::malformed) << "total length below the header";
  EXPECT_EQ(decode(changed(20 + 12, 0x40), out), Decoded::malformed) << "TCP header of 16 bytes";
  EXPECT_EQ(decode(changed(20 + 12, 0xf0), out), Decoded::malformed) << "TCP header past the end";
  EXPECT_EQ(decode(ethernet(0x86dd, inner4()), out), Decoded::malformed) << "IPv4 said to be IPv6";
}

TEST(Decoder, TellsWhatIsNeitherTcpNorUdp) {
  Segment out;
  EXPECT_EQ(decode(ethernet(0x0806, std::string(28, '\1')), out), Decoded::other) << "ARP";
  EXPECT_EQ(decode(ethernet(0x8863, std::string(28, '\1')), out), Decoded::other);
  EXPECT_EQ(decode(ethernet(38, octets({0x42, 0x42, 3}) + std::string(35, '\1')), out),
            Decoded::other)
      << "spanning tree";
  EXPECT_EQ(decode(ethernet(0x0800, ipv4(50, std::string(40, '\1'))), out), Decoded::other)
      << "ESP";
  EXPECT_EQ(decode(ethernet(0x0800, ipv4(89, std::string(40, '\1'))), out), Decoded::other)
      << "OSPF";
  EXPECT_EQ(decode(ethernet(0x86dd, ipv6(59, "")), out), Decoded::other) << "no next header";
}

TEST(Decoder, HeadersQuotedByIcmpDoNotCount) {
  const std::string quote = octets({3, 3, 0, 0, 0, 0, 0, 0}) + inner4();
  Segment out;
  EXPECT_EQ(decode(ethernet(0x0800, ipv4(1, quote)), out), Decoded::other);
  EXPECT_EQ(decode(ethernet(0x86dd, ipv6(58, octets({1, 4, 0, 0, 0, 0, 0, 0}) + inner6())), out),
            Decoded::other);
}

TEST(Decoder, WirelessFramesWithoutReadableDataAreOther) {
  const auto decode_wlan = [](const std::string& frame) {
    Segment out;
    return decode(packet_of(frame, LinkType::ieee80211), out);
  };
  const std::string payload = snap(0x0800, inner4());
  EXPECT_EQ(decode_wlan(wlan(0x08, 0x42, payload)), Decoded::other) << "protected";
  EXPECT_EQ(decode_wlan(wlan(0x48, 0x01, payload)), Decoded::other) << "null function";
  EXPECT_EQ(decode_wlan(wlan(0x80, 0x00, payload)), Decoded::other) << "beacon";
  std::string later_fragment = wlan(0x08, 0x02, payload);
  later_fragment[22] = 1;
  EXPECT_EQ(decode_wlan(later_fragment), Decoded::other);
}

TEST(Decoder, UnknownLinkTypesAreSaidToBeSo) {
  Segment out;
  const std::string bytes = inner_frame();
  EXPECT_EQ(decode(packet_of(bytes, static_cast<LinkType>(147)), out), Decoded::unknown_link);
}

class TunnelPortTest : public ::testing::TestWithParam<std::uint16_t> {};

TEST_P(TunnelPortTest, WhatIsNotThatTunnelIsItselfTheSegment) {
  for (const std::string& payload :
       {std::string{}, std::string(3, '\xff'), std::string(200, '\xff'), std::string(200, '\0')}) {
    const std::string outgoing = outer_udp(GetParam(), payload);
    Segment out;
    ASSERT_EQ(decode(outgoing, out), Decoded::segment) << payload.size();
    EXPECT_EQ(out.transport, Transport::udp);
    EXPECT_EQ(out.destination, (Endpoint{IpAddress::v4(0x0a000002), GetParam()}));
    EXPECT_EQ(out.payload, payload);
    const std::string reply = ethernet(0x0800, outer_ipv4(17, udp(GetParam(), 777, payload)));
    ASSERT_EQ(decode(reply, out), Decoded::segment);
    EXPECT_EQ(out.destination.port, 777);
  }
}

INSTANTIATE_TEST_SUITE_P(Decoder, TunnelPortTest,
                         ::testing::Values(1701, 2152, 3544, 4789, 4790, 6081, 8472));

TEST(Decoder, ATunnelWithoutTcpOrUdpInsideIsItselfTheSegment) {
  const std::string arp = ethernet(0x0806, std::string(28, '\1'));
  const std::string bytes = outer_udp(4789, be32(0x08000000) + be32(0x100) + arp);
  Segment out;
  ASSERT_EQ(decode(bytes, out), Decoded::segment);
  EXPECT_EQ(out.destination.port, 4789);
}

TEST(Decoder, NestingHasAnEnd) {
  std::string packet = inner4();
  for (int depth = 0; depth < 6; ++depth) packet = ipv4(4, packet);
  Segment out;
  EXPECT_EQ(decode(ethernet(0x0800, packet), out), Decoded::segment);
  for (int depth = 0; depth < 1000; ++depth) packet = ipv4(4, packet);
  EXPECT_EQ(decode(ethernet(0x0800, packet), out), Decoded::other);
  std::string tags;
  for (int depth = 0; depth < 10000; ++depth) tags += be16(1) + be16(0x8100);
  EXPECT_EQ(decode(ethernet(0x8100, tags), out), Decoded::other);
  EXPECT_EQ(decode(ethernet(0x8847, std::string(40000, '\0')), out), Decoded::other);
}

std::string fragment_of(const std::string& datagram, std::size_t from, std::size_t size) {
  const bool more = from + size < datagram.size();
  Ipv4Fields fields;
  fields.fragment = from / 8 | (more ? 0x2000u : 0u);
  return ethernet(0x0800, ipv4(17, datagram.substr(from, size), fields));
}

TEST(Decoder, PutsIpv4FragmentsTogether) {
  const std::string payload(3000, 'x');
  const std::string datagram = udp(client.port, server.port, payload);
  Decoder decoder;
  Segment out;
  const std::string last = fragment_of(datagram, 2960, 1480);
  const std::string first = fragment_of(datagram, 0, 1480);
  const std::string middle = fragment_of(datagram, 1480, 1480);
  EXPECT_EQ(decoder.decode(packet_of(last), out), Decoded::fragment);
  EXPECT_EQ(decoder.decode(packet_of(first), out), Decoded::fragment);
  ASSERT_EQ(decoder.decode(packet_of(middle), out), Decoded::segment);
  EXPECT_EQ(out.source, client);
  EXPECT_EQ(out.destination, server);
  EXPECT_EQ(out.payload, payload);
  EXPECT_EQ(out.payload_length, payload.size());
}

TEST(Decoder, ALongDatagramIsHandedOutByItsHeadWithTheLengthOfItsUdpHeader) {
  const std::string payload(20000, 'x');
  const std::string datagram = udp(client.port, server.port, payload);
  Decoder decoder;
  Segment out;
  int segments = 0;
  for (std::size_t from = 0; from < datagram.size(); from += 1480) {
    const std::string bytes = fragment_of(datagram, from, 1480);
    const Decoded decoded = decoder.decode(packet_of(bytes), out);
    if (decoded == Decoded::segment) {
      ++segments;
      EXPECT_EQ(out.payload_length, payload.size());
      EXPECT_GE(out.payload.size(), 4096u);
      EXPECT_TRUE(Bytes{payload}.starts_with(out.payload));
    } else {
      EXPECT_EQ(decoded, Decoded::fragment);
    }
  }
  EXPECT_EQ(segments, 1);
}

TEST(Decoder, PutsIpv6FragmentsTogether) {
  const std::string datagram =
      octets({6, 0, 1, 4, 0, 0, 0, 0}) + tcp(client.port, server.port, std::string(100, 'y'));
  const auto part = [&](std::size_t from, std::size_t size, bool more) {
    return ethernet(0x86dd, ipv6(44, octets({60, 0}) + be16(from | (more ? 1u : 0u)) +
                                         be32(0xabcd) + datagram.substr(from, size)));
  };
  Decoder decoder;
  Segment out;
  const std::string second = part(16, 1000, false);
  const std::string first = part(0, 16, true);
  EXPECT_EQ(decoder.decode(packet_of(second), out), Decoded::fragment);
  ASSERT_EQ(decoder.decode(packet_of(first), out), Decoded::segment);
  EXPECT_EQ(out.source, client6);
  EXPECT_EQ(out.destination, server6);
  EXPECT_EQ(out.payload, std::string(100, 'y'));
}

TEST(Decoder, TunnelsAreOpenedAfterTheirFragmentsAreTogether) {
  const std::string tunneled = be16(0) + be16(0x0800) + inner4();
  const auto part = [&](std::size_t from, std::size_t size, std::size_t field) {
    Ipv4Fields fields;
    fields.fragment = field;
    return ethernet(0x0800, ipv4(47, tunneled.substr(from, size), fields));
  };
  Decoder decoder;
  Segment out;
  const std::string first = part(0, 16, 0x2000);
  const std::string second = part(16, 1000, 2);
  EXPECT_EQ(decoder.decode(packet_of(first), out), Decoded::fragment);
  ASSERT_EQ(decoder.decode(packet_of(second), out), Decoded::segment);
  EXPECT_EQ(out.destination, server);
  EXPECT_EQ(out.payload, greeting);
}

TEST(Decoder, AFirstFragmentCutByTheSnaplenIsAllThatWillCome) {
  const std::string datagram = udp(client.port, server.port, std::string(3000, 'x'));
  const std::string first = fragment_of(datagram, 0, 1480);
  Decoder decoder;
  Segment out;
  ASSERT_EQ(decoder.decode(cut_packet(first, 96), out), Decoded::segment);
  EXPECT_EQ(out.destination, server);
  EXPECT_EQ(out.payload.size(), 96u - 14 - 20 - 8);
  EXPECT_EQ(out.payload_length, 3000u);
}

TEST(Decoder, FragmentsPastTheLargestDatagramAreMalformed) {
  Ipv4Fields fields;
  fields.fragment = 0x1fff;
  Segment out;
  EXPECT_EQ(decode(ethernet(0x0800, ipv4(17, std::string(64, 'x'), fields)), out),
            Decoded::malformed);
}

}  // namespace
}  // namespace oddport::testing
