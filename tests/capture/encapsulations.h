// One packet for every link type and encapsulation that the decoder opens, each around the same
// innermost segment.
#pragma once

#include <string>
#include <vector>

#include "tests/capture/packet_builder.h"

namespace oddport::testing {

struct Encapsulation {
  std::string name;
  LinkType link = LinkType::ethernet;
  std::string packet;
  bool v6 = false;
};

// TCP from client to server with this payload, in IPv4 or IPv6.
inline const std::string greeting = "hello, port 596";
inline std::string inner4() { return ipv4(6, tcp(client.port, server.port, greeting)); }
inline std::string inner6() { return ipv6(6, tcp(client.port, server.port, greeting)); }
inline std::string inner_frame() { return ethernet(0x0800, inner4()); }

inline std::string snap(std::size_t type, const std::string& payload) {
  return octets({0xaa, 0xaa, 0x03, 0, 0, 0}) + be16(type) + payload;
}
inline std::string mpls(const std::string& payload) {
  return octets({0, 1, 0x00, 64, 0, 2, 0x01, 64}) + payload;
}
inline std::string radiotap(const std::string& fields, unsigned present, const std::string& frame) {
  const auto length = static_cast<unsigned>(8 + fields.size());
  return octets({0, 0, length, 0, present, 0, 0, 0}) + fields + frame;
}
// A data frame with this frame control field; `rest` begins after the sequence control field.
inline std::string wlan(unsigned type, unsigned flags, const std::string& rest) {
  return octets({type, flags, 0, 0}) + std::string(18, '\x02') + octets({0x10, 0}) + rest;
}
inline std::string gre(std::size_t flags, std::size_t type, const std::string& rest) {
  return ethernet(0x0800, outer_ipv4(47, be16(flags) + be16(type) + rest));
}

inline std::vector<Encapsulation> link_types() {
  using L = LinkType;
  const std::string address(8, '\x02');
  return {
      {"ethernet", L::ethernet, ethernet(0x0800, inner4())},
      {"ethernet_ipv6", L::ethernet, ethernet(0x86dd, inner6()), true},
      {"ieee8023_snap", L::ethernet, ethernet(8 + inner4().size(), snap(0x0800, inner4()))},
      {"ieee8023_lsap_ip", L::ethernet,
       ethernet(3 + inner4().size(), octets({6, 6, 3}) + inner4())},
      {"sll", L::linux_sll, octets({0, 0, 0, 1, 0, 6}) + address + be16(0x0800) + inner4()},
      {"sll_llc", L::linux_sll,
       octets({0, 0, 0, 1, 0, 6}) + address + be16(4) + snap(0x86dd, inner6()), true},
      {"sll2", L::linux_sll2,
       be16(0x86dd) + be16(0) + be32(3) + octets({0, 1, 0, 6}) + address + inner6(), true},
      {"null_little_endian", L::null, octets({2, 0, 0, 0}) + inner4()},
      {"null_big_endian", L::null, octets({0, 0, 0, 2}) + inner4()},
      {"null_linux_ipv6", L::null, octets({10, 0, 0, 0}) + inner6(), true},
      {"null_openbsd_ipv6", L::null, octets({24, 0, 0, 0}) + inner6(), true},
      {"null_freebsd_ipv6", L::null, octets({0, 0, 0, 28}) + inner6(), true},
      {"null_darwin_ipv6", L::null, octets({30, 0, 0, 0}) + inner6(), true},
      {"loop", L::loop, octets({0, 0, 0, 24}) + inner6(), true},
      {"raw_ipv4", L::raw, inner4()},
      {"raw_ipv6", L::raw, inner6(), true},
      {"raw_bsd", L::raw_bsd, inner4()},
      {"raw_openbsd", L::raw_openbsd, inner6(), true},
      {"ipv4", L::ipv4, inner4()},
      {"ipv6", L::ipv6, inner6(), true},
      {"ppp", L::ppp, octets({0x00, 0x21}) + inner4()},
      {"ppp_framed", L::ppp, octets({0xff, 0x03, 0x00, 0x57}) + inner6(), true},
      {"ppp_compressed_protocol", L::ppp, octets({0xff, 0x03, 0x21}) + inner4()},
      {"ppp_mpls", L::ppp, octets({0xff, 0x03, 0x02, 0x81}) + mpls(inner4())},
      {"ppp_hdlc", L::ppp_hdlc, octets({0xff, 0x03, 0x00, 0x21}) + inner4()},
      {"ppp_hdlc_cisco", L::ppp_hdlc, octets({0x0f, 0x00, 0x08, 0x00}) + inner4()},
      {"ppp_with_direction", L::ppp_with_direction, octets({1, 0xff, 0x03, 0x00, 0x21}) + inner4()},
      {"ppp_ether", L::ppp_ether,
       octets({0x11, 0, 0, 1}) + be16(2 + inner4().size()) + be16(0x0021) + inner4()},
      {"cisco_hdlc", L::c_hdlc, octets({0x8f, 0x00, 0x86, 0xdd}) + inner6(), true},
      {"frame_relay_nlpid", L::frame_relay, octets({0x18, 0x41, 0x03, 0xcc}) + inner4()},
      {"frame_relay_nlpid_ipv6", L::frame_relay, octets({0x18, 0x41, 0x03, 0x8e}) + inner6(), true},
      {"frame_relay_snap", L::frame_relay,
       octets({0x18, 0x41, 0x03, 0x00, 0x80, 0, 0, 0, 0x08, 0x00}) + inner4()},
      {"frame_relay_bridged", L::frame_relay,
       octets({0x18, 0x41, 0x03, 0x00, 0x80, 0, 0x80, 0xc2, 0, 7}) + inner_frame()},
      {"frame_relay_long_address", L::frame_relay,
       octets({0x18, 0x40, 0x40, 0x41, 0x03, 0xcc}) + inner4()},
      {"frame_relay_ppp", L::frame_relay, octets({0x18, 0x41, 0x03, 0xcf, 0x00, 0x21}) + inner4()},
      {"frame_relay_cisco", L::frame_relay, octets({0x18, 0x41, 0x08, 0x00}) + inner4()},
  };
}

inline std::vector<Encapsulation> wireless_types() {
  using L = LinkType;
  const std::string data = wlan(0x08, 0x02, snap(0x0800, inner4()));
  const std::string quality_padded =
      wlan(0x88, 0x01, octets({0, 0}) + octets({0, 0}) + snap(0x0800, inner4()));
  const std::string subframe =
      std::string(12, '\x02') + be16(8 + inner4().size()) + snap(0x0800, inner4());
  return {
      {"wlan", L::ieee80211, data},
      {"wlan_qos", L::ieee80211, wlan(0x88, 0x01, octets({0, 0}) + snap(0x0800, inner4()))},
      {"wlan_four_addresses", L::ieee80211,
       wlan(0x08, 0x03, std::string(6, '\x02') + snap(0x86dd, inner6())), true},
      {"wlan_ht_control", L::ieee80211,
       wlan(0x88, 0x81, octets({0, 0, 0, 0, 0, 0}) + snap(0x0800, inner4()))},
      {"wlan_aggregate", L::ieee80211, wlan(0x88, 0x01, octets({0x80, 0}) + subframe)},
      {"radiotap", L::ieee80211_radiotap, radiotap("", 0, data)},
      {"radiotap_padded", L::ieee80211_radiotap,
       radiotap(octets({0x20, 0, 0, 0}), 0x02, quality_padded)},
      {"radiotap_timestamp_padded", L::ieee80211_radiotap,
       radiotap(std::string(8, '\x20') + octets({0x20}), 0x03, quality_padded)},
      {"radiotap_unpadded", L::ieee80211_radiotap, radiotap(octets({0x10, 0x20}), 0x02, data)},
      {"prism", L::ieee80211_prism,
       octets({0x44, 0, 0, 0, 144, 0, 0, 0}) + std::string(136, '\0') + data},
      {"prism_big_endian", L::ieee80211_prism,
       octets({0, 0, 0, 0x44, 0, 0, 0, 144}) + std::string(136, '\0') + data},
      {"avs", L::ieee80211_avs,
       octets({0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64}) + std::string(56, '\0') + data},
      {"prism_link_with_avs_header", L::ieee80211_prism,
       octets({0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64}) + std::string(56, '\0') + data},
      {"ppi", L::ppi, octets({0, 0, 12, 0, 105, 0, 0, 0}) + std::string(4, '\0') + data},
      {"ppi_ethernet", L::ppi, octets({0, 0, 8, 0, 1, 0, 0, 0}) + inner_frame()},
  };
}

inline std::vector<Encapsulation> tags_and_shims() {
  using L = LinkType;
  const std::string tag = be16(0x2064);
  return {
      {"vlan", L::ethernet, ethernet(0x8100, tag + be16(0x0800) + inner4())},
      {"vlan_ipv6", L::ethernet, ethernet(0x8100, tag + be16(0x86dd) + inner6()), true},
      {"qinq", L::ethernet, ethernet(0x88a8, tag + be16(0x8100) + tag + be16(0x0800) + inner4())},
      {"qinq_9100", L::ethernet,
       ethernet(0x9100, tag + be16(0x9200) + tag + be16(0x86dd) + inner6()), true},
      {"vlan_snap", L::ethernet,
       ethernet(0x8100, tag + be16(8 + inner4().size()) + snap(0x0800, inner4()))},
      {"mpls_ipv4", L::ethernet, ethernet(0x8847, mpls(inner4()))},
      {"mpls_multicast_ipv6", L::ethernet, ethernet(0x8848, mpls(inner6())), true},
      {"mpls_pseudowire", L::ethernet, ethernet(0x8847, mpls(inner_frame()))},
      {"mpls_pseudowire_control_word", L::ethernet,
       ethernet(0x8847, mpls(be32(0x00000001) + inner_frame()))},
      {"mpls_pseudowire_like_ipv4", L::ethernet,
       ethernet(0x8847, mpls("\x40" + inner_frame().substr(1)))},
      {"pppoe", L::ethernet,
       ethernet(0x8864,
                octets({0x11, 0, 0, 1}) + be16(2 + inner6().size()) + be16(0x0057) + inner6()),
       true},
      {"provider_backbone", L::ethernet, ethernet(0x88e7, be32(0x100) + inner_frame())},
      {"vn_tag", L::ethernet, ethernet(0x8926, be32(0x100) + be16(0x0800) + inner4())},
  };
}

inline std::vector<Encapsulation> ip_tunnels() {
  using L = LinkType;
  const auto ip = [](unsigned protocol, const std::string& payload) {
    return ethernet(0x0800, outer_ipv4(protocol, payload));
  };
  const std::string ppp = octets({0xff, 0x03, 0x00, 0x21}) + inner4();
  return {
      {"ip_in_ip", L::ethernet, ip(4, inner4())},
      {"six_in_four", L::ethernet, ip(41, inner6()), true},
      {"four_in_six", L::ethernet, ethernet(0x86dd, ipv6(4, inner4()))},
      {"ether_ip", L::ethernet, ip(97, be16(0x3000) + inner_frame())},
      {"mpls_in_ip", L::ethernet, ip(137, mpls(inner4()))},
      {"ethernet_in_ipv6", L::ethernet, ethernet(0x86dd, ipv6(143, inner_frame()))},
      {"authentication", L::ethernet,
       ethernet(0x0800, ipv4(51, octets({6, 4, 0, 0}) + std::string(20, '\x05') +
                                     tcp(client.port, server.port, greeting)))},
      {"gre", L::ethernet, gre(0, 0x0800, inner4())},
      {"gre_checksum_key_sequence", L::ethernet,
       gre(0xb000, 0x86dd, std::string(12, '\x07') + inner6()), true},
      {"nvgre", L::ethernet, gre(0x2000, 0x6558, be32(0x123400) + inner_frame())},
      {"pptp", L::ethernet,
       gre(0x3081, 0x880b, be16(ppp.size()) + be16(1) + be32(2) + be32(3) + ppp)},
      {"erspan_1", L::ethernet, gre(0, 0x88be, inner_frame())},
      {"erspan_2", L::ethernet,
       gre(0x1000, 0x88be, be32(1) + std::string(8, '\x10') + inner_frame())},
      {"erspan_3", L::ethernet,
       gre(0x1000, 0x22eb, be32(1) + std::string(11, '\x20') + octets({0}) + inner_frame())},
      {"erspan_3_platform", L::ethernet,
       gre(0x1000, 0x22eb,
           be32(1) + std::string(11, '\x20') + octets({1}) + std::string(8, '\x30') +
               inner_frame())},
  };
}

inline std::vector<Encapsulation> udp_tunnels() {
  using L = LinkType;
  const std::string vxlan = be32(0x08000000) + be32(0x00012300) + inner_frame();
  const auto gtp = [](unsigned flags, const std::string& rest) {
    return octets({flags, 0xff}) + be16(rest.size()) + be32(0x42) + rest;
  };
  const auto l2tp = [](std::size_t flags, const std::string& rest) { return be16(flags) + rest; };
  const std::string ppp = octets({0xff, 0x03, 0x00, 0x21}) + inner4();
  const std::string origin = octets({0, 0, 1, 2, 3, 4, 5, 6});
  return {
      {"vxlan", L::ethernet, outer_udp(4789, vxlan)},
      {"vxlan_linux", L::ethernet, outer_udp(8472, vxlan)},
      {"vxlan_gpe_ipv4", L::ethernet, outer_udp(4790, be32(0x0c000001) + be32(0x100) + inner4())},
      {"vxlan_gpe_ipv6", L::ethernet, outer_udp(4790, be32(0x0c000002) + be32(0x100) + inner6()),
       true},
      {"vxlan_gpe_ethernet", L::ethernet,
       outer_udp(4790, be32(0x0c000003) + be32(0x100) + inner_frame())},
      {"geneve", L::ethernet,
       outer_udp(6081, be32(0x02006558) + be32(0x100) + std::string(8, '\x09') + inner_frame())},
      {"geneve_ipv6", L::ethernet, outer_udp(6081, be32(0x000086dd) + be32(0x100) + inner6()),
       true},
      {"gtp", L::ethernet, outer_udp(2152, gtp(0x30, inner4()))},
      {"gtp_sequence", L::ethernet, outer_udp(2152, gtp(0x32, be32(0x00010000) + inner6())), true},
      {"gtp_extensions", L::ethernet,
       outer_udp(2152, gtp(0x34, octets({0, 0, 0, 0x85, 1, 0, 9, 0x40, 2, 0, 0, 0, 0, 0, 0, 0}) +
                                     inner4()))},
      {"teredo", L::ethernet, outer_udp(3544, inner6()), true},
      {"teredo_origin", L::ethernet, outer_udp(3544, origin + inner6()), true},
      {"teredo_authentication", L::ethernet,
       outer_udp(3544, octets({0, 1, 2, 3}) + std::string(14, '\x06') + origin + inner6()), true},
      {"l2tp", L::ethernet, outer_udp(1701, l2tp(0x0002, be32(0x00010002) + ppp))},
      {"l2tp_all_fields", L::ethernet,
       outer_udp(1701, l2tp(0x4a02, be16(18 + ppp.size()) + be32(0x00010002) + be32(0) + be16(4) +
                                        be32(0) + ppp))},
  };
}

inline std::vector<Encapsulation> ip_headers() {
  using L = LinkType;
  const std::string segment = tcp(client.port, server.port, greeting);
  const auto extension = [](unsigned next, const std::string& rest) {
    return octets({next, 0, 1, 4, 0, 0, 0, 0}) + rest;
  };
  const auto ip = [](const std::string& packet) { return ethernet(0x86dd, packet); };
  Ipv4Fields with_options;
  with_options.options = octets({0x94, 4, 0, 0, 1, 1, 1, 0});
  return {
      {"ipv4_options", L::ethernet, ethernet(0x0800, ipv4(6, segment, with_options))},
      {"tcp_options", L::ethernet,
       ethernet(0x0800, ipv4(6, tcp(client.port, server.port, greeting,
                                    octets({2, 4, 5, 0xb4, 1, 1, 1, 0}))))},
      {"hop_by_hop", L::ethernet, ip(ipv6(0, extension(6, segment))), true},
      {"routing", L::ethernet, ip(ipv6(43, extension(6, segment))), true},
      {"destination_options", L::ethernet, ip(ipv6(60, extension(6, segment))), true},
      {"mobility", L::ethernet, ip(ipv6(135, extension(6, segment))), true},
      {"authentication_ipv6", L::ethernet,
       ip(ipv6(51, octets({6, 4, 0, 0}) + std::string(20, '\x05') + segment)), true},
      {"atomic_fragment", L::ethernet, ip(ipv6(44, octets({6, 0, 0, 0, 1, 2, 3, 4}) + segment)),
       true},
      {"extension_chain", L::ethernet,
       ip(ipv6(0, extension(60, extension(43, extension(60, extension(6, segment)))))), true},
  };
}

inline std::vector<Encapsulation> all_encapsulations() {
  std::vector<Encapsulation> all;
  for (auto& part : {link_types(), wireless_types(), tags_and_shims(), ip_tunnels(), udp_tunnels(),
                     ip_headers()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

}  // namespace oddport::testing
