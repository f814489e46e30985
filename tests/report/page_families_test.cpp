#include "report/page_families.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/triage/sample_flows.h"

namespace oddport {
namespace {

// A lead, a length, then bytes that differ from one conversation to the next.
std::string framed(const std::string& lead, int number) {
  std::string text = lead + std::string("\x00\x10", 2);
  for (int i = 0; i < 16; ++i) text += static_cast<char>((number * 37 + i * 11) % 251);
  return text;
}

Exchange tcp(const std::string& client, const std::string& server, std::vector<Message>& messages) {
  messages = {{.from = Side::client, .bytes = client, .wire_length = client.size()},
              {.from = Side::server, .bytes = server, .wire_length = server.size()}};
  return {.transport = Transport::tcp, .client = client, .server = server, .messages = messages};
}

TEST(KeptExchange, GivesBackWhatWasSaidAndBySides) {
  const std::string client = "who are you", server(5000, 's');
  std::vector<Message> messages;
  const KeptExchange kept(tcp(client, server, messages));
  std::vector<Message> again;
  const Exchange exchange = kept.view(again);
  EXPECT_EQ(exchange.client, client);
  EXPECT_EQ(exchange.server, server.substr(0, KeptExchange::most_bytes));
  ASSERT_EQ(exchange.messages.size(), 2u);
  EXPECT_EQ(exchange.messages[0].bytes, client);
  EXPECT_EQ(exchange.messages[1].from, Side::server);
  EXPECT_EQ(exchange.messages[1].wire_length, 5000u);
  EXPECT_EQ(exchange.messages[1].bytes.size(), KeptExchange::most_bytes);
}

TEST(KeptExchange, KeepsTheFirstDatagramOfEitherSide) {
  const std::string one = "first", two = "second";
  const std::vector<Message> messages = {{.from = Side::client, .bytes = one, .wire_length = 5},
                                         {.from = Side::client, .bytes = two, .wire_length = 6}};
  const KeptExchange kept(
      {.transport = Transport::udp, .client = one, .server = {}, .messages = messages});
  std::vector<Message> again;
  const Exchange exchange = kept.view(again);
  ASSERT_EQ(exchange.messages.size(), 2u);
  EXPECT_EQ(exchange.messages[0].bytes, "first");
  EXPECT_EQ(exchange.messages[1].bytes, "");
  EXPECT_EQ(exchange.messages[1].wire_length, 6u);
}

TEST(PageFamilies, FindsWhatIsBuiltAlikeAndTellsWhatItShares) {
  PageFamilies families;
  std::vector<Message> messages;
  for (int i = 0; i < 12; ++i)
    families.add(samples::end("198.18.0." + std::to_string(i + 1), 724), Transport::tcp,
                 KeptExchange(tcp(framed("ZQPR", i), framed("OKAY", i), messages)));
  families.add(samples::end("198.18.0.99", 999), Transport::udp,
               KeptExchange({.transport = Transport::udp,
                             .client = "something else entirely",
                             .server = {},
                             .messages = {}}));
  const std::vector<PageFamily> told = families.take();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].conversations, 12u);
  EXPECT_EQ(told[0].endpoints.size(), 8u);
  EXPECT_EQ(told[0].more_endpoints, 4u);
  EXPECT_TRUE(told[0].client_pattern.starts_with("5a 51 50 52 00 10")) << told[0].client_pattern;
  EXPECT_TRUE(told[0].client_bytes.starts_with("ZQPR"));
}

TEST(PageFamilies, KeepsSoManyOfAnEndpointAndNoMore) {
  PageFamilies families;
  std::vector<Message> messages;
  for (int i = 0; i < 1000; ++i)
    families.add(samples::end("198.18.0.1", 724), Transport::tcp,
                 KeptExchange(tcp(framed("ZQPR", i), "", messages)));
  const auto told = families.take();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].conversations, PageFamilies::most_of_endpoint);
}

}  // namespace
}  // namespace oddport
