#include "cli/toml_text.h"

#include "cli/toml_guard.h"

namespace oddport {

std::optional<toml::table> parse_toml(std::string_view text, TomlFault& fault) {
  if (const auto danger = find_danger(text)) {
    fault = {.line = danger->line, .what = std::string(danger->what)};
    return std::nullopt;
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    fault = {.line = error.source().begin.line, .what = std::string(error.description())};
  } catch (const DocumentGivenUp&) {
    fault = {.line = 0, .what = "something is in a place where nothing like it can be"};
  }
  return std::nullopt;
}

}  // namespace oddport
