#include "cli/rules_toml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <numeric>
#include <optional>
#include <utility>

#include "classify/ndpi_opinion.h"
#include "classify/recognizers.h"
#include "cli/toml_text.h"

namespace oddport {

namespace {

constexpr std::size_t longest_name = 32;
constexpr std::size_t longest_title = 64;
constexpr std::size_t longest_note = 240;

template <typename Value>
using Words = std::initializer_list<std::pair<std::string_view, Value>>;

// Changes of one letter that make one word of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

// "; did you mean 'ports'?" where one of the words is near.
std::string suggestion(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.size() > longest_name) return {};
  for (const std::string_view candidate : known)
    if (distance(word, candidate) <= 2) return fmt::format("; did you mean '{}'?", candidate);
  return {};
}

// The keys of one TOML table, each asked for once; whoever is never asked for is unknown.
class Fields {
 public:
  Fields(const toml::table& table, std::string rule, const std::string& file, Rules& rules)
      : table_(table), rule_(std::move(rule)), file_(file), rules_(rules) {}

  std::size_t line() const { return line_of(table_); }
  bool good() const { return good_; }
  bool has(std::string_view key) const { return table_.contains(key); }
  void set_rule(std::string rule) { rule_ = std::move(rule); }

  // Marks the rule as bad and says why.
  void complain(std::size_t line, std::string_view what) {
    good_ = false;
    rules_.complain(file_, line, fmt::format("{}{}{}", rule_, rule_.empty() ? "" : ": ", what));
  }
  void complain_of(std::string_view key, std::string_view what) {
    const toml::node* node = table_.get(key);
    complain(node == nullptr ? line() : line_of(*node), fmt::format("{}: {}", key, what));
  }

  std::optional<std::string> text(std::string_view key, std::size_t longest) {
    const toml::node* node = ask(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_string()) return refuse(key, "must be a text in quotes");
    std::string value = **node->as_string();
    if (value.size() > longest) return refuse(key, fmt::format("is longer than {} bytes", longest));
    return value;
  }
  // A text for people: one line that is not empty.
  std::optional<std::string> line_of_text(std::string_view key, std::size_t longest) {
    auto value = text(key, longest);
    if (!value) return value;
    if (value->empty()) return refuse(key, "must not be empty");
    const bool controls = std::ranges::any_of(*value, [](char c) {
      return static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) == 0x7f;
    });
    if (controls) return refuse(key, "must be one line without control characters");
    return value;
  }
  bool flag(std::string_view key) {
    const toml::node* node = ask(key);
    if (node == nullptr) return false;
    if (!node->is_boolean()) complain_of(key, "must be true or false");
    return node->is_boolean() && **node->as_boolean();
  }
  std::optional<std::size_t> number(std::string_view key, std::size_t least, std::size_t most) {
    const toml::node* node = ask(key);
    if (node == nullptr) return std::nullopt;
    const std::int64_t value = node->is_integer() ? **node->as_integer() : -1;
    if (value < static_cast<std::int64_t>(least) || value > static_cast<std::int64_t>(most)) {
      complain_of(key, fmt::format("must be a number from {} to {}", least, most));
      return std::nullopt;
    }
    return static_cast<std::size_t>(value);
  }
  template <typename Value>
  std::optional<Value> choice(std::string_view key, Words<Value> words) {
    const toml::node* node = ask(key);
    if (node == nullptr) return std::nullopt;
    std::string all;
    for (const auto& [word, value] : words) {
      if (node->is_string() && **node->as_string() == word) return value;
      all += fmt::format("{}\"{}\"", all.empty() ? "" : " or ", word);
    }
    complain_of(key, fmt::format("must be {}", all));
    return std::nullopt;
  }
  // A text, or a list of them.
  std::vector<std::string> words(std::string_view key) {
    std::vector<std::string> found;
    const toml::node* node = ask(key);
    if (node == nullptr) return found;
    const toml::array* list = node->as_array();
    if (node->is_string()) found.push_back(**node->as_string());
    for (std::size_t n = 0; list != nullptr && n < list->size(); ++n)
      if (const auto* word = (*list)[n].as_string()) found.push_back(**word);
    if (found.empty() || (list != nullptr && found.size() != list->size()))
      complain_of(key, "must be a text in quotes, or a list of them that is not empty");
    return found;
  }
  // 596, "500-510,596", or a list of both.
  std::optional<PortSet> ports(std::string_view key) {
    const toml::node* node = ask(key);
    if (node == nullptr) return std::nullopt;
    std::string all;
    const auto add = [&all](const toml::node& item) {
      if (!all.empty()) all += ',';
      if (item.is_integer())
        all += std::to_string(**item.as_integer());
      else if (item.is_string())
        all += **item.as_string();
    };
    if (const toml::array* list = node->as_array())
      for (const toml::node& item : *list) add(item);
    else
      add(*node);
    PortSet ports;
    std::string error;
    if (!PortSet::parse(all, ports, error)) {
      complain_of(key, error);
      return std::nullopt;
    }
    return ports;
  }
  // [[key]] tables.
  std::vector<const toml::table*> tables(std::string_view key) {
    std::vector<const toml::table*> found;
    const toml::node* node = ask(key);
    if (node == nullptr) return found;
    const toml::array* list = node->as_array();
    for (std::size_t n = 0; list != nullptr && n < list->size(); ++n)
      if (const toml::table* table = (*list)[n].as_table()) found.push_back(table);
    if (list == nullptr || found.size() != list->size())
      complain_of(key, fmt::format("must be tables, each under its own [[{}]]", key));
    return found;
  }

  // Complains of keys that were never asked for.
  void finish() {
    for (const auto& [key, node] : table_)
      if (std::ranges::find(asked_, key.str()) == asked_.end())
        complain(key.source().begin.line,
                 fmt::format("unknown key '{}'{}", key.str(), suggestion(key.str(), asked_)));
  }

 private:
  const toml::node* ask(std::string_view key) {
    asked_.push_back(key);
    return table_.get(key);
  }
  std::optional<std::string> refuse(std::string_view key, std::string_view what) {
    complain_of(key, what);
    return std::nullopt;
  }

  const toml::table& table_;
  std::string rule_;
  const std::string& file_;
  Rules& rules_;
  std::vector<std::string_view> asked_;
  bool good_ = true;
};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string read_name(Fields& fields, std::string_view kind) {
  std::string name = fields.text("name", longest_title).value_or("");
  fields.set_rule(fmt::format("{} '{}'", kind, name));
  if (!fields.has("name"))
    fields.complain(fields.line(), "name: is missing");
  else if (!is_name(name))
    fields.complain_of("name", fmt::format("must be 1 to {} of a-z, 0-9 and '-'", longest_name));
  return name;
}

Transports read_transports(Fields& fields) {
  return fields
      .choice<Transports>(
          "transport",
          {{"tcp", Transports::tcp}, {"udp", Transports::udp}, {"both", Transports::both}})
      .value_or(Transports::both);
}

std::optional<Label> read_label(Fields& fields) {
  return fields.choice<Label>("label", {{"expected", Label::expected},
                                        {"legacy", Label::legacy},
                                        {"unofficial", Label::unofficial}});
}

std::optional<Side> read_side(Fields& fields, std::string_view key) {
  return fields.choice<Side>(key, {{"client", Side::client}, {"server", Side::server}});
}

// ---- Signatures ----

BytePattern::Place read_place(Fields& fields) {
  BytePattern::Place place;
  const auto at = fields.number("at", 0, BytePattern::reaches - 1);
  place.within = fields.number("within", 1, BytePattern::reaches);
  place.at = at.value_or(0);
  if (!fields.has("at") && !fields.has("within"))
    fields.complain(fields.line(),
                    "where? 'at = 0' is the beginning, 'within = 64' is anywhere in "
                    "the first 64 bytes");
  return place;
}

std::optional<SignaturePattern> read_pattern(Fields fields, Rules& rules) {
  const BytePattern::Place place = read_place(fields);
  const auto hex = fields.text("hex", 4 * BytePattern::longest);
  const auto text = fields.text("text", 4 * BytePattern::longest);
  const auto regex = fields.text("regex", 4 * BytePattern::longest);
  const bool ignore_case = fields.flag("ignore_case");
  const auto side = read_side(fields, "side");
  fields.finish();
  const int kinds =
      (fields.has("hex") ? 1 : 0) + (fields.has("text") ? 1 : 0) + (fields.has("regex") ? 1 : 0);
  if (kinds != 1)
    fields.complain(fields.line(), "a pattern has exactly one of 'hex', 'text' and 'regex'");
  if (hex && ignore_case) fields.complain_of("ignore_case", "is for 'text' and 'regex'");
  if (regex && ++rules.regexes > Rules::most_regexes)
    fields.complain_of("regex",
                       fmt::format("more than {} regular expressions in all", Rules::most_regexes));
  if (!fields.good()) return std::nullopt;
  std::string error;
  auto pattern = hex    ? BytePattern::of_hex(*hex, place, error)
                 : text ? BytePattern::of_text(*text, ignore_case, place, error)
                        : BytePattern::of_regex(*regex, ignore_case, place, error);
  if (!pattern) {
    fields.complain_of(hex ? "hex" : text ? "text" : "regex", error);
    return std::nullopt;
  }
  return SignaturePattern{std::move(*pattern), side, fields.line()};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> bytes_of_hex(std::string_view text) {
  std::string bytes;
  int high = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    const int value = hex_value(c);
    if (value < 0) return std::nullopt;
    if (high >= 0) bytes += static_cast<char>(high * 16 + value);
    high = high >= 0 ? -1 : value;
  }
  return high >= 0 ? std::nullopt : std::optional(bytes);
}

// The bytes of one side of an example: key = "text", or key_hex = "0a 0b".
std::string read_bytes(Fields& fields, std::string_view key, std::string_view hex_key) {
  const auto text = fields.text(key, BytePattern::reaches);
  const auto hex = fields.text(hex_key, 4 * BytePattern::reaches);
  if (fields.has(key) && fields.has(hex_key))
    fields.complain_of(hex_key, fmt::format("stands beside '{}'; one of the two is enough", key));
  if (!hex) return text.value_or("");
  const auto bytes = bytes_of_hex(*hex);
  if (!bytes) fields.complain_of(hex_key, "must be pairs of hexadecimal digits");
  return bytes.value_or("").substr(0, BytePattern::reaches);
}

std::optional<SignatureExample> read_example(Fields fields, Transports transports) {
  SignatureExample example;
  example.line = fields.line();
  example.about = fields.line_of_text("about", longest_note).value_or("an example");
  example.client = read_bytes(fields, "client", "client_hex");
  example.server = read_bytes(fields, "server", "server_hex");
  example.first = read_side(fields, "first").value_or(Side::client);
  example.matches =
      fields.choice<bool>("expect", {{"match", true}, {"no match", false}}).value_or(true);
  const Transport own = transports == Transports::udp ? Transport::udp : Transport::tcp;
  example.transport =
      fields.choice<Transport>("transport", {{"tcp", Transport::tcp}, {"udp", Transport::udp}})
          .value_or(own);
  fields.finish();
  if (fields.good() && example.client.empty() && example.server.empty())
    fields.complain(fields.line(),
                    "an example has bytes: 'client', 'client_hex', 'server' or "
                    "'server_hex'");
  return fields.good() ? std::optional(std::move(example)) : std::nullopt;
}

void refuse_taken_name(Fields& fields, const std::string& name, const Rules& rules) {
  if (name == Policy::unrecognized) fields.complain_of("name", "'unknown' is no protocol's name");
  if (find_recognizer(name) != nullptr)
    fields.complain_of("name", fmt::format("'{}' is the name of a built-in protocol", name));
  if (const UserProtocol* taken = rules.set.find(name); taken != nullptr)
    fields.complain_of("name", fmt::format("'{}' is also the signature at {}", name,
                                           to_string(taken->signature.origin)));
}

void read_signature(const toml::table& table, const std::string& file, Rules& rules) {
  Fields fields(table, "signature", file, rules);
  Signature signature;
  signature.origin = {file, fields.line()};
  signature.name = read_name(fields, "signature");
  const std::string rule = fmt::format("signature '{}'", signature.name);
  refuse_taken_name(fields, signature.name, rules);
  signature.title = fields.line_of_text("title", longest_title).value_or(signature.name);
  signature.note = fields.line_of_text("note", longest_note).value_or("");
  signature.reference = fields.line_of_text("reference", longest_note).value_or("");
  signature.transports = read_transports(fields);
  signature.ports = fields.ports("ports");
  signature.side = fields
                       .choice<std::optional<Side>>("side", {{"client", Side::client},
                                                             {"server", Side::server},
                                                             {"either", std::nullopt}})
                       .value_or(std::nullopt);
  signature.label = read_label(fields);
  signature.era = fields
                      .choice<Era>("era", {{"current", Era::current},
                                           {"niche", Era::niche},
                                           {"obsolete", Era::obsolete}})
                      .value_or(Era::current);
  signature.certainty = fields
                            .choice<Certainty>("certainty", {{"likely", Certainty::likely},
                                                             {"confirmed", Certainty::confirmed}})
                            .value_or(Certainty::likely);
  signature.overrides = fields.flag("override");
  const auto patterns = fields.tables("pattern");
  const auto examples = fields.tables("example");
  fields.finish();
  if (patterns.empty() && !fields.has("pattern"))
    fields.complain(fields.line(), "a signature needs a [[signature.pattern]]");
  if (patterns.size() > Rules::most_patterns)
    fields.complain_of("pattern", fmt::format("more than {} patterns", Rules::most_patterns));
  bool good = fields.good();
  for (const toml::table* one : patterns) {
    if (auto pattern = read_pattern(Fields(*one, rule, file, rules), rules))
      signature.patterns.push_back(std::move(*pattern));
    else
      good = false;
  }
  for (const toml::table* one : examples) {
    if (auto example = read_example(Fields(*one, rule, file, rules), signature.transports))
      signature.examples.push_back(std::move(*example));
    else
      good = false;
  }
  if (good) rules.set.add(std::move(signature));
}

// ---- Policies ----

std::vector<IpNetwork> read_networks(Fields& fields, std::string_view key) {
  std::vector<IpNetwork> networks;
  for (const std::string& word : fields.words(key)) {
    std::string error;
    if (const auto network = IpNetwork::parse(word, error))
      networks.push_back(*network);
    else
      fields.complain_of(key, error);
  }
  return networks;
}

void read_policy(const toml::table& table, const std::string& file, Rules& rules) {
  Fields fields(table, "policy", file, rules);
  Policy policy;
  policy.origin = {file, fields.line()};
  policy.name = read_name(fields, "policy");
  for (const Policy& other : rules.set.policies())
    if (other.name == policy.name)
      fields.complain_of("name", fmt::format("'{}' is also the policy at {}", policy.name,
                                             to_string(other.origin)));
  policy.note = fields.line_of_text("note", longest_note).value_or("");
  policy.label = read_label(fields).value_or(Label::expected);
  policy.transports = read_transports(fields);
  policy.ports = fields.ports("ports");
  policy.role = fields
                    .choice<std::optional<Role>>("role", {{"service", Role::service},
                                                          {"client-port", Role::client_port},
                                                          {"either", std::nullopt}})
                    .value_or(Role::service);
  policy.servers = read_networks(fields, "server");
  policy.clients = read_networks(fields, "client");
  policy.protocols = fields.words("protocol");
  fields.finish();
  if (!fields.has("label")) fields.complain(fields.line(), "label: is missing");
  const bool bounded =
      fields.has("ports") || fields.has("server") || fields.has("client") || fields.has("protocol");
  if (!bounded)
    fields.complain(fields.line(),
                    "a policy needs 'ports', 'server', 'client' or 'protocol': without any it is "
                    "about all traffic");
  if (fields.good()) rules.set.add(std::move(policy));
}

std::optional<toml::table> parse(std::string_view text, const std::string& file, Rules& rules) {
  TomlFault fault;
  auto document = parse_toml(text, fault);
  if (!document)
    rules.complain(file, fault.line,
                   fmt::format("not TOML: {}; nothing of the file is used", fault.what));
  return document;
}

bool is_known_to_ndpi(const std::string& name) {
  return std::ranges::find(ndpi_protocols(), name, &Recognizer::name) != ndpi_protocols().end();
}

}  // namespace

std::string to_string(const RuleProblem& problem) {
  const std::string place =
      problem.origin.line > 0 ? to_string(problem.origin) : problem.origin.file;
  return fmt::format("{}: {}: {}", place, problem.is_error ? "error" : "warning", problem.what);
}

void Rules::complain(const std::string& file, std::size_t line, std::string what) {
  RuleProblem& problem = problems.emplace_back();
  problem.origin.file = file;
  problem.origin.line = line;
  problem.what = std::move(what);
}

bool Rules::has_errors() const {
  return std::ranges::any_of(problems, [](const RuleProblem& problem) { return problem.is_error; });
}

void add_rules(std::string_view toml, const std::string& file, Rules& rules) {
  if (toml.size() > Rules::most_bytes) {
    rules.complain(file, 0, "larger than 1 MiB; nothing of it is used");
    return;
  }
  const auto document = parse(toml, file, rules);
  if (!document) return;
  Fields fields(*document, {}, file, rules);
  const auto signatures = fields.tables("signature");
  const auto policies = fields.tables("policy");
  fields.finish();
  bool left_out = false;
  const auto has_room = [&] {
    const std::size_t count = rules.set.protocols().size() + rules.set.policies().size();
    left_out = left_out || count >= Rules::most_rules;
    return !left_out;
  };
  for (const toml::table* one : signatures)
    if (has_room()) read_signature(*one, file, rules);
  for (const toml::table* one : policies)
    if (has_room()) read_policy(*one, file, rules);
  if (left_out)
    rules.complain(
        file, 0,
        fmt::format("more than {} rules in all; further ones are not used", Rules::most_rules));
}

void check_protocol_names(Rules& rules) {
  for (const Policy& policy : rules.set.policies())
    for (const std::string& name : policy.protocols)
      if (name != Policy::unrecognized && find_recognizer(name) == nullptr &&
          !is_known_to_ndpi(name) && rules.set.find(name) == nullptr)
        rules.complain(
            policy.origin.file, policy.origin.line,
            fmt::format("policy '{}': protocol: nothing is recognized as '{}'", policy.name, name));
}

}  // namespace oddport
