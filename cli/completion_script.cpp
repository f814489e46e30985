#include "cli/completion_script.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>
#include <string_view>
#include <vector>

namespace oddport {

namespace {

using Out = std::back_insert_iterator<std::string>;

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

// Between single quotes, as all of these shells read them.
std::string quoted(const std::string& text) { return "'" + replaced(text, "'", R"('\'')") + "'"; }

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

// The words behind the program's own: "", "read", "rules check".
std::string path_of(const CommandOutline& command) {
  return fmt::format("{}", fmt::join(command.words.begin() + 1, command.words.end(), " "));
}

template <typename Visit>
void visit(const CommandOutline& command, Visit&& visitor) {
  visitor(command);
  for (const CommandOutline& each : command.commands) visit(each, visitor);
}

std::vector<std::string> words_of(const std::vector<CommandOutline>& commands) {
  std::vector<std::string> words;
  words.reserve(commands.size());
  for (const CommandOutline& each : commands) words.push_back(each.word());
  return words;
}

bool takes_file(const CommandOutline& command) {
  for (const OptionOutline& positional : command.positionals)
    if (positional.takes_file()) return true;
  return false;
}

std::vector<std::string> choices_of(const std::vector<OptionOutline>& options) {
  std::vector<std::string> all;
  for (const OptionOutline& option : options)
    all.insert(all.end(), option.choices.begin(), option.choices.end());
  return all;
}

// ---- bash ----

constexpr std::string_view bash_head = R"(# bash completion for oddport

# The words offered; of a list, for its last item.
_oddport_words() {
  local head=""
  [[ $cur == *,* ]] && head=${cur%,*},
  COMPREPLY=($(compgen -P "$head" -W "$1" -- "${cur##*,}"))
}

_oddport() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command="" word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$command/$word" in
)";

void write_bash_values(const CommandOutline& command, Out out) {
  for (const OptionOutline& option : command.options) {
    if (!option.takes_value()) continue;
    std::vector<std::string> patterns;
    for (const std::string& name : option.names)
      patterns.push_back(fmt::format("{}/{}", path_of(command), name));
    for (std::string& pattern : patterns) pattern = quoted(pattern);
    fmt::format_to(out, "    {})", fmt::join(patterns, "|"));
    if (!option.choices.empty())
      fmt::format_to(out, " _oddport_words {};", quoted(joined(option.choices)));
    else if (option.takes_file())
      fmt::format_to(out, " COMPREPLY=($(compgen -f -- \"$cur\"));");
    fmt::format_to(out, " return ;;\n");
  }
}

void write_bash_words(const CommandOutline& command, Out out) {
  std::vector<std::string> words = words_of(command.commands);
  for (const std::string& choice : choices_of(command.positionals)) words.push_back(choice);
  std::vector<std::string> options;
  for (const OptionOutline& option : command.options)
    options.insert(options.end(), option.names.begin(), option.names.end());
  fmt::format_to(out, "    {})\n      if [[ $cur == -* ]]; then _oddport_words {}\n",
                 quoted(path_of(command)), quoted(joined(options)));
  if (!words.empty())
    fmt::format_to(out, "      else _oddport_words {}\n", quoted(joined(words)));
  else if (takes_file(command))
    fmt::format_to(out, "      else COMPREPLY=($(compgen -f -- \"$cur\"))\n");
  fmt::format_to(out, "      fi ;;\n");
}

std::string bash_script(const CommandOutline& program) {
  std::string script{bash_head};
  const Out out = std::back_inserter(script);
  visit(program, [&](const CommandOutline& command) {
    for (const CommandOutline& each : command.commands)
      fmt::format_to(out, "      {}) command={} ;;\n", quoted(path_of(command) + "/" + each.word()),
                     quoted(path_of(each)));
  });
  fmt::format_to(out, "    esac\n  done\n  case \"$command/$prev\" in\n");
  visit(program, [&](const CommandOutline& command) { write_bash_values(command, out); });
  fmt::format_to(out, "  esac\n  case \"$command\" in\n");
  visit(program, [&](const CommandOutline& command) { write_bash_words(command, out); });
  fmt::format_to(out, "  esac\n}}\n\ncomplete -o filenames -F _oddport oddport\n");
  return script;
}

// ---- zsh ----

// In a specification of _arguments brackets and colons have a meaning of their own.
std::string zsh_text(std::string text) {
  for (const std::string_view special : {"\\", "[", "]", ":"})
    text = replaced(std::move(text), special, "\\" + std::string{special});
  return text;
}

std::string zsh_action(const OptionOutline& option) {
  if (!option.choices.empty())
    return fmt::format("_values -s , {} {}", option.value, joined(option.choices));
  return option.takes_file() ? "_files" : " ";
}

void write_zsh_option(const OptionOutline& option, Out out) {
  for (const std::string& name : option.names) {
    std::string spec = option.repeats ? "*" : fmt::format("({})", fmt::join(option.names, " "));
    spec += fmt::format("{}[{}]", name, zsh_text(option.about));
    if (option.takes_value())
      spec += fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option));
    fmt::format_to(out, " \\\n        {}", quoted(spec));
  }
}

std::string zsh_function(const CommandOutline& command) {
  return "_" + fmt::format("{}", fmt::join(command.words, "_"));
}

void write_zsh_commands(const CommandOutline& command, Out out) {
  fmt::format_to(out, "  case $state in\n    command)\n      local -a commands=(\n");
  for (const CommandOutline& each : command.commands)
    fmt::format_to(out, "        {}\n", quoted(each.word() + ":" + each.about));
  fmt::format_to(out,
                 "      )\n      _describe command commands ;;\n    argument)\n"
                 "      case $words[1] in\n");
  for (const CommandOutline& each : command.commands)
    fmt::format_to(out, "        {}) {} ;;\n", each.word(), zsh_function(each));
  fmt::format_to(out, "      esac ;;\n  esac\n");
}

void write_zsh_function(const CommandOutline& command, Out out) {
  fmt::format_to(out,
                 "{}() {{\n  local context state state_descr line\n  typeset -A opt_args\n"
                 "  _arguments -C",
                 zsh_function(command));
  for (const OptionOutline& option : command.options) write_zsh_option(option, out);
  if (!command.commands.empty())
    fmt::format_to(out, " \\\n        '1:command:->command' '*::argument:->argument'");
  for (const OptionOutline& positional : command.positionals)
    fmt::format_to(out, " \\\n        {}",
                   quoted(fmt::format("{}:{}:{}", positional.repeats ? "*" : "",
                                      zsh_text(positional.names.front()), zsh_action(positional))));
  fmt::format_to(out, "\n");
  if (!command.commands.empty()) write_zsh_commands(command, out);
  fmt::format_to(out, "}}\n\n");
}

std::string zsh_script(const CommandOutline& program) {
  std::string script = "#compdef oddport\n\n";
  const Out out = std::back_inserter(script);
  visit(program, [&](const CommandOutline& command) { write_zsh_function(command, out); });
  fmt::format_to(out,
                 "if [[ $funcstack[1] == _oddport ]]; then\n  _oddport \"$@\"\nelse\n"
                 "  compdef _oddport oddport\nfi\n");
  return script;
}

// ---- fish ----

// Where the command line has come to: behind all the words of the command, and none of those within it.
std::string fish_condition(const CommandOutline& command) {
  std::vector<std::string> conditions;
  for (std::size_t n = 1; n < command.words.size(); ++n)
    conditions.push_back("__fish_seen_subcommand_from " + command.words[n]);
  if (!command.commands.empty())
    conditions.push_back(fmt::format("not __fish_seen_subcommand_from {}",
                                     fmt::join(words_of(command.commands), " ")));
  return fmt::format("{}", fmt::join(conditions, "; and "));
}

void write_fish_option(const OptionOutline& option, const std::string& condition, Out out) {
  fmt::format_to(out, "complete -c oddport -n {}", quoted(condition));
  for (const std::string& name : option.names) {
    const bool is_long = name.starts_with("--");
    fmt::format_to(out, " {} {}",
                   is_long            ? "-l"
                   : name.size() == 2 ? "-s"
                                      : "-o",
                   name.substr(is_long ? 2 : 1));
  }
  if (!option.choices.empty())
    fmt::format_to(out, " -x -a {}", quoted(joined(option.choices)));
  else if (option.takes_value())
    fmt::format_to(out, "{}", option.takes_file() ? " -r -F" : " -x");
  fmt::format_to(out, " -d {}\n", quoted(option.about));
}

void write_fish_command(const CommandOutline& command, Out out) {
  const std::string condition = fish_condition(command);
  for (const CommandOutline& each : command.commands)
    fmt::format_to(out, "complete -c oddport -n {} -a {} -d {}\n", quoted(condition), each.word(),
                   quoted(each.about));
  for (const OptionOutline& option : command.options) write_fish_option(option, condition, out);
  if (const auto choices = choices_of(command.positionals); !choices.empty())
    fmt::format_to(out, "complete -c oddport -n {} -a {}\n", quoted(condition),
                   quoted(joined(choices)));
  if (takes_file(command)) fmt::format_to(out, "complete -c oddport -n {} -F\n", quoted(condition));
}

std::string fish_script(const CommandOutline& program) {
  std::string script = "# fish completion for oddport\ncomplete -c oddport -f\n";
  visit(program, [&](const CommandOutline& command) {
    write_fish_command(command, std::back_inserter(script));
  });
  return script;
}

}  // namespace

std::string completion_script(const CommandOutline& program, Shell shell) {
  switch (shell) {
    case Shell::bash:
      return bash_script(program);
    case Shell::zsh:
      return zsh_script(program);
    case Shell::fish:
      return fish_script(program);
  }
  return {};
}

}  // namespace oddport
