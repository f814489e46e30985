#include "cli/manual_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <vector>

namespace oddport {

namespace {

using Out = std::back_insert_iterator<std::string>;

// Of the pages' wording; fixed, so that the same sources give the same bytes.
constexpr std::string_view date_of_pages = "2026-11-22";

constexpr std::string_view exit_status = R"(.SH EXIT STATUS
.TP
0
done
.TP
1
there were findings, where
.B \-\-fail\-on
asked for it
.TP
2
bad usage
.TP
3
something could not be read or sent; what could be is reported
.TP
130
interrupted; what was found until then is reported
)";

// man(7) takes a point or an apostrophe that begins a line for a request, and a bare hyphen for one of text.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t n = 0; n < text.size(); ++n) {
    const char c = text[n];
    const bool begins_line = n == 0 || text[n - 1] == '\n';
    if (begins_line && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

// Lines of pages are kept short, which man(7) joins again.
std::string paragraph(std::string_view text) {
  constexpr std::size_t widest = 72;
  std::string lines;
  while (text.size() > widest) {
    std::size_t blank = text.rfind(' ', widest);
    if (blank == std::string_view::npos) blank = text.find(' ');
    if (blank == std::string_view::npos) break;
    lines += escaped(text.substr(0, blank)) + "\n";
    text.remove_prefix(blank + 1);
  }
  return lines + escaped(text);
}

// "What is that doing on this port?" of a longer text.
std::string_view first_sentence(std::string_view text) {
  const std::size_t end = text.find_first_of("?.;");
  return end == std::string_view::npos ? text : text.substr(0, end + (text[end] == '?' ? 1 : 0));
}

std::string in_capitals(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

void write_option(const OptionOutline& option, Out out) {
  fmt::format_to(out, ".TP\n");
  std::vector<std::string> names;
  for (const std::string& name : option.names)
    names.push_back(fmt::format("\\fB{}\\fR", escaped(name)));
  fmt::format_to(out, "{}", fmt::join(names, ", "));
  if (option.takes_value() && option.names.front().starts_with('-'))
    fmt::format_to(out, " \\fI{}\\fR{}", escaped(option.value), option.repeats ? " ..." : "");
  fmt::format_to(out, "\n{}", paragraph(option.about));
  if (!option.initial.empty())
    fmt::format_to(out, "\n(default:\n.BR {} )", escaped(fmt::format("\"{}\"", option.initial)));
  fmt::format_to(out, "\n");
}

void write_synopsis(const CommandOutline& command, Out out) {
  fmt::format_to(out, ".SH SYNOPSIS\n.B {}\n",
                 escaped(fmt::format("{}", fmt::join(command.words, " "))));
  if (!command.options.empty()) fmt::format_to(out, ".RI [ options ]\n");
  if (!command.commands.empty()) fmt::format_to(out, ".I command\n");
  for (const OptionOutline& positional : command.positionals) {
    const std::string name = escaped(positional.names.front());
    const std::string_view more = positional.repeats ? " ..." : "";
    if (positional.required)
      fmt::format_to(out, ".IR {}{}\n", name, more);
    else
      fmt::format_to(out, ".RI [ {} ]{}\n", name, more);
  }
}

void write_options(const CommandOutline& command, Out out) {
  std::vector<std::string> groups;
  for (const OptionOutline& option : command.options)
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  if (groups.empty()) return;
  fmt::format_to(out, ".SH OPTIONS\n");
  for (const std::string& group : groups) {
    if (groups.size() > 1) fmt::format_to(out, ".SS {}\n", escaped(group));
    for (const OptionOutline& option : command.options)
      if (option.group == group) write_option(option, out);
  }
}

void write_commands(const CommandOutline& command, Out out) {
  if (command.commands.empty()) return;
  fmt::format_to(out, ".SH COMMANDS\n");
  for (const CommandOutline& each : command.commands)
    fmt::format_to(out, ".TP\n.BR {} (1)\n{}\n", escaped(name_of_page(each)),
                   paragraph(each.about));
}

void write_examples(const CommandOutline& command, Out out) {
  constexpr std::string_view heading = "Examples:\n";
  const std::size_t at = command.footer.find(heading);
  if (at == std::string::npos) return;
  fmt::format_to(out, ".SH EXAMPLES\n.nf\n{}\n.fi\n",
                 escaped(std::string_view{command.footer}.substr(at + heading.size())));
}

void write_see_also(const CommandOutline& command, Out out) {
  if (command.words.size() == 1) {
    fmt::format_to(out, ".SH SEE ALSO\n.BR tcpdump (8),\n.BR nmap (1),\n.BR ss (8)\n");
    return;
  }
  CommandOutline above = command;
  above.words.pop_back();
  fmt::format_to(out, ".SH SEE ALSO\n.BR {} (1)\n", escaped(name_of_page(above)));
}

}  // namespace

std::string name_of_page(const CommandOutline& command) {
  return fmt::format("{}", fmt::join(command.words, "-"));
}

std::string manual_page(const CommandOutline& command, std::string_view version) {
  std::string page;
  const Out out = std::back_inserter(page);
  const std::string name = name_of_page(command);
  fmt::format_to(out, ".TH {} 1 {} \"oddport {}\" \"User Commands\"\n", escaped(in_capitals(name)),
                 date_of_pages, version);
  fmt::format_to(out, ".SH NAME\n{} \\- {}\n", escaped(name),
                 escaped(first_sentence(command.about)));
  write_synopsis(command, out);
  fmt::format_to(out, ".SH DESCRIPTION\n{}{}\n", paragraph(command.about),
                 command.about.ends_with('.') ? "" : ".");
  if (!command.positionals.empty()) {
    fmt::format_to(out, ".SH ARGUMENTS\n");
    for (const OptionOutline& positional : command.positionals) write_option(positional, out);
  }
  write_commands(command, out);
  write_options(command, out);
  fmt::format_to(out, "{}", exit_status);
  write_examples(command, out);
  write_see_also(command, out);
  return page;
}

}  // namespace oddport
