// Which packets count as answers, as libtins builds them: cookies, resets, ICMP errors and what only looks like them.
#include "probe/reply.h"

#include <gtest/gtest.h>
#include <tins/tins.h>

#include <string>
#include <vector>

#include "probe/neighbor.h"

namespace oddport {
namespace {

const CookieKey key{11, 12};
const SourcePorts ports{key, 0};
const Target tcp_target{*IpAddress::parse("198.18.0.7"), Transport::tcp, 513};
const Target udp_target{*IpAddress::parse("198.18.0.7"), Transport::udp, 520};

template <typename Pdu>
std::optional<Reply> read(Pdu&& packet, std::string* kept = nullptr) {
  const auto bytes = packet.serialize();
  static std::string storage;
  std::string& text = kept != nullptr ? *kept : storage;
  text.assign(bytes.begin(), bytes.end());
  ReplyReader reader(key, ports);
  return reader.read({.bytes = text,
                      .wire_length = static_cast<std::uint32_t>(text.size()),
                      .link_type = LinkType::raw});
}

std::uint32_t cookie(std::uint16_t source_port) {
  return static_cast<std::uint32_t>(cookie_of(key, tcp_target, source_port));
}

Tins::IP answer(unsigned flags, std::uint32_t acknowledgment, unsigned attempt = 2) {
  Tins::TCP tcp(ports.of(tcp_target, attempt), tcp_target.port);
  tcp.flags(static_cast<std::uint16_t>(flags));
  tcp.ack_seq(acknowledgment);
  Tins::IP ip = Tins::IP("198.18.255.1", "198.18.0.7") / tcp;
  ip.ttl(57);
  return ip;
}

TEST(Reply, KnowsASynAckByItsCookie) {
  const std::uint32_t expected = cookie(ports.of(tcp_target, 2)) + 1;
  const auto reply = read(answer(Tins::TCP::SYN | Tins::TCP::ACK, expected));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->target, tcp_target);
  EXPECT_EQ(reply->state, PortState::open);
  EXPECT_EQ(reply->cause, "syn-ack");
  EXPECT_EQ(reply->attempt, 2u);
  EXPECT_EQ(reply->ttl, 57);
  EXPECT_FALSE(read(answer(Tins::TCP::SYN | Tins::TCP::ACK, expected + 1)));
  EXPECT_FALSE(read(answer(Tins::TCP::SYN | Tins::TCP::ACK, expected, 3)));
  EXPECT_FALSE(read(answer(Tins::TCP::ACK, expected)));
  EXPECT_FALSE(read(answer(Tins::TCP::SYN, expected)));
}

TEST(Reply, KnowsAResetByItsCookie) {
  const std::uint32_t expected = cookie(ports.of(tcp_target, 2)) + 1;
  const auto reply = read(answer(Tins::TCP::RST | Tins::TCP::ACK, expected));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->state, PortState::closed);
  EXPECT_EQ(reply->cause, "reset");
  EXPECT_FALSE(read(answer(Tins::TCP::RST, expected)));
}

TEST(Reply, TakesADatagramToTheRightPort) {
  const auto datagram = [](std::uint16_t to) {
    return Tins::IP("198.18.255.1", "198.18.0.7") / Tins::UDP(to, udp_target.port) /
           Tins::RawPDU("an answer");
  };
  std::string kept;
  const auto reply = read(datagram(ports.of(udp_target, 1)), &kept);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->target, udp_target);
  EXPECT_EQ(reply->payload, "an answer");
  EXPECT_EQ(reply->attempt, 1u);
  EXPECT_FALSE(read(datagram(static_cast<std::uint16_t>(ports.of(udp_target, 0) - 1))));
}

Tins::IP unreachable(std::uint8_t code, Tins::IP quoted) {
  Tins::ICMP icmp(Tins::ICMP::DEST_UNREACHABLE);
  icmp.code(code);
  const auto bytes = quoted.serialize();
  return Tins::IP("198.18.255.1", "198.18.255.2") / icmp / Tins::RawPDU(bytes.begin(), bytes.end());
}

TEST(Reply, MatchesIcmpErrorsByWhatTheyQuote) {
  const auto probe = [](std::uint16_t from) {
    return Tins::IP("198.18.0.7", "198.18.255.1") / Tins::UDP(udp_target.port, from) /
           Tins::RawPDU("a question");
  };
  const auto reply = read(unreachable(3, probe(ports.of(udp_target, 0))));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->target, udp_target);
  EXPECT_EQ(reply->state, PortState::closed);
  EXPECT_EQ(reply->cause, "port-unreach");
  EXPECT_EQ(read(unreachable(13, probe(ports.of(udp_target, 0))))->state, PortState::filtered);
  EXPECT_EQ(read(unreachable(1, probe(ports.of(udp_target, 0))))->state, PortState::unreachable);
  EXPECT_FALSE(read(unreachable(3, probe(1024))));
}

TEST(Reply, BelievesAnErrorAboutTcpOnlyWithTheCookie) {
  const std::uint16_t from = ports.of(tcp_target, 0);
  const auto probe = [&](std::uint32_t sequence) {
    Tins::TCP tcp(tcp_target.port, from);
    tcp.seq(sequence);
    return Tins::IP("198.18.0.7", "198.18.255.1") / tcp;
  };
  const auto reply = read(unreachable(3, probe(cookie(from))));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->state, PortState::filtered);
  EXPECT_FALSE(read(unreachable(3, probe(cookie(from) + 1))));
}

TEST(Reply, ReadsIcmpv6Errors) {
  const Target target{*IpAddress::parse("2001:db8::7"), Transport::udp, 520};
  Tins::IPv6 quoted = Tins::IPv6("2001:db8::7", "2001:db8:ff::1") /
                      Tins::UDP(target.port, ports.of(target, 0)) / Tins::RawPDU("a question");
  const auto bytes = quoted.serialize();
  Tins::ICMPv6 icmp(Tins::ICMPv6::DEST_UNREACHABLE);
  icmp.code(4);
  const auto reply = read(Tins::IPv6("2001:db8:ff::1", "2001:db8::7") / icmp /
                          Tins::RawPDU(bytes.begin(), bytes.end()));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->target, target);
  EXPECT_EQ(reply->state, PortState::closed);
}

TEST(Reply, SurvivesEveryCut) {
  const auto whole = unreachable(3, Tins::IP("198.18.0.7", "198.18.255.1") /
                                        Tins::UDP(udp_target.port, ports.of(udp_target, 0)))
                         .serialize();
  const std::string text(whole.begin(), whole.end());
  ReplyReader reader(key, ports);
  for (std::size_t length = 0; length < text.size(); ++length) {
    const Bytes cut = Bytes(text).substr(0, length);
    EXPECT_FALSE(reader.read({.bytes = cut,
                              .wire_length = static_cast<std::uint32_t>(length),
                              .link_type = LinkType::raw}))
        << length;
  }
}

TEST(Neighbor, ReadsArpRepliesAndAdvertisements) {
  Neighbors neighbors;
  Tins::ARP arp("198.18.255.1", "198.18.255.2", "02:00:00:00:ff:01", "02:00:00:00:ff:02");
  arp.opcode(Tins::ARP::REPLY);
  const auto bytes = arp.serialize();
  const std::string text(bytes.begin(), bytes.end());
  for (std::size_t length = 0; length < text.size(); ++length)
    read_neighbor_answer(Bytes(text).substr(0, length), {}, neighbors);
  EXPECT_TRUE(neighbors.empty());
  read_neighbor_answer(text, {}, neighbors);
  EXPECT_EQ(neighbors.at(*IpAddress::parse("198.18.255.2")), (MacAddress{2, 0, 0, 0, 0xff, 2}));

  Tins::ICMPv6 advertisement(Tins::ICMPv6::NEIGHBOUR_ADVERT);
  advertisement.target_addr("2001:db8::2");
  Tins::IPv6 packet = Tins::IPv6("2001:db8::1", "2001:db8::2") / advertisement;
  packet.hop_limit(255);
  const auto six = packet.serialize();
  read_neighbor_answer(std::string(six.begin(), six.end()), {9, 8, 7, 6, 5, 4}, neighbors);
  EXPECT_EQ(neighbors.at(*IpAddress::parse("2001:db8::2")), (MacAddress{9, 8, 7, 6, 5, 4}));
  packet.hop_limit(64);  // may have come from elsewhere
  advertisement.target_addr("2001:db8::3");
  read_neighbor_answer(std::string(six.begin(), six.end()), {}, neighbors);
  EXPECT_EQ(neighbors.size(), 2u);
}

}  // namespace
}  // namespace oddport
