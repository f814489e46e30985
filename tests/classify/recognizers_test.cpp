// Holds every recognizer to the same rules, and runs every example against all recognizers.
#include "classify/recognizers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "classify/port_registry.h"
#include "classify/shortlist.h"
#include "tests/classify/example_exchange.h"

namespace oddport {

void PrintTo(Certainty certainty, std::ostream* out) { *out << to_string(certainty); }

namespace {

Match ask(const Recognizer& recognizer, const Exchange& exchange) {
  if (!contains(recognizer.transports, exchange.transport)) return {};
  return recognizer.recognize(exchange);
}

bool is_positive(const Example& example) { return example.expect >= Certainty::likely; }

std::string_view named_by(const Recognizer& recognizer, const Match& match) {
  return match.protocol.empty() ? recognizer.name : match.protocol;
}

bool may_name(const Recognizer& recognizer, std::string_view protocol) {
  return protocol == recognizer.name ||
         std::ranges::find(recognizer.also, protocol) != recognizer.also.end();
}

std::vector<std::string_view> who_confirms(const Exchange& exchange) {
  std::vector<std::string_view> names;
  for (const Recognizer* recognizer : all_recognizers())
    if (ask(*recognizer, exchange).certainty == Certainty::confirmed)
      names.push_back(recognizer->name);
  return names;
}

// Fails where anybody but the owner is sure of it.
void expect_no_stranger(const Recognizer& owner, const Exchange& exchange, std::string_view about) {
  for (const std::string_view name : who_confirms(exchange)) EXPECT_EQ(name, owner.name) << about;
}

class EachRecognizer : public testing::TestWithParam<const Recognizer*> {
 protected:
  const Recognizer& recognizer() const { return *GetParam(); }
};

TEST_P(EachRecognizer, SaysWhatItIs) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  EXPECT_FALSE(recognizer().name.empty());
  EXPECT_TRUE(std::ranges::all_of(recognizer().name, belongs));
  for (const std::string_view name : recognizer().also)
    EXPECT_TRUE(!name.empty() && std::ranges::all_of(name, belongs)) << name;
  EXPECT_FALSE(recognizer().title.empty());
  EXPECT_FALSE(recognizer().reference.empty());
  EXPECT_NE(recognizer().judge, nullptr);
}

TEST_P(EachRecognizer, BringsExamplesOfBothKinds) {
  const auto positive = std::ranges::count_if(recognizer().examples, is_positive);
  EXPECT_GE(positive, 2);
  EXPECT_GE(std::ssize(recognizer().examples) - positive, 2);
}

TEST_P(EachRecognizer, HasHomesThatItWasAssigned) {
  for (const Home& home : recognizer().homes) {
    EXPECT_TRUE(contains(recognizer().transports, home.transport)) << home.port;
    EXPECT_FALSE(home.service.empty()) << home.port;
    if (home.port < 500 || home.port > 1023) continue;
    EXPECT_TRUE(is_assigned(home.port, home.transport, home.service) ||
                was_assigned(home.port, home.transport, home.service))
        << home.service << " on " << home.port << '/' << to_string(home.transport);
  }
}

TEST_P(EachRecognizer, AsksWhatItSays) {
  if (!recognizer().hello.bytes.empty()) {
    EXPECT_FALSE(recognizer().hello.about.empty());
  }
}

TEST_P(EachRecognizer, AnswersItsExamplesAsPromised) {
  for (const Example& example : recognizer().examples) {
    SCOPED_TRACE(std::string{example.about});
    std::array<Message, 2> messages;
    const Exchange exchange = exchange_of(recognizer(), example, messages);
    const Match match = ask(recognizer(), exchange);
    if (!is_positive(example)) {
      EXPECT_LE(match.certainty, Certainty::hint) << match.says.text();
      continue;
    }
    EXPECT_EQ(match.certainty, example.expect) << match.says.text();
    const std::string_view expected =
        example.protocol.empty() ? recognizer().name : example.protocol;
    EXPECT_EQ(named_by(recognizer(), match), expected);
    EXPECT_FALSE(match.says.empty());
  }
}

// An answer that the shortlist keeps from being given would never be seen.
TEST_P(EachRecognizer, IsAskedWhereverItHasAnAnswer) {
  const Shortlist shortlist{all_recognizers()};
  for (const Recognizer* owner : all_recognizers()) {
    for (const Example& example : owner->examples) {
      std::array<Message, 2> messages;
      const Exchange exchange = exchange_of(*owner, example, messages);
      if (ask(recognizer(), exchange)) {
        EXPECT_TRUE(shortlist.contains(exchange, recognizer())) << example.about;
      }
    }
  }
}

TEST_P(EachRecognizer, AloneConfirmsItsExamples) {
  for (const Example& example : recognizer().examples) {
    std::array<Message, 2> messages;
    const Exchange exchange = exchange_of(recognizer(), example, messages);
    if (is_positive(example)) expect_no_stranger(recognizer(), exchange, example.about);
    // A counter-example may well be a neighbor's own, but not that of two.
    EXPECT_LE(who_confirms(exchange).size(), 1u) << example.about;
  }
}

// A service that returns whatever it gets speaks none of the protocols that it returns.
TEST_P(EachRecognizer, IsNotFooledByAnEcho) {
  for (const Example& example : recognizer().examples) {
    if (!is_positive(example) || example.client.empty()) continue;
    Example echo = example;
    echo.server = example.client;
    echo.first = Side::client;
    std::array<Message, 2> messages;
    const Match match = ask(recognizer(), exchange_of(recognizer(), echo, messages));
    EXPECT_LE(match.certainty, Certainty::likely) << example.about << ": " << match.says.text();
  }
}

// The question of a prober must be one that the recognizer itself knows for its protocol.
TEST_P(EachRecognizer, KnowsItsOwnQuestion) {
  for (const Transport transport : {Transport::tcp, Transport::udp}) {
    const Question& hello = recognizer().hello;
    const bool framed = transport == Transport::tcp && !hello.over_tcp.empty();
    const Bytes bytes = framed ? hello.over_tcp : hello.bytes;
    if (bytes.empty() || !contains(recognizer().transports, transport)) continue;
    std::array<Message, 2> messages;
    const Example asked{.about = "its question", .client = bytes, .transport = transport};
    const Exchange exchange = exchange_of(recognizer(), asked, messages);
    expect_no_stranger(recognizer(), exchange, hello.about);
  }
}

// As much of the example as `limit` bytes a side hold; the wire had no more, or the capture cut it
// there.
void expect_no_stranger_in_prefix(const Recognizer& owner, const Example& example,
                                  std::size_t limit, bool cut_by_capture) {
  Example shorter = example;
  shorter.client = example.client.substr(0, limit);
  shorter.server = example.server.substr(0, limit);
  std::array<Message, 2> messages;
  const Exchange exchange = exchange_of(owner, shorter, messages);
  if (cut_by_capture)
    for (Message& message : messages)
      message.wire_length = (message.from == Side::client ? example.client : example.server).size();
  expect_no_stranger(owner, exchange, example.about);
}

// What is only likely leaves room for another, and so does its beginning.
TEST_P(EachRecognizer, LosesNoPrefixToAnother) {
  for (const Example& example : recognizer().examples) {
    if (example.expect != Certainty::confirmed) continue;
    const std::size_t longest = std::max(example.client.size(), example.server.size());
    for (std::size_t limit = 0; limit < longest && !HasFailure(); ++limit) {
      expect_no_stranger_in_prefix(recognizer(), example, limit, false);
      expect_no_stranger_in_prefix(recognizer(), example, limit, true);
    }
  }
}

// Protocols that one bit does tell apart: rsh and rexec by the port for errors that the client
// names, RIP and RIPng by the address family in an entry, DNS and LLMNR by the flag for recursion, FTP and
// HylaFAX by the name in the greeting.
bool are_one_bit_apart(std::string_view a, std::string_view b) {
  using Pair = std::pair<std::string_view, std::string_view>;
  constexpr auto twins = std::to_array<Pair>(
      {{"dns", "llmnr"}, {"ftp", "hylafax"}, {"rexec", "rsh"}, {"rip", "ripng"}});
  const Pair pair = a < b ? Pair{a, b} : Pair{b, a};
  return std::ranges::find(twins, pair) != twins.end();
}

void expect_no_stranger_after_flip(const Recognizer& owner, const Example& example,
                                   bool of_client) {
  std::string bytes{of_client ? example.client : example.server};
  const std::size_t end = std::min<std::size_t>(bytes.size(), 32) * 8;
  for (std::size_t bit = 0; bit < end; ++bit) {
    const auto mask = static_cast<char>(1u << (bit % 8));
    bytes[bit / 8] ^= mask;
    Example flipped = example;
    (of_client ? flipped.client : flipped.server) = bytes;
    std::array<Message, 2> messages;
    for (const std::string_view name : who_confirms(exchange_of(owner, flipped, messages)))
      EXPECT_TRUE(name == owner.name || are_one_bit_apart(name, owner.name))
          << name << " takes " << example.about << " for its own, bit " << bit;
    bytes[bit / 8] ^= mask;
  }
}

TEST_P(EachRecognizer, LosesNothingToAnotherByOneBit) {
  for (const Example& example : recognizer().examples) {
    if (example.expect != Certainty::confirmed) continue;
    expect_no_stranger_after_flip(recognizer(), example, true);
    expect_no_stranger_after_flip(recognizer(), example, false);
  }
}

std::string name_of_test(const testing::TestParamInfo<const Recognizer*>& info) {
  std::string name{info.param->name};
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Recognizers, EachRecognizer, testing::ValuesIn(all_recognizers()),
                         name_of_test);

TEST(Recognizers, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Recognizer* recognizer : all_recognizers()) {
    EXPECT_TRUE(names.insert(recognizer->name).second) << recognizer->name;
    for (const std::string_view name : recognizer->also) {
      EXPECT_TRUE(names.insert(name).second) << name;
      EXPECT_EQ(find_recognizer(name), recognizer);
    }
    EXPECT_EQ(find_recognizer(recognizer->name), recognizer);
  }
  EXPECT_EQ(find_recognizer("no-such-protocol"), nullptr);
}

TEST(Recognizers, AreSilentAboutSilence) {
  for (const Transport transport : {Transport::tcp, Transport::udp}) {
    Exchange silence;
    silence.transport = transport;
    for (const Recognizer* recognizer : all_recognizers())
      EXPECT_FALSE(ask(*recognizer, silence)) << recognizer->name;
  }
}

// Sizes are uneven on purpose: many short payloads, some long ones.
class Noise {
 public:
  std::string payload() {
    std::string bytes(random_() % (1u << (random_() % 11)), '\0');
    for (char& c : bytes) c = static_cast<char>(random_());
    return bytes;
  }
  bool coin() { return random_() % 2 == 0; }

 private:
  std::mt19937 random_{20240229};
};

// noise_test.cpp asks by the shortlist, as everybody does; here all are asked.
TEST(Recognizers, AreAskedAboutNoiseWhereverTheyHaveAnAnswer) {
  constexpr int payloads = 20'000;
  const Shortlist shortlist{all_recognizers()};
  Noise noise;
  for (int n = 0; n < payloads; ++n) {
    const std::string one = noise.payload();
    const std::string two = noise.coin() ? noise.payload() : std::string{};
    const Example example{.about = "noise",
                          .client = one,
                          .server = two,
                          .first = noise.coin() ? Side::client : Side::server,
                          .transport = noise.coin() ? Transport::tcp : Transport::udp};
    std::array<Message, 2> messages;
    Exchange exchange = exchange_of(*all_recognizers().front(), example, messages);
    exchange.client_from_start = exchange.transport == Transport::udp || noise.coin();
    exchange.server_from_start = exchange.transport == Transport::udp || noise.coin();
    for (const Recognizer* recognizer : all_recognizers()) {
      const Match match = ask(*recognizer, exchange);
      if (!match) continue;
      EXPECT_TRUE(shortlist.contains(exchange, *recognizer)) << recognizer->name;
      EXPECT_TRUE(may_name(*recognizer, named_by(*recognizer, match)));
    }
  }
}

// One side of a conversation as an imperfect capture has it.
struct Fragment {
  std::string_view protocol;
  Transport transport = Transport::tcp;
  Side side = Side::client;
  Bytes bytes;
  std::size_t beyond = 0;  // bytes on the wire that the capture cut off
  Certainty expect = Certainty::likely;
};

Match ask_about(const Fragment& fragment, bool from_start) {
  const std::array<Message, 1> messages{
      Message{.from = fragment.side,
              .bytes = fragment.bytes,
              .wire_length = fragment.bytes.size() + fragment.beyond}};
  Exchange exchange;
  exchange.transport = fragment.transport;
  exchange.messages = messages;
  exchange.one_sided = true;
  exchange.client_from_start = exchange.server_from_start = from_start;
  (fragment.side == Side::client ? exchange.client : exchange.server) = fragment.bytes;
  const Recognizer* recognizer = find_recognizer(fragment.protocol);
  return recognizer == nullptr ? Match{} : ask(*recognizer, exchange);
}

// TCP streams whose beginning was missed; from the start the same bytes would be no such protocol.
constexpr auto joined_late = std::to_array<Fragment>({
    {.protocol = "tls",
     .side = Side::server,
     .bytes = "\x17\x03\x03\0\x05hello\x17\x03\x03\0\x06second\x17\x03\x03\x40\0half of"_b},
    {.protocol = "tls", .bytes = "\x17\x03\x03\0\x08the only"_b},
    {.protocol = "ssh",
     .bytes = "\0\0\0\x54\x04\x14 the cookie here\0\0\0\4kex1\0\0\0\4host\0\0\0\3aes\0\0\0\3aes"
              "\0\0\0\3mac\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0pad!"_b,
     .expect = Certainty::confirmed},
    {.protocol = "nfs",
     .bytes = "the end of a write\x80\0\0\x28\x67\xde\x01\x7b\0\0\0\0\0\0\0\x02\0\x01\x86\xa3"
              "\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"_b,
     .expect = Certainty::confirmed},
    {.protocol = "bgp",
     .bytes = "the end of an update"
              "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x13\x04"_b},
});

TEST(Recognizers, KnowStreamsJoinedLate) {
  for (const Fragment& fragment : joined_late) {
    EXPECT_EQ(ask_about(fragment, false).certainty, fragment.expect) << fragment.protocol;
    EXPECT_LE(ask_about(fragment, true).certainty, Certainty::hint) << fragment.protocol;
  }
}

// Datagrams that were longer on the wire than in the file; as whole datagrams they would contradict
// themselves.
constexpr auto cut_short = std::to_array<Fragment>({
    {.protocol = "isakmp",
     .transport = Transport::udp,
     .bytes = "cookie-I\0\0\0\0\0\0\0\0\x21\x20\x22\x08\0\0\0\0\0\0\x01\x28\x22\0\0\x30\0\0"_b,
     .beyond = 0x128 - 34,
     .expect = Certainty::confirmed},
    {.protocol = "dhcpv6",
     .transport = Transport::udp,
     .bytes =
         "\x01\x9c\xb4\x27\0\x08\0\x02\0\0\0\x01\0\x0a\0\x03\0\x01\0\x50\x56\0\0\x01\0\x03\0\x0c"_b,
     .beyond = 40,
     .expect = Certainty::confirmed},
    {.protocol = "dns",
     .transport = Transport::udp,
     .side = Side::server,
     .bytes = "\x12\x34\x85\x80\0\x01\0\x02\0\0\0\0\x03www\0\0\x01\0\x01\xc0\x0c\0\x01"_b,
     .beyond = 30,
     .expect = Certainty::confirmed},
    {.protocol = "ipmi",
     .transport = Transport::udp,
     .bytes = "\x06\0\xff\x07\0\0\0\0\0\0\0\0\0\x09\x20\x18\xc8\x81\0\x38"_b,
     .beyond = 3,
     .expect = Certainty::likely},
    {.protocol = "mount",
     .transport = Transport::udp,
     .bytes = "\x78\x17\xfb\x85\0\0\0\0\0\0\0\x02\0\x01\x86\xa5\0\0\0\x03\0\0\0\x01"_b,
     .beyond = 56,
     .expect = Certainty::likely},
    {.protocol = "wireguard",
     .transport = Transport::udp,
     .bytes =
         "\x01\0\0\0\xe1\xda\xac\x4c\xa0\x44\x33\x70\xbe\0\x69\x71\xc3\xbc\xca\x6a\x13\x1f\xb7\x05"_b,
     .beyond = 124,
     .expect = Certainty::likely},
    {.protocol = "dcerpc",
     .transport = Transport::udp,
     .bytes = "\x04\0\x28\0\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
              "\xf9\x91\x7b\x5a\0\xff\xd0\x11\xa9\xb2\0\xc0\x4f\xb6\xe6\xfc"
              "\x2d\xbf\x6c\x3c\x11\x24\xd1\x4a\x8e\x53\x5c\x06\x7f\x10\x33\x9a"
              "\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\x40\0\0\0\0\0"_b,
     .beyond = 64,
     .expect = Certainty::confirmed},
});

TEST(Recognizers, KnowDatagramsCutShort) {
  for (Fragment fragment : cut_short) {
    EXPECT_EQ(ask_about(fragment, true).certainty, fragment.expect) << fragment.protocol;
    fragment.beyond = 0;
    EXPECT_LE(ask_about(fragment, true).certainty, Certainty::hint) << fragment.protocol;
  }
}

}  // namespace

}  // namespace oddport
