// What several datagrams of VPNs show together: counters, indices, and protocols that share a port.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "classify/recognizer.h"
#include "tests/classify/recognizers/conversation.h"

namespace oddport {
namespace recognizers {
extern const Recognizer openvpn;
extern const Recognizer tailscale;
extern const Recognizer wireguard;
}  // namespace recognizers
namespace {

Certainty ask(const Recognizer& recognizer, Conversation& conversation) {
  return recognizer.recognize(conversation.exchange()).certainty;
}

// A packet of data with a counter and a sealed packet of 16 bytes.
std::string data_packet(char counter) {
  return "\x04" + std::string(3, '\0') + "\xe8\x24\x5b\xb8" + counter + std::string(7, '\0') +
         "\x5d\xf9\x54\x5e\x0c\xe1\x2d\x3e\xdb\x99\x6c\xee\xb8\x1f\xcd\x9d";
}

TEST(Vpn, WireGuardsCountersRise) {
  const std::string first = data_packet('\x05');
  const std::string second = data_packet('\x06');
  Conversation conversation{Transport::udp};
  conversation.client(first);
  EXPECT_EQ(ask(recognizers::wireguard, conversation), Certainty::likely);
  conversation.client(second);
  EXPECT_EQ(ask(recognizers::wireguard, conversation), Certainty::confirmed);
  Conversation repeated{Transport::udp};
  repeated.client(first).client(first);
  EXPECT_EQ(ask(recognizers::wireguard, repeated), Certainty::likely);
}

TEST(Vpn, TailscaleTakesTheFlowOfItsWireGuard) {
  constexpr Bytes ping =
      "TS\xf0\x9f\x92\xac the sender's own public key of 32 nonce of 24 bytes here the seal of a "
      "box and a ping";
  const std::string first = data_packet('\x05');
  const std::string second = data_packet('\x06');
  Conversation conversation{Transport::udp};
  conversation.client(first).client(ping).client(second);
  EXPECT_EQ(ask(recognizers::tailscale, conversation), Certainty::confirmed);
  EXPECT_LT(ask(recognizers::wireguard, conversation), Certainty::confirmed);
}

TEST(Vpn, OpenVpnIsKnownByTheRisingNumbersOfItsData) {
  Conversation conversation{Transport::udp};
  std::array<std::string, 6> packets;
  for (std::size_t n = 0; n < packets.size(); ++n) {
    packets[n] =
        "\x48" + std::string(6, '\0') + static_cast<char>(n + 1) + "a sealed packet and its tag";
    conversation.client(packets[n]);
  }
  EXPECT_EQ(ask(recognizers::openvpn, conversation), Certainty::likely);
  Conversation still{Transport::udp};
  for (std::size_t n = 0; n < packets.size(); ++n) still.client(packets[0]);
  EXPECT_EQ(ask(recognizers::openvpn, still), Certainty::none);
}

}  // namespace
}  // namespace oddport
