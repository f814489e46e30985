// Conversations that an imperfect capture shows only in part, for the recognizers that weigh one side against the other.
#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "classify/recognizers.h"

namespace oddport {

namespace {

// One side, or both, of a TCP connection as captured: from its middle, or with its first segments cut.
struct Fragment {
  std::string_view protocol;
  Bytes client = {};
  Bytes server = {};
  std::size_t beyond = 0;  // bytes that the capture cut off each side
  bool from_start = false;
  Certainty expect = Certainty::confirmed;
};

Certainty ask_about(const Fragment& fragment) {
  std::array<Message, 2> messages;
  std::size_t count = 0;
  if (!fragment.client.empty())
    messages[count++] = {.from = Side::client,
                         .bytes = fragment.client,
                         .wire_length = fragment.client.size() + fragment.beyond};
  if (!fragment.server.empty())
    messages[count++] = {.from = Side::server,
                         .bytes = fragment.server,
                         .wire_length = fragment.server.size() + fragment.beyond};
  const Exchange exchange{.transport = Transport::tcp,
                          .client = fragment.client,
                          .server = fragment.server,
                          .messages = {messages.data(), count},
                          .client_from_start = fragment.from_start,
                          .server_from_start = fragment.from_start,
                          .one_sided = count < 2};
  const Recognizer* const recognizer = find_recognizer(fragment.protocol);
  return recognizer == nullptr ? Certainty::none : recognizer->recognize(exchange).certainty;
}

constexpr auto joined_late = std::to_array<Fragment>({
    {.protocol = "mqtt", .client = "\x82\x0a\0\1\0\5lab/#\0"_b, .server = "\x90\3\0\1\0"_b},
    {.protocol = "mqtt", .client = "\xc0\0"_b, .server = "\xd0\0"_b, .expect = Certainty::likely},
    {.protocol = "mysql",
     .client = "\x11\0\0\0\3select version()"_b,
     .server = "\1\0\0\1\1\x20\0\0\2\3def\0\0\0\x09version()"_b},
    {.protocol = "postgresql",
     .client = "Q\0\0\0\x0eselect 1;\0"_b,
     .server = "C\0\0\0\x0dSELECT 1\0Z\0\0\0\5I"_b},
    {.protocol = "nats", .server = "MSG lab 1 5\r\nhello\r\n"},
    {.protocol = "svn", .client = "( get-latest-rev ( ) ) ", .server = "( success ( ( ) 0: ) ) "},
    {.protocol = "git",
     .client = "0014command=ls-refs\n0015agent=git/2.39.500010009peel\n000csymrefs\n0000"},
    {.protocol = "bittorrent",
     .client = "\0\0\0\1\2\0\0\0\x0d\6\0\0\0\1\0\0\x40\0\0\0\x40\0"_b,
     .server = "\0\0\0\1\1\0\0\x40\x09\7\0\0\0\1\0\0\x40\0block"_b},
    {.protocol = "cassandra",
     .client = "\4\0\0\1\7\0\0\0\x1d\0\0\0\x16select * from system.l\0\1\0"_b},
    {.protocol = "amqp", .client = "\x08\0\0\0\0\0\0\xce\x01\0\1\0\0\0\5\0\x3c\0\x50\0\xce"_b},
    {.protocol = "zmtp", .client = "\4\x26\5READY\x0bSocket-Type\0\0\0\3REQ"_b},
    {.protocol = "jdwp",
     .client = "\0\0\0\x0b\0\0\0\1\0\1\1\0\0\0\x0b\0\0\0\2\0\1\7"_b,
     .expect = Certainty::likely},
});

TEST(PartialCapture, KnowStreamsJoinedLate) {
  for (Fragment fragment : joined_late) {
    EXPECT_EQ(ask_about(fragment), fragment.expect) << fragment.protocol;
    fragment.from_start = true;
    EXPECT_LE(ask_about(fragment), Certainty::hint) << fragment.protocol;
  }
}

// As a capture of the first 68 to 96 bytes of each packet has them.
constexpr auto cut_short = std::to_array<Fragment>({
    {.protocol = "mysql",
     .server = "\x64\0\0\0\x0a"
               "5.5.5-10.11.19-Mari"_b,
     .beyond = 80,
     .from_start = true,
     .expect = Certainty::likely},
    {.protocol = "mongodb",
     .client = "\x3a\0\0\0\1\0\0\0\0\0\0\0\xd4\7\0\0\0\0\0\0admin"_b,
     .beyond = 33,
     .from_start = true,
     .expect = Certainty::likely},
    {.protocol = "tds",
     .client = "\x12\1\0\x2f\0\0\1\0\0\0\x1a\0\6\1\0\x20\0\1\2\0"_b,
     .beyond = 27,
     .from_start = true},
    {.protocol = "zookeeper",
     .client = "\0\0\0\x2d\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x75\x30\0\0\0\0"_b,
     .beyond = 25,
     .from_start = true,
     .expect = Certainty::likely},
    {.protocol = "postgresql",
     .client = "\0\0\0\x08\x04\xd2\x16\x2f"_b,
     .server = "NR\0\0\0\x17\0\0\0\x0aSCRAM-SHA"_b,
     .beyond = 5,
     .from_start = true},
});

TEST(PartialCapture, KnowStreamsCutShort) {
  for (const Fragment& fragment : cut_short)
    EXPECT_EQ(ask_about(fragment), fragment.expect) << fragment.protocol;
}

}  // namespace

}  // namespace oddport
