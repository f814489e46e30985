#include "cli/settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>

#include "cli/nearest_word.h"
#include "cli/toml_text.h"

namespace oddport {

namespace {

// What is about a single call makes no sense as a habit.
constexpr std::array<std::string_view, 5> not_in_files = {"--help", "--version", "--config",
                                                          "--no-config", "--resume"};

bool is_allowed(std::string_view name) {
  return name.starts_with("--") && std::ranges::find(not_in_files, name) == not_in_files.end();
}

// The name under which an option is kept: its first long one.
std::optional<std::string> long_name(const OptionOutline& option) {
  const auto found = std::ranges::find_if(option.names, is_allowed);
  return found == option.names.end() ? std::nullopt : std::optional(*found);
}

const OptionOutline* option_named(const CommandOutline& command, const std::string& name) {
  for (const OptionOutline& option : command.options)
    if (std::ranges::find(option.names, name) != option.names.end()) return &option;
  return nullptr;
}

std::string suggestion(std::string_view typed, const std::vector<std::string>& known) {
  const auto nearest = nearest_word(typed, known);
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string();
}

std::vector<std::string> keys_of(const CommandOutline& command) {
  std::vector<std::string> keys;
  for (const OptionOutline& option : command.options)
    for (const std::string& name : option.names)
      if (is_allowed(name)) keys.push_back(name.substr(2));
  return keys;
}

std::vector<std::string> words_of(const std::vector<CommandOutline>& commands) {
  std::vector<std::string> words;
  words.reserve(commands.size());
  for (const CommandOutline& command : commands) words.push_back(command.word());
  return words;
}

// A text or a number as it would be typed; nothing of anything else, nor of what cannot be typed.
std::optional<std::string> as_typed(const toml::node& node) {
  if (const auto* text = node.as_string())
    return (*text)->empty() || (*text)->find('\0') != std::string::npos ? std::nullopt
                                                                        : std::optional(**text);
  if (const auto* number = node.as_integer()) return fmt::format("{}", **number);
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", **number);
  return std::nullopt;
}

// The options that were typed, each by the name under which it is kept.
std::set<std::string> typed_options(const CommandOutline& command,
                                    std::span<const std::string> words) {
  std::set<std::string> typed;
  const auto add = [&](const std::string& name) -> const OptionOutline* {
    const OptionOutline* option = option_named(command, name);
    if (option != nullptr)
      if (const auto kept = long_name(*option)) typed.insert(*kept);
    return option;
  };
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.starts_with("--")) {
      add(word.substr(0, word.find('=')));
      continue;
    }
    // "-qi", "-ieth0": flags, up to an option whose value the rest is.
    for (std::size_t n = 1; word.starts_with('-') && n < word.size(); ++n) {
      const OptionOutline* option = add(std::string{'-', word[n]});
      if (option == nullptr || option->takes_value()) break;
    }
  }
  return typed;
}

}  // namespace

// Reads one file; a table for each command, within it one for each of its own commands.
class SettingsReader {
 public:
  SettingsReader(Settings& settings, const std::string& file) : settings_(settings), file_(file) {}

  void read_command(const toml::table& table, const CommandOutline& command) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const auto within = std::ranges::find(command.commands, name, &CommandOutline::word);
      const toml::table* inner = node.as_table();
      if (inner != nullptr && within != command.commands.end())
        read_command(*inner, *within);
      else if (inner != nullptr || &command == &settings_.program_)
        complain(key.source().begin.line, not_a_command(name, inner != nullptr, command));
      else
        read_option(name, node, key.source().begin.line, command);
    }
  }

 private:
  void complain(std::size_t line, const std::string& what) {
    settings_.complain(fmt::format("{}:{}", file_, line), what);
  }

  static std::string not_a_command(const std::string& name, bool is_table,
                                   const CommandOutline& command) {
    if (!is_table)
      return fmt::format("'{}' stands above all tables; options stand under their command's: [{}]",
                         name, command.commands.front().word());
    return fmt::format("there is no command '{}'{}", name,
                       suggestion(name, words_of(command.commands)));
  }

  void read_option(const std::string& key, const toml::node& node, std::size_t line,
                   const CommandOutline& command) {
    const OptionOutline* option =
        is_allowed("--" + key) ? option_named(command, "--" + key) : nullptr;
    if (option == nullptr)
      return complain(line, fmt::format("[{}] has no option '{}'{}", table_name(command), key,
                                        suggestion(key, keys_of(command))));
    const std::string name = *long_name(*option);
    Settings::Setting setting{.words = {}, .place = fmt::format("{}:{}", file_, line)};
    const std::string fault = read_value(node, name, *option, setting.words);
    if (!fault.empty()) return complain(line, fmt::format("{}: {}", key, fault));
    settings_.commands_[command.words].insert_or_assign(name, std::move(setting));
  }

  static std::string table_name(const CommandOutline& command) {
    return fmt::format("{}", fmt::join(command.words.begin() + 1, command.words.end(), "."));
  }

  // Empty, or what is wrong.
  static std::string read_value(const toml::node& node, const std::string& name,
                                const OptionOutline& option, std::vector<std::string>& words) {
    if (!option.takes_value()) {
      if (!node.is_boolean()) return "is a switch: true or false";
      if (**node.as_boolean()) words.push_back(name);
      return {};
    }
    const toml::array* list = node.as_array();
    if (list != nullptr && !option.repeats) return "takes one value, not a list";
    if (list != nullptr && list->empty()) return "the list is empty";
    const std::size_t count = list == nullptr ? 1 : list->size();
    for (std::size_t n = 0; n < count; ++n) {
      const auto value = as_typed(list == nullptr ? node : (*list)[n]);
      if (!value)
        return fmt::format("must be {} as --{} takes it: a text or a number{}", option.value,
                           name.substr(2), option.repeats ? ", or a list of them" : "");
      words.push_back(name + "=" + *value);
    }
    return {};
  }

  Settings& settings_;
  const std::string& file_;
};

void Settings::complain(const std::string& place, const std::string& what) {
  problems_.push_back(fmt::format("{}: {}", place, what));
}

void Settings::add(std::string_view toml, const std::string& file) {
  if (toml.size() > most_bytes) return complain(file, "larger than 1 MiB");
  TomlFault fault;
  const auto document = parse_toml(toml, fault);
  if (!document) return complain(fmt::format("{}:{}", file, fault.line), "not TOML: " + fault.what);
  SettingsReader(*this, file).read_command(*document, program_);
}

const CommandOutline& Settings::command_in(const std::vector<std::string>& typed) const {
  const CommandOutline* command = &program_;
  for (const std::string& word : typed) {
    const auto within = std::ranges::find(command->commands, word, &CommandOutline::word);
    if (within == command->commands.end()) break;
    command = &*within;
  }
  return *command;
}

std::size_t Settings::command_length(const std::vector<std::string>& typed) const {
  return command_in(typed).words.size() - 1;
}

const Settings::ByOption* Settings::settings_of(const CommandOutline& command) const {
  const auto found = commands_.find(command.words);
  return found == commands_.end() ? nullptr : &found->second;
}

std::vector<std::string> Settings::words_for(const std::vector<std::string>& typed) const {
  const CommandOutline& command = command_in(typed);
  std::vector<std::string> words;
  const ByOption* options = settings_of(command);
  if (options == nullptr) return words;
  const auto given = typed_options(command, std::span(typed).subspan(command.words.size() - 1));
  for (const auto& [name, setting] : *options)
    if (!given.contains(name))
      words.insert(words.end(), setting.words.begin(), setting.words.end());
  return words;
}

std::vector<std::string> Settings::places_of(const std::string& message,
                                             const std::vector<std::string>& typed) const {
  std::vector<std::string> places;
  const CommandOutline& command = command_in(typed);
  const ByOption* options = settings_of(command);
  if (options == nullptr) return places;
  const auto given = typed_options(command, std::span(typed).subspan(command.words.size() - 1));
  for (const auto& [name, setting] : *options) {
    const std::size_t at = message.find(name);
    const std::size_t end = at == std::string::npos ? at : at + name.size();
    const bool whole = at != std::string::npos &&
                       (end == message.size() || message.find_first_of(" :,=", end) == end);
    if (whole && !given.contains(name) && !setting.words.empty())
      places.push_back(fmt::format("{} is set in {}", name, setting.place));
  }
  return places;
}

}  // namespace oddport
