#include "cli/program_help.h"

#include <fmt/format.h>

#include <string_view>

#include "classify/text_lines.h"

namespace oddport {

namespace {

constexpr std::size_t most_examples = 3;

// The lines behind the first, which is a heading.
std::string first_examples(std::string_view footer) {
  std::string lines;
  LineReader rest(footer);
  rest.next();
  for (std::size_t i = 0; i < most_examples && !rest.at_end(); ++i)
    lines += fmt::format("{}\n", rest.next().text);
  return lines;
}

std::string names_of(const CommandOutline& program) {
  std::string names;
  for (const OptionOutline& option : program.options) {
    if (!names.empty()) names += ", ";
    names += option.names.back();
    if (option.takes_value()) names += " " + option.value;
  }
  return names;
}

}  // namespace

std::string program_help(const CommandOutline& program) {
  std::size_t width = 0;
  for (const CommandOutline& command : program.commands)
    width = std::max(width, command.word().size());
  std::string text = fmt::format("{}\nUsage: {} COMMAND ...; {} COMMAND --help tells of each\n",
                                 program.about, program.word(), program.word());
  for (const CommandOutline& command : program.commands)
    text += fmt::format("  {:<{}}  {}\n", command.word(), width, command.about);
  if (!program.footer.empty()) text += first_examples(program.footer);
  return text + fmt::format("Options: {}\n", names_of(program));
}

}  // namespace oddport
