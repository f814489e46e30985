#include "classify/recognition.h"

#include <algorithm>
#include <array>
#include <span>

#include "classify/port_set.h"
#include "classify/recognizers.h"
#include "classify/tls_service.h"

namespace oddport {

namespace {

constexpr std::size_t noise_size = 4096;
using Noise = std::array<char, noise_size>;

// Bytes that no server would say, always the same: a linear congruential generator (Numerical Recipes, section 7.1).
constexpr Noise make_noise(bool printable) {
  Noise noise{};
  std::uint32_t state = 0x6f646470;
  for (char& c : noise) {
    state = state * 1664525u + 1013904223u;
    const std::uint32_t drawn = state >> 24;
    c = static_cast<char>(printable ? 'a' + drawn % 26 : drawn);
  }
  return noise;
}

constexpr Noise binary_noise = make_noise(false);
constexpr Noise text_noise = make_noise(true);

// Noise to put in an answer's place: some begins as the answer does, because a first byte alone proves nothing.
struct Instead {
  const Noise* noise = nullptr;
  std::size_t from = 0;  // where in the noise it begins
  std::size_t kept = 0;  // bytes of the answer that stay
};

constexpr Instead others[] = {{&binary_noise, 0, 0},    {&binary_noise, 1000, 0},
                              {&binary_noise, 2000, 0}, {&binary_noise, 3000, 0},
                              {&text_noise, 0, 0},      {&binary_noise, 0, 1},
                              {&binary_noise, 1000, 1}, {&text_noise, 0, 1}};
// Of a shorter answer too little would be left to tell noise by.
constexpr std::size_t least_to_keep_some = 8;

// The same exchange, the server saying something else of the same length.
class OtherAnswer {
 public:
  OtherAnswer(const Exchange& real, const Instead& other) : exchange_(real) {
    const auto begin = static_cast<std::ptrdiff_t>(other.from);
    std::ranges::rotate_copy(*other.noise, other.noise->begin() + begin, instead_.begin());
    if (real.server.size() >= least_to_keep_some)
      std::ranges::copy(real.server.substr(0, other.kept), instead_.begin());
    if (real.server.ends_with('\n')) end_line(real.server.size());
    const Bytes instead{instead_.data(), instead_.size()};
    exchange_.server = instead.substr(0, real.server.size());
    std::size_t used = 0;
    for (const Message& message : real.messages.first(std::min(real.messages.size(), most))) {
      Message& copy = messages_[count_++];
      copy = message;
      if (message.from == Side::client) continue;
      copy.bytes = instead.substr(std::min(used, instead.size()), message.bytes.size());
      used += message.bytes.size();
    }
    exchange_.messages = std::span(messages_).first(count_);
  }
  OtherAnswer(const OtherAnswer&) = delete;
  OtherAnswer& operator=(const OtherAnswer&) = delete;

  const Exchange& exchange() const { return exchange_; }

 private:
  static constexpr std::size_t most = 32;

  // As the answer did: without an end it would be a line of which the rest is still to come.
  void end_line(std::size_t size) {
    if (size < 4 || size > instead_.size()) return;
    instead_[size - 2] = '\r';
    instead_[size - 1] = '\n';
  }

  Noise instead_;
  std::array<Message, most> messages_;
  std::size_t count_ = 0;
  Exchange exchange_;
};

bool is_echoed(const Exchange& exchange) {
  return !exchange.client.empty() && !exchange.server.empty() && !exchange.server_speaks_first() &&
         (exchange.client.starts_with(exchange.server) ||
          exchange.server.starts_with(exchange.client));
}

// Whether servers of its protocol are known, by its examples, to answer such a question so.
bool has_servers_that(const Recognizer& recognizer, bool (*answer_so)(Bytes, Bytes)) {
  return std::ranges::any_of(recognizer.examples, [answer_so](const Example& example) {
    return example.expect >= Certainty::likely && answer_so(example.client, example.server);
  });
}

// In the client's own words: an echo, or a handshake that is the same both ways.
bool is_repeated(Bytes question, Bytes answer) { return !question.empty() && question == answer; }

// A DNS server hands back what it does not understand: only the octets of its flags are others (RFC 1035, section 4.1.1).
bool is_handed_back(Bytes question, Bytes answer) {
  constexpr std::size_t flags = 2;
  constexpr std::size_t behind_flags = 4;
  return question.size() == answer.size() && question.size() > behind_flags &&
         question.substr(0, flags) == answer.substr(0, flags) &&
         question.substr(behind_flags) == answer.substr(behind_flags);
}

// Echo: what does not understand a question may hand it back, so it is named at home alone and hinted at elsewhere.
constexpr std::string_view formless = "echo";

struct Place {
  std::uint16_t port = 0;
  bool in_tls = false;
  bool asked_by_prober = false;
};

Recognition recognize_at(const Exchange& exchange, const Place& place, const Shortlist& among) {
  Recognition best;
  bool best_at_home = false;
  const auto is_better = [&](const Recognizer& recognizer, const Match& match, bool at_home) {
    if (match.certainty != best.match.certainty) return match.certainty > best.match.certainty;
    if (at_home != best_at_home) return at_home;
    return recognizer.name < best.recognizer->name;
  };
  among.any_of(exchange, [&](const Recognizer& recognizer) {
    Match match = recognizer.recognize(exchange);
    if (!match || match.certainty < best.match.certainty) return false;
    const bool at_home =
        find_home(recognizer, place.port, exchange.transport, place.in_tls) != nullptr;
    if (!at_home && recognizer.name == formless)
      match.certainty = std::min(match.certainty, Certainty::hint);
    if (!is_better(recognizer, match, at_home)) return false;
    if (place.asked_by_prober && !rests_on_answer(recognizer, exchange, match)) return false;
    best = {&recognizer, match};
    best_at_home = at_home;
    return match.certainty == Certainty::confirmed;  // no two confirm the same
  });
  return best;
}

// Lets a user's signature stand beside what was recognized without it.
Recognition weigh_signatures(Recognition built_in, const Exchange& exchange, const Place& place,
                             const RuleSet& rules) {
  Certainty certainty = Certainty::none;
  const UserProtocol* user = rules.recognize(exchange, place.port, certainty);
  if (user == nullptr) return built_in;
  Recognition own;
  own.recognizer = &user->recognizer;
  own.match.certainty = certainty;
  own.signature = &user->signature;
  if (place.asked_by_prober)
    for (const Instead& other : others)
      if (Certainty sure{};
          rules.recognize(OtherAnswer(exchange, other).exchange(), place.port, sure) == user)
        return built_in;
  if (own.weight() < built_in.weight()) {
    built_in.overruled = &user->signature;
    return built_in;
  }
  own.gave_way = built_in.recognizer;
  own.gave_way_certainty = built_in.match.certainty;
  return own;
}

// The homes of some recognizers.
class Homes {
 public:
  explicit Homes(bool (*belongs)(const Recognizer&)) {
    for (const Recognizer* recognizer : all_recognizers())
      if (belongs(*recognizer))
        for (const Home& home : recognizer->homes) of(home.transport).insert(home.port, home.port);
  }

  bool contain(std::uint16_t port, Transport transport) const {
    return (transport == Transport::udp ? udp_ : tcp_).contains(port);
  }

 private:
  PortSet& of(Transport transport) { return transport == Transport::udp ? udp_ : tcp_; }

  PortSet tcp_;
  PortSet udp_;
};

const Shortlist& all_of_them() {
  static const Shortlist all{all_recognizers()};
  return all;
}

}  // namespace

std::string_view Recognition::protocol() const {
  if (!named()) return {};
  return match.protocol.empty() ? recognizer->name : match.protocol;
}

bool Recognition::at_home(std::uint16_t port, Transport transport, bool in_tls) const {
  if (recognizer == nullptr) return false;
  if (signature != nullptr) return signature->ports && signature->ports->contains(port);
  return find_home(*recognizer, port, transport, in_tls) != nullptr;
}

int Recognition::weight() const {
  const int sure = static_cast<int>(match.certainty);
  if (signature != nullptr) return sure + (signature->overrides ? 4 : 1);
  return match.certainty == Certainty::confirmed ? sure + 2 : sure;
}

Recognition recognize(const Exchange& exchange, std::uint16_t port, const Shortlist& among) {
  return recognize_at(exchange, {.port = port}, among);
}

Recognition recognize(const Exchange& exchange, std::uint16_t port) {
  return recognize(exchange, port, all_of_them());
}

Recognition recognize(const Exchange& exchange, std::uint16_t port, const RuleSet* rules) {
  Recognition built_in = recognize(exchange, port);
  if (rules == nullptr) return built_in;
  return weigh_signatures(built_in, exchange, {.port = port}, *rules);
}

Recognition recognize(const Observation& seen, const RuleSet* rules) {
  const Place place{.port = seen.server.port,
                    .in_tls = seen.envelope.has_value(),
                    .asked_by_prober = seen.source == Source::probe};
  if (place.asked_by_prober && seen.exchange.server.empty()) return {};
  const Recognition built_in = recognize_at(seen.exchange, place, all_of_them());
  if (rules == nullptr) return built_in;
  return weigh_signatures(built_in, seen.exchange, place, *rules);
}

bool rests_on_answer(const Recognizer& recognizer, const Exchange& exchange, const Match& match) {
  if (is_echoed(exchange) && !has_servers_that(recognizer, is_repeated)) return false;
  if (is_handed_back(exchange.client, exchange.server) &&
      !has_servers_that(recognizer, is_handed_back))
    return false;
  return std::ranges::none_of(others, [&](const Instead& other) {
    const Match match_of_other = recognizer.recognize(OtherAnswer(exchange, other).exchange());
    return match_of_other.certainty >= match.certainty && match_of_other.protocol == match.protocol;
  });
}

void hear_opinion(SecondOpinion& opinion, const Exchange& exchange, Recognition& recognition) {
  if (recognition.named() || recognition.signature != nullptr || exchange.empty()) return;
  const Recognizer* protocol = opinion.ask(exchange);
  if (protocol == nullptr) return;
  recognition.gave_way = recognition.recognizer;
  recognition.gave_way_certainty = recognition.match.certainty;
  recognition.recognizer = protocol;
  recognition.match = likely("by the word of {} alone", opinion.who());
  recognition.opinion_of = opinion.who();
}

bool is_home(std::uint16_t port, Transport transport) {
  static const Homes homes([](const Recognizer&) { return true; });
  return homes.contain(port, transport);
}

bool is_home_of_reserved_clients(std::uint16_t port, Transport transport) {
  static const Homes homes(
      [](const Recognizer& recognizer) { return recognizer.reserved_source_port; });
  return homes.contain(port, transport);
}

const Home* find_home(const Recognizer& recognizer, std::uint16_t port, Transport transport,
                      bool in_tls) {
  if (in_tls)
    if (const Home* home = find_home_in_tls(recognizer.name, port); home != nullptr) return home;
  const auto home = std::ranges::find_if(recognizer.homes, [&](const Home& candidate) {
    return candidate.port == port && candidate.transport == transport;
  });
  return home == recognizer.homes.end() ? nullptr : &*home;
}

}  // namespace oddport
