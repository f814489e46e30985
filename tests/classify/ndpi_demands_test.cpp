// Holds what nDPI is spared of against what it would have said: nothing.
#include "classify/ndpi_demands.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "classify/ndpi_opinion.h"
#include "classify/recognizers.h"
#include "tests/classify/example_exchange.h"
#include "tests/classify/ndpi_talks.h"

namespace oddport {
namespace {

class NdpiDemands : public testing::Test {
 protected:
  void SetUp() override {
    if (always_ == nullptr) GTEST_SKIP() << "built without nDPI";
  }

  // Whether nDPI names it; no matter by which name, it must have been let through.
  bool is_named(const Exchange& exchange) {
    const Recognizer* named = always_->ask(exchange);
    EXPECT_EQ(usually_->ask(exchange), named) << (named == nullptr ? "nothing" : named->name);
    return named != nullptr;
  }

  std::unique_ptr<SecondOpinion> always_ = make_ndpi_opinion(AskNdpi::always);
  std::unique_ptr<SecondOpinion> usually_ = make_ndpi_opinion();
};

// What was said, in bytes of its own that may be damaged.
class Damageable {
 public:
  explicit Damageable(const Exchange& exchange) : transport_(exchange.transport) {
    for (const Message& message : exchange.messages)
      said_.push_back({message.from, std::string(message.bytes)});
  }

  void damage(std::mt19937& random, const std::vector<Damageable>& others) {
    auto& [from, bytes] = said_[random() % said_.size()];
    switch (random() % 8) {
      case 0:
        bytes.resize(random() % (bytes.size() + 1));
        break;
      case 1:  // to a length that some dissector wants
        bytes.resize(lengths[random() % lengths.size()], static_cast<char>(random() % 3));
        break;
      case 2:
        bytes.insert(std::min<std::size_t>(random() % 5, bytes.size()), random() % 5,
                     static_cast<char>(random()));
        break;
      case 3:
        from = other(from);
        break;
      case 4:
        transport_ = transport_ == Transport::tcp ? Transport::udp : Transport::tcp;
        break;
      case 5: {  // the beginning of another
        const Damageable& giver = others[random() % others.size()];
        const std::string& given = giver.said_[random() % giver.said_.size()].second;
        const std::size_t at = random() % 2 == 0 ? 0 : std::min<std::size_t>(4, bytes.size());
        bytes.replace(at, std::min(given.size(), bytes.size() - at), given);
        break;
      }
      default:
        if (!bytes.empty())
          bytes[random() % std::min<std::size_t>(bytes.size(), 48)] = static_cast<char>(random());
    }
    if (bytes.empty()) bytes = "x";
  }

  void say_also(const Damageable& more) {
    said_.insert(said_.end(), more.said_.begin(), more.said_.end());
  }

  // Refers to these bytes.
  Talk talk() const {
    Talk talk{transport_, {}};
    for (const auto& [from, bytes] : said_) talk.messages.push_back(said(from, bytes));
    return talk;
  }

 private:
  static constexpr std::array<std::size_t, 24> lengths{
      1, 2, 5, 9, 10, 11, 12, 16, 20, 21, 22, 23, 25, 32, 33, 34, 35, 37, 50, 64, 73, 75, 80, 96};

  Transport transport_;
  std::vector<std::pair<Side, std::string>> said_;
};

TEST_F(NdpiDemands, AreFulfilledByWhatEachDissectorNames) {
  std::set<std::string_view> names;
  for (const Case& one : one_of_each()) {
    const Exchange exchange = one.talk.exchange();
    const Recognizer* named = always_->ask(exchange);
    EXPECT_EQ(named == nullptr ? "nothing" : named->name, one.protocol);
    EXPECT_TRUE(ndpi_may_know(exchange)) << one.protocol;
    names.insert(one.protocol);
  }
  EXPECT_EQ(names.size(), 39U) << "a dissector that is believed has no talk here";
}

TEST_F(NdpiDemands, SpareNothingThatWouldBeNamed) {
  std::vector<Damageable> sources;
  for (const Case& one : one_of_each()) sources.emplace_back(one.talk.exchange());
  std::mt19937 random{20240229};
  int named = 0;
  for (int n = 0; n < 150'000; ++n) {
    Damageable one = sources[static_cast<std::size_t>(n) % sources.size()];
    if (random() % 8 == 0) one.say_also(sources[random() % sources.size()]);
    for (unsigned damages = random() % 4; damages > 0; --damages) one.damage(random, sources);
    if (is_named(one.talk().exchange())) ++named;
  }
  EXPECT_GT(named, 40'000);
}

TEST_F(NdpiDemands, SpareNothingOfTheExamplesThatWouldBeNamed) {
  std::vector<Damageable> sources;
  for (const Recognizer* owner : all_recognizers())
    for (const Example& example : owner->examples) {
      std::array<Message, 2> messages;
      const Exchange exchange = exchange_of(*owner, example, messages);
      is_named(exchange);
      if (!exchange.messages.empty()) sources.emplace_back(exchange);
    }
  std::mt19937 random{20240229};
  int named = 0;
  for (int round = 0; round < 20; ++round)
    for (Damageable one : sources) {
      one.damage(random, sources);
      if (is_named(one.talk().exchange())) ++named;
    }
  EXPECT_GT(named, 1'000);
}

TEST_F(NdpiDemands, AreSeldomFulfilledByChance) {
  constexpr int payloads = 100'000;
  std::mt19937 random{20240229};
  int asked = 0;
  for (int n = 0; n < payloads; ++n) {
    std::string bytes(1 + random() % 200, '\0');
    for (char& c : bytes)
      c = static_cast<char>(n % 3 == 0   ? random()
                            : n % 3 == 1 ? random() % 4
                                         : ' ' + random() % 95);
    const Transport transport = random() % 2 == 0 ? Transport::tcp : Transport::udp;
    if (ndpi_may_know(request(transport, bytes).exchange())) ++asked;
  }
  EXPECT_LE(asked, payloads / 1'000);
}

TEST_F(NdpiDemands, AreNotFulfilledByAHeaderOfSmallNumbersBeforeText) {
  const Bytes bytes = "\x01\x02\x03\x04 temperature=21.5 humidity=40"_b;
  for (const Transport transport : {Transport::tcp, Transport::udp})
    EXPECT_FALSE(ndpi_may_know(request(transport, bytes).exchange()));
}

// The packets that the demands see and those that nDPI is shown: four at most, of 1400 bytes, and no datagram that was cut.
TEST(NdpiPackets, AreTheFirstOfTheExchange) {
  const std::string longer(3000, 'x');
  const Talk stream{Transport::tcp, {said(Side::client, longer), said(Side::server, longer)}};
  std::vector<std::size_t> sizes;
  for (const ShownPacket& packet : ShownPackets(stream.exchange()))
    sizes.push_back(packet.payload.size());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1400, 1400, 200, 1400}));

  const Talk datagrams{Transport::udp,
                       {said(Side::client, longer),
                        {Side::client, "cut", 4},
                        said(Side::client, {}),
                        said(Side::client, "asked"),
                        said(Side::server, "told")}};
  const ShownPackets shown(datagrams.exchange());
  ASSERT_EQ(shown.end() - shown.begin(), 2);
  EXPECT_EQ(shown.begin()->payload, "asked");
  EXPECT_FALSE(shown.begin()->turned);
  EXPECT_EQ(shown.begin()[1].before, "asked");
  EXPECT_TRUE(shown.begin()[1].turned);
}

}  // namespace
}  // namespace oddport
