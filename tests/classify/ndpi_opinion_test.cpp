// Holds nDPI's word to what the house asks of any: right about what it names, deaf to noise, the same whenever it is asked.
#include "classify/ndpi_opinion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "classify/port_registry.h"
#include "classify/recognition.h"
#include "classify/recognizers.h"
#include "tests/classify/example_exchange.h"
#include "tests/classify/ndpi_talks.h"

namespace oddport {
namespace {

class NdpiOpinion : public testing::Test {
 protected:
  void SetUp() override {
    if (opinion_ == nullptr) GTEST_SKIP() << "built without nDPI";
  }

  std::string_view name_of(const Exchange& exchange) {
    const Recognizer* named = opinion_->ask(exchange);
    return named == nullptr ? std::string_view{} : named->name;
  }

  std::unique_ptr<SecondOpinion> opinion_ = make_ndpi_opinion();
};

TEST_F(NdpiOpinion, NamesTheLongTail) {
  for (const Case& one : long_tail()) {
    const Exchange exchange = one.talk.exchange();
    EXPECT_EQ(name_of(exchange), one.protocol);
    EXPECT_FALSE(recognize(exchange, 0).named()) << one.protocol << " has a recognizer by now";
  }
}

TEST_F(NdpiOpinion, TellsOfProtocolsInTheTermsOfRecognizers) {
  std::set<std::string_view> names;
  for (const Recognizer& protocol : ndpi_protocols()) {
    EXPECT_TRUE(names.insert(protocol.name).second) << protocol.name;
    EXPECT_EQ(find_recognizer(protocol.name), nullptr) << protocol.name;
    EXPECT_FALSE(protocol.title.empty());
    EXPECT_EQ(protocol.judge, nullptr);
    for (const Home& home : protocol.homes)
      EXPECT_TRUE(is_assigned(home.port, home.transport, home.service)) << home.service;
  }
  EXPECT_TRUE(std::ranges::is_sorted(ndpi_protocols(), {}, &Recognizer::name));
  for (const Case& one : long_tail()) EXPECT_TRUE(names.contains(one.protocol)) << one.protocol;
}

TEST_F(NdpiOpinion, SaysNothingAboutSilence) {
  for (const Transport transport : {Transport::tcp, Transport::udp})
    EXPECT_EQ(name_of(Talk{transport, {}}.exchange()), "");
}

// nDPI remembers other flows for some protocols; none of them may be among those that are believed.
TEST_F(NdpiOpinion, DoesNotDependOnWhatItWasAskedBefore) {
  const auto cases = long_tail();
  for (const Case& one : cases)
    for (const Case& before : cases) {
      name_of(before.talk.exchange());
      EXPECT_EQ(name_of(one.talk.exchange()), one.protocol) << "after " << before.protocol;
    }
}

// Sorts of noise: any bytes; many small ones, with lengths that fit; text.
std::string noise(std::mt19937& random, unsigned sort) {
  std::string bytes(1 + random() % (1u << (random() % 11)), '\0');
  for (char& c : bytes) {
    c = static_cast<char>(random());
    if (sort == 1 && random() % 2 == 0) c = static_cast<char>(c & 3);
    if (sort == 2) c = static_cast<char>(' ' + static_cast<unsigned char>(c) % 95);
  }
  const std::size_t at = random() % 4;
  if (sort == 1 && bytes.size() > at + 1) {
    bytes[at] = static_cast<char>(bytes.size() >> 8);
    bytes[at + 1] = static_cast<char>(bytes.size());
  }
  if (sort == 2 && random() % 2 == 0) bytes += "\r\n";
  return bytes;
}

TEST_F(NdpiOpinion, IsNotFooledByNoise) {
  constexpr int exchanges = 150'000;
  std::mt19937 random{20240229};
  int named = 0;
  for (int n = 0; n < exchanges; ++n) {
    std::array<std::string, 6> payloads;
    Talk talk{random() % 2 == 0 ? Transport::tcp : Transport::udp, {}};
    const std::size_t count = 1 + random() % payloads.size();
    for (std::size_t k = 0; k < count; ++k) {
      payloads[k] = noise(random, static_cast<unsigned>(n) % 3);
      talk.messages.push_back(said(random() % 2 == 0 ? Side::client : Side::server, payloads[k]));
    }
    if (!name_of(talk.exchange()).empty()) ++named;
  }
  EXPECT_LE(named, exchanges / 10'000);
}

// Where a recognizer's own example is damaged so far that it names nothing, nDPI may still know it: as that protocol.
class Damaged {
 public:
  Damaged(SecondOpinion& opinion, const Recognizer& owner) : opinion_(opinion), owner_(owner) {}

  void ask(const Example& example) {
    std::array<Message, 2> messages;
    const Exchange exchange = exchange_of(owner_, example, messages);
    if (exchange.empty() || recognize(exchange, 0).named()) return;
    const Recognizer* named = opinion_.ask(exchange);
    if (named == nullptr) return;
    const std::string_view protocol = example.protocol.empty() ? owner_.name : example.protocol;
    ++(named == &owner_ || named->name == protocol ? right : wrong);
  }

  // One side missing; the beginning missing; the end missing; a byte changed.
  void ask_all(const Example& example, std::mt19937& random) {
    Example other = example;
    other.client = {};
    ask(other);
    other = example;
    other.server = {};
    ask(other);
    for (std::size_t n = 1; n < 40; n += 3) {
      other = example;
      other.client.remove_prefix(std::min(n, other.client.size()));
      other.server.remove_prefix(std::min(n, other.server.size()));
      ask(other);
      other = example;
      other.client = example.client.substr(0, n);
      other.server = example.server.substr(0, n);
      ask(other);
    }
    for (int n = 0; n < 40; ++n) {
      std::string client{example.client};
      std::string server{example.server};
      for (std::string* bytes : {&client, &server})
        if (!bytes->empty())
          (*bytes)[random() % std::min<std::size_t>(bytes->size(), 48)] =
              static_cast<char>(random());
      other.client = client;
      other.server = server;
      ask(other);
    }
  }

  int right = 0;
  int wrong = 0;

 private:
  SecondOpinion& opinion_;
  const Recognizer& owner_;
};

TEST_F(NdpiOpinion, IsRightAboutDamagedExamples) {
  std::mt19937 random{20240229};
  int right = 0;
  int wrong = 0;
  for (const Recognizer* owner : all_recognizers()) {
    Damaged damaged(*opinion_, *owner);
    for (const Example& example : owner->examples)
      if (example.expect >= Certainty::likely) damaged.ask_all(example, random);
    right += damaged.right;
    wrong += damaged.wrong;
    EXPECT_LE(damaged.wrong, 5) << owner->name;
  }
  EXPECT_GT(right, 400);
  EXPECT_LE(wrong * 100, right) << right << " right";
}

}  // namespace
}  // namespace oddport
