#include "cli/rules_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "classify/recognizers.h"
#include "classify/shortlist.h"

namespace oddport {

namespace {

// What a built-in recognizer needs for `confirmed`.
constexpr std::size_t bits_that_confirm = 32;

class Prover {
 public:
  explicit Prover(Rules& rules) : rules_(rules) {}

  std::size_t run() {
    for (const UserProtocol& protocol : rules_.set.protocols()) prove(protocol.signature);
    compare_policies();
    return held_;
  }

 private:
  void complain(const Signature& signature, std::size_t line, std::string_view what) {
    rules_.complain(signature.origin.file, line,
                    fmt::format("signature '{}': {}", signature.name, what));
  }
  void warn(const Signature& signature, std::string_view what) {
    complain(signature, signature.origin.line, what);
    rules_.problems.back().is_error = false;
  }

  void prove(const Signature& signature);
  bool prove(const Signature& signature, const SignatureExample& example, const Exchange& seen);
  bool meets_no_other(const Signature& signature, const SignatureExample& example,
                      const Exchange& seen);
  void compare_policies();

  Rules& rules_;
  std::size_t held_ = 0;
};

bool share_ports(const Signature& a, const Signature& b) {
  return !a.ports || !b.ports || a.ports->overlaps(*b.ports);
}

void Prover::prove(const Signature& signature) {
  bool positive = false;
  for (const SignatureExample& example : signature.examples) {
    positive = positive || example.matches;
    std::vector<Message> messages;
    const Exchange seen = exchange_of(example, messages);
    if (prove(signature, example, seen) &&
        (!example.matches || meets_no_other(signature, example, seen)))
      ++held_;
  }
  if (!positive) warn(signature, "no example that must match proves it");
  const bool has_regex = std::ranges::any_of(
      signature.patterns, [](const SignaturePattern& one) { return one.pattern.is_regex(); });
  const bool bold = signature.certainty == Certainty::confirmed || signature.overrides;
  if (bold && !has_regex && signature.fixed_bits() < bits_that_confirm)
    warn(signature, fmt::format("{} rests on {} fixed bits; {} are the measure of the built-in "
                                "recognizers",
                                signature.overrides ? "'override'" : "certainty 'confirmed'",
                                signature.fixed_bits(), bits_that_confirm));
}

bool Prover::prove(const Signature& signature, const SignatureExample& example,
                   const Exchange& seen) {
  const bool matches = signature.judge(seen) != Certainty::none;
  if (matches == example.matches) return true;
  if (matches) {
    complain(signature, example.line,
             fmt::format("the example '{}' must not match, and it does", example.about));
    return false;
  }
  const SignaturePattern* failing = signature.first_failing(seen);
  complain(
      signature, example.line,
      failing == nullptr
          ? fmt::format("the example '{}' is of another transport", example.about)
          : fmt::format("the example '{}' must match, but the pattern of line {} ({}) does not "
                        "hold",
                        example.about, failing->line, failing->pattern.description()));
  return false;
}

bool Prover::meets_no_other(const Signature& signature, const SignatureExample& example,
                            const Exchange& seen) {
  bool alone = true;
  for (const UserProtocol& other : rules_.set.protocols()) {
    const Signature& rival = other.signature;
    if (&rival == &signature || !share_ports(signature, rival) ||
        rival.judge(seen) == Certainty::none)
      continue;
    alone = false;
    complain(signature, example.line,
             fmt::format("the example '{}' fits the signature '{}' ({}) as well", example.about,
                         rival.name, to_string(rival.origin)));
  }
  if (signature.overrides) return alone;
  static const Shortlist built_in{all_recognizers()};
  built_in.for_each(seen, [&](const Recognizer& recognizer) {
    const Match match = recognizer.recognize(seen);
    if (match.certainty != Certainty::confirmed) return;
    alone = false;
    complain(signature, example.line,
             fmt::format("the example '{}' is confirmed as {} ({}) by a built-in recognizer, which "
                         "wins; 'override = true' would change that",
                         example.about, recognizer.title, match.says.text()));
  });
  return alone;
}

void Prover::compare_policies() {
  const std::deque<Policy>& policies = rules_.set.policies();
  for (auto b = policies.begin(); b != policies.end(); ++b) {
    for (auto a = policies.begin(); a != b; ++a) {
      if (a->label == b->label || !a->overlaps(*b)) continue;
      const bool nested = a->lies_within(*b) != b->lies_within(*a);
      if (nested) continue;
      rules_.complain(b->origin.file, b->origin.line,
                      fmt::format("policy '{}' says {} where policy '{}' ({}) says {}, and neither "
                                  "lies within the other",
                                  b->name, to_string(b->label), a->name, to_string(a->origin),
                                  to_string(a->label)));
    }
  }
}

}  // namespace

std::size_t prove_rules(Rules& rules) { return Prover(rules).run(); }

}  // namespace oddport
