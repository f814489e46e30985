#include "report/community_id.h"

#include <gtest/gtest.h>

#include <string_view>

#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

using samples::end;

struct Vector {
  Transport transport;
  Endpoint source;
  Endpoint destination;
  std::string_view id;
};

// The TCP and UDP flows of the specification's published baseline for seed 0, one more of
// Wireshark's computing, and the cases that decide about the order of the ends.
const Vector vectors[] = {
    {Transport::tcp, end("128.232.110.120", 34855), end("66.35.250.204", 80),
     "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
    {Transport::udp, end("192.168.1.52", 54585), end("8.8.8.8", 53),
     "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
    {Transport::tcp, end("2001:470:e5bf:dead:4957:2174:e82c:4887", 63943),
     end("2607:f8b0:400c:c03::1a", 25), "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="},
    {Transport::tcp, end("198.18.10.1", 1023), end("198.18.10.10", 513),
     "1:bPUH3YQGCZRK+mrBo6pyPJ/Ay0Q="},
};

TEST(CommunityId, AgreesWithPublishedVectors) {
  CommunityId ids;
  for (const Vector& vector : vectors) {
    EXPECT_EQ(ids.of(vector.transport, vector.source, vector.destination), vector.id);
  }
}

TEST(CommunityId, IsTheSameInBothDirections) {
  CommunityId ids;
  for (const Vector& vector : vectors) {
    EXPECT_EQ(ids.of(vector.transport, vector.destination, vector.source), vector.id);
  }
  // Equal addresses: the ports decide.
  const std::string one(ids.of(Transport::udp, end("127.0.0.1", 700), end("127.0.0.1", 600)));
  EXPECT_EQ(ids.of(Transport::udp, end("127.0.0.1", 600), end("127.0.0.1", 700)), one);
}

TEST(CommunityId, TellsTransportsAndPortsApart) {
  CommunityId ids;
  const std::string tcp(ids.of(Transport::tcp, end("10.0.0.1", 1), end("10.0.0.2", 2)));
  EXPECT_EQ(tcp.size(), 30u);
  EXPECT_NE(ids.of(Transport::udp, end("10.0.0.1", 1), end("10.0.0.2", 2)), tcp);
  EXPECT_NE(ids.of(Transport::tcp, end("10.0.0.1", 2), end("10.0.0.2", 1)), tcp);
  // A mapped address is not the IPv4 address that it holds.
  EXPECT_NE(ids.of(Transport::tcp, end("::ffff:10.0.0.1", 1), end("::ffff:10.0.0.2", 2)), tcp);
}

TEST(CommunityId, HasNoneForTwoAddressFamilies) {
  CommunityId ids;
  EXPECT_EQ(ids.of(Transport::tcp, end("10.0.0.1", 1), end("::1", 2)), "");
}

}  // namespace
}  // namespace oddport
