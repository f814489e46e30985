// More than a million payloads that mean nothing, of several kinds and drawn from fixed seeds: nobody may be sure of one, and hardly anybody may name one.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>

#include "classify/recognizers.h"
#include "classify/shortlist.h"

namespace oddport {
namespace {

using Random = std::mt19937;

std::uint8_t any_byte(Random& random) { return static_cast<std::uint8_t>(random()); }

void fill_uniform(std::string& bytes, Random& random) {
  for (char& c : bytes) c = static_cast<char>(any_byte(random));
}

// As fields of small numbers have them: three of four bytes are zero, and most others are small.
void fill_with_zeros(std::string& bytes, Random& random) {
  for (char& c : bytes) {
    const auto dice = random();
    if (dice % 4 == 0) c = static_cast<char>(dice / 4 % 4 == 0 ? any_byte(random) : dice >> 8 & 7u);
  }
}

void fill_with_text(std::string& bytes, Random& random) {
  constexpr std::string_view common = "  etaoinshrdlu\r\n0123456789.:=/";
  for (char& c : bytes) {
    const auto dice = random();
    c = dice % 3 == 0 ? static_cast<char>(' ' + dice / 3 % 95) : common[dice / 3 % common.size()];
  }
}

void fill_counting(std::string& bytes, Random& random) {
  std::uint8_t value = any_byte(random);
  const auto step = static_cast<std::uint8_t>(1 + random() % 3);
  for (char& c : bytes) {
    c = static_cast<char>(value);
    value = static_cast<std::uint8_t>(value + step);
  }
}

void fill_with_one_byte(std::string& bytes, Random& random) {
  std::ranges::fill(bytes, static_cast<char>(any_byte(random)));
}

// The length of all, or of what follows, in one, two or four bytes of either order, at the beginning or behind a few others.
void fill_behind_a_length(std::string& bytes, Random& random) {
  fill_uniform(bytes, random);
  const std::size_t width = std::size_t{1} << random() % 3;
  const std::size_t at = random() % 2 == 0 ? 0 : random() % 4;
  if (bytes.size() < at + width) return;
  const std::size_t length = bytes.size() - (random() % 2 == 0 ? at + width : 0);
  const bool little = random() % 2 == 0;
  for (std::size_t n = 0; n < width; ++n)
    bytes[at + (little ? n : width - 1 - n)] = static_cast<char>(length >> 8 * n);
}

struct Kind {
  std::string_view name;
  void (*fill)(std::string&, Random&);
  unsigned seed;
  int most_named =
      1;  // of ten thousand; what is made to look like fields of a protocol is taken for one a little more often
};

constexpr int payloads_each = 88'000;
constexpr auto kinds = std::to_array<Kind>({
    {"Uniform", fill_uniform, 1},
    {"UniformAgain", fill_uniform, 2},
    {"Zeros", fill_with_zeros, 3, 4},
    {"ZerosAgain", fill_with_zeros, 4, 4},
    {"Text", fill_with_text, 5},
    {"TextAgain", fill_with_text, 6},
    {"Counting", fill_counting, 7},
    {"CountingAgain", fill_counting, 8},
    {"OneByte", fill_with_one_byte, 9},
    {"OneByteAgain", fill_with_one_byte, 10},
    {"Lengths", fill_behind_a_length, 11, 2},
    {"LengthsAgain", fill_behind_a_length, 12, 2},
});
static_assert(payloads_each * kinds.size() >= 1'000'000);

// Sizes are uneven on purpose: many short payloads, some long ones; half of the time the other side speaks, too.
class Noise {
 public:
  explicit Noise(const Kind& kind) : kind_(kind), random_(kind.seed) {}

  const Exchange& next() {
    payloads_[0] = draw();
    payloads_[1] = coin() ? draw() : std::string{};
    const Side first = coin() ? Side::client : Side::server;
    std::size_t count = 0;
    for (const Side side : {first, other(first)}) {
      const Bytes bytes = payloads_[side == Side::client ? 0 : 1];
      if (!bytes.empty())
        messages_[count++] = {.from = side, .bytes = bytes, .wire_length = bytes.size()};
    }
    exchange_ = {.transport = coin() ? Transport::tcp : Transport::udp,
                 .client = payloads_[0],
                 .server = payloads_[1],
                 .messages = {messages_.data(), count},
                 .one_sided = count < 2};
    if (exchange_.transport == Transport::tcp) {
      exchange_.client_from_start = coin();
      exchange_.server_from_start = coin();
    }
    return exchange_;
  }

 private:
  bool coin() { return random_() % 2 == 0; }
  std::string draw() {
    std::string bytes(random_() % (1u << (random_() % 11)), '\0');
    kind_.fill(bytes, random_);
    return bytes;
  }

  Kind kind_;
  Random random_;
  std::array<std::string, 2> payloads_;
  std::array<Message, 2> messages_;
  Exchange exchange_;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class EachNoise : public testing::TestWithParam<Kind> {};

TEST_P(EachNoise, FoolsNobody) {
  const Shortlist shortlist{all_recognizers()};
  Noise noise{GetParam()};
  int named = 0;
  std::map<std::string_view, int> by_whom;
  for (int n = 0; n < payloads_each; ++n) {
    const Exchange& exchange = noise.next();
    bool is_named = false;
    shortlist.for_each(exchange, [&](const Recognizer& recognizer) {
      const Match match = recognizer.recognize(exchange);
      EXPECT_NE(match.certainty, Certainty::confirmed)
          << recognizer.name << " in payload " << n << ": " << match.says.text();
      if (match.certainty < Certainty::likely) return;
      is_named = true;
      ++by_whom[recognizer.name];
    });
    named += is_named ? 1 : 0;
  }
  std::string names;
  for (const auto& [name, times] : by_whom)
    names += std::string{name} + " " + std::to_string(times) + " times; ";
  EXPECT_LE(named, payloads_each / 10'000 * GetParam().most_named) << names;
}

std::string name_of(const testing::TestParamInfo<Kind>& drawn) {
  return std::string{drawn.param.name};
}

INSTANTIATE_TEST_SUITE_P(Recognizers, EachNoise, testing::ValuesIn(kinds), name_of);

}  // namespace
}  // namespace oddport
