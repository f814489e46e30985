#include "cli/learn_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>

#include "classify/recognizers.h"
#include "cli/exit_status.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/rules_check.h"
#include "cli/rules_toml.h"
#include "cli/terminal.h"
#include "report/escape.h"
#include "report/quantity.h"
#include "report/text_page.h"
#include "report/text_sink.h"
#include "store/sample_reader.h"
#include "triage/draft_signature.h"
#include "triage/families.h"

namespace oddport {

namespace {

constexpr std::size_t most_unknown = 5000;
constexpr std::size_t most_named = 20'000;
constexpr std::size_t least_bits = 16;  // fewer fit by chance
constexpr std::size_t most_examples = 3;
constexpr std::size_t example_bytes = 128;

// Conversations with their bytes: the exchanges refer to the samples.
class Conversations {
 public:
  explicit Conversations(std::vector<Sample> samples)
      : samples_(std::move(samples)), messages_(samples_.size()) {
    exchanges_.reserve(samples_.size());
    for (std::size_t i = 0; i < samples_.size(); ++i)
      exchanges_.push_back(decode_sample(samples_[i].code, samples_[i].transport, messages_[i]));
  }
  Conversations(const Conversations&) = delete;
  Conversations& operator=(const Conversations&) = delete;

  const std::vector<Exchange>& exchanges() const { return exchanges_; }
  const Sample& sample(std::size_t i) const { return samples_[i]; }

 private:
  std::vector<Sample> samples_;
  std::vector<std::vector<Message>> messages_;
  std::vector<Exchange> exchanges_;
};

struct Learned {
  std::string rule;  // empty where no signature tells the family
  std::string why;   // there is none
};

class Learner {
 public:
  Learner(const Conversations& unknown, const Conversations& named)
      : unknown_(unknown), named_(named) {}

  std::string page(const std::vector<Family>& families, std::size_t least);
  std::size_t drafted() const { return drafted_; }

 private:
  Learned learn(const Family& family) const;
  std::string rule_of(const Family& family, const std::vector<DraftPattern>& patterns) const;
  std::string disproof(const Family& family, const std::string& rule) const;
  std::string about(const Family& family, std::size_t number) const;
  std::vector<Exchange> members_of(const Family& family) const;

  const Conversations& unknown_;
  const Conversations& named_;
  std::size_t drafted_ = 0;
};

std::vector<Exchange> Learner::members_of(const Family& family) const {
  std::vector<Exchange> members;
  for (const std::size_t i : family.members) members.push_back(unknown_.exchanges()[i]);
  return members;
}

// A name of its own that stays the same as long as the patterns do: FNV-1a over them.
std::string name_of(std::string_view transport, const std::vector<DraftPattern>& patterns) {
  std::string text(transport);
  for (const DraftPattern& pattern : patterns)
    text +=
        fmt::format("{}@{}:{};", pattern.side == Side::client ? 'c' : 's', pattern.at, pattern.hex);
  std::uint32_t hash = 0x811c9dc5;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193;
  return fmt::format("family-{:08x}", hash);
}

std::string_view word_of(Side side) { return side == Side::client ? "client" : "server"; }

std::string example_of(const Exchange& member, std::size_t number) {
  std::string text = fmt::format("\n[[signature.example]]\nabout = \"member {}\"\n", number);
  for (const Side side : {Side::client, Side::server})
    if (const Bytes said = member.said(side).substr(0, example_bytes); !said.empty())
      text += fmt::format("{}_hex = \"{}\"\n", word_of(side), hexadecimal(said));
  if (member.server_speaks_first()) text += "first = \"server\"\n";
  return text;
}

std::string Learner::rule_of(const Family& family,
                             const std::vector<DraftPattern>& patterns) const {
  const std::string_view transport = to_string(unknown_.sample(family.members.front()).transport);
  const std::string name = name_of(transport, patterns);
  std::string text = fmt::format(
      "[[signature]]\nname = \"{}\"\ntitle = \"{}\"\ntransport = \"{}\"\nnote = \"drafted from "
      "{}\"\n",
      name, name, transport, counted(family.members.size(), "flow", "flows"));
  for (const DraftPattern& pattern : patterns)
    text += fmt::format("\n[[signature.pattern]]\nside = \"{}\"\nat = {}\nhex = \"{}\"\n",
                        word_of(pattern.side), pattern.at, pattern.hex);
  for (std::size_t i = 0; i < std::min(family.members.size(), most_examples); ++i)
    text += example_of(unknown_.exchanges()[family.members[i]], i + 1);
  return text;
}

// What speaks against the rule, as it will be read: a member that it misses, or anything else that it fits. Empty where nothing does.
std::string Learner::disproof(const Family& family, const std::string& rule) const {
  Rules rules;
  add_rules(rule, "draft", rules);
  prove_rules(rules);
  if (rules.has_errors() || rules.set.protocols().size() != 1)
    return rules.problems.empty() ? "the draft is no rule" : rules.problems.front().what;
  const Signature& signature = rules.set.protocols().front().signature;
  const auto fits = [&signature](const Exchange& exchange) {
    return signature.judge(exchange) >= Certainty::likely;
  };
  std::vector<bool> is_member(unknown_.exchanges().size());
  for (const std::size_t i : family.members) is_member[i] = true;
  for (std::size_t i = 0; i < unknown_.exchanges().size(); ++i) {
    if (fits(unknown_.exchanges()[i]) == is_member[i]) continue;
    return is_member[i] ? "the draft misses a member" : "the draft fits another family's flow";
  }
  for (std::size_t i = 0; i < named_.exchanges().size(); ++i)
    if (fits(named_.exchanges()[i]))
      return fmt::format("the draft fits a flow of {}", named_.sample(i).protocol);
  for (const Recognizer* recognizer : all_recognizers()) {
    for (const Example& example : recognizer->examples) {
      const Exchange exchange{
          .transport = example.transport.value_or(
              contains(recognizer->transports, Transport::tcp) ? Transport::tcp : Transport::udp),
          .client = example.client,
          .server = example.server,
          .messages = {}};
      if (fits(exchange)) return fmt::format("the draft fits {}", recognizer->title);
    }
  }
  return {};
}

Learned Learner::learn(const Family& family) const {
  const std::vector<DraftPattern> patterns = draft_patterns(members_of(family));
  std::size_t bits = 0;
  for (const DraftPattern& pattern : patterns) bits += pattern.bits;
  if (bits < least_bits)
    return {
        .rule = {},
        .why = fmt::format("only {} are the same in all members", counted(bits, "bit", "bits"))};
  std::string rule = rule_of(family, patterns);
  std::string against = disproof(family, rule);
  if (!against.empty()) return {.rule = {}, .why = std::move(against)};
  return {.rule = std::move(rule), .why = {}};
}

std::string Learner::about(const Family& family, std::size_t number) const {
  std::map<std::string, std::size_t> servers;
  for (const std::size_t i : family.members) ++servers[to_string(unknown_.sample(i).server)];
  const Exchange& representative = unknown_.exchanges()[family.members.front()];
  const std::vector<Exchange> members = members_of(family);
  std::string text = fmt::format(
      "# Family {}: {} over {} to {}, {} among them\n", number,
      counted(family.members.size(), "flow", "flows"), to_string(representative.transport),
      counted(servers.size(), "server", "servers"), servers.begin()->first);
  for (const Side side : {Side::client, Side::server}) {
    text += fmt::format("# {}: {}\n", word_of(side), what_varies(members, side));
    if (const Bytes said = representative.said(side); !said.empty())
      text += fmt::format("#   for one: {}\n", shown_bytes(said.substr(0, 32)));
  }
  return text;
}

std::string Learner::page(const std::vector<Family>& families, std::size_t least) {
  std::string text;
  std::size_t number = 0;
  for (const Family& family : families) {
    if (family.members.size() < least) break;  // the largest come first
    text += about(family, ++number);
    const Learned learned = learn(family);
    if (learned.rule.empty()) {
      text += fmt::format("# no signature: {}\n\n", visible(learned.why));
    } else {
      text += learned.rule + "\n";
      ++drafted_;
    }
  }
  return text;
}

}  // namespace

int run_learn(const LearnOptions& options) {
  catch_interrupts();
  const SeenInput seen = open_seen(options.inputs, options.reading);
  const Conversations unknown(read_samples(*seen.store, Named::no, most_unknown));
  const Conversations named(read_samples(*seen.store, Named::yes, most_named));
  const std::vector<Family> families = find_families(unknown.exchanges());
  Learner learner(unknown, named);
  FileSink output(stdout, "standard output");
  Messages messages;
  output.append(learner.page(families, options.least));
  output.flush();
  for (const std::string& problem : seen.problems) messages.problem(problem);
  if (!options.quiet)
    messages.append(fmt::format("{} of unknown payload in {}; {} drafted and proved.\n",
                                counted(unknown.exchanges().size(), "flow", "flows"),
                                counted(families.size(), "family", "families"),
                                counted(learner.drafted(), "signature", "signatures")));
  messages.flush();
  if (seen.interrupted) return exit_status::interrupted;
  const bool lost = output.failed() && !output.reader_left();
  return !seen.problems.empty() || lost ? exit_status::incomplete : exit_status::done;
}

}  // namespace oddport
