#include "store/sample_code.h"

#include <gtest/gtest.h>

#include "store/observation_writer.h"
#include "store/sample_reader.h"
#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

TEST(SampleCode, GivesBackTheTurnsOfAStream) {
  const std::vector<Message> said = {{.from = Side::server, .bytes = "hello\n", .wire_length = 6},
                                     {.from = Side::client, .bytes = "get", .wire_length = 3},
                                     {.from = Side::server, .bytes = "so", .wire_length = 9000}};
  const Exchange exchange{.transport = Transport::tcp,
                          .client = "get",
                          .server = "hello\nso",
                          .messages = said,
                          .client_from_start = true,
                          .server_from_start = false,
                          .one_sided = false};
  const SampleCode code = encode_sample(exchange);
  std::vector<Message> messages;
  const Exchange again = decode_sample(code, Transport::tcp, messages);
  EXPECT_EQ(again.client, exchange.client);
  EXPECT_EQ(again.server, exchange.server);
  EXPECT_TRUE(again.client_from_start);
  EXPECT_FALSE(again.server_from_start);
  EXPECT_TRUE(again.server_speaks_first());
  ASSERT_EQ(again.messages.size(), 3u);
  EXPECT_EQ(again.messages[2].bytes, "so");
  EXPECT_EQ(again.messages[2].wire_length, 9000u);
}

TEST(SampleCode, WhateverTheCodeItEnds) {
  SampleCode code;
  code.client = "abc";
  code.turns = std::string(10'000, '\xfe');
  std::vector<Message> messages;
  EXPECT_TRUE(decode_sample(code, Transport::tcp, messages).messages.empty());
  code.turns = std::string(10'000, '\x7e');
  EXPECT_EQ(decode_sample(code, Transport::udp, messages).messages.size(), SampleCode::most_turns);
}

TEST(SampleReader, TellsTheUnknownFromTheNamed) {
  Store store("", Store::Missing::is_created);
  ObservationWriter writer(store);
  Time later = 0;
  for (samples::Flow flow : {samples::ssh(), samples::mystery(), samples::silent()}) {
    flow.observation.first += ++later;
    flow.observation.exchange = {.client = "ab", .server = "cd", .messages = {}};
    writer.add(flow.observation, flow.verdict);
  }
  writer.finish();
  const auto unknown = read_samples(store, Named::no, 100);
  ASSERT_EQ(unknown.size(), 1u);
  EXPECT_EQ(unknown[0].server, samples::mystery().observation.server);
  EXPECT_EQ(unknown[0].code.client, "ab");
  const auto named = read_samples(store, Named::yes, 100);
  ASSERT_EQ(named.size(), 1u);
  EXPECT_EQ(named[0].protocol, "ssh");
  EXPECT_TRUE(read_samples(store, Named::yes, 0).empty());
}

}  // namespace
}  // namespace oddport
