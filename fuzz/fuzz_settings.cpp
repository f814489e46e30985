// Reads settings from arbitrary text: whatever the text, problems come of it, or words that begin with the name of an option; none of
// an option that was typed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "cli/settings.h"

namespace oddport {

namespace {

// toml++ takes its time with what is deeply strange.
constexpr std::size_t most_text = 16384;

OptionOutline option(std::vector<std::string> names, std::string value, bool repeats) {
  OptionOutline made;
  made.names = std::move(names);
  made.value = std::move(value);
  made.repeats = repeats;
  return made;
}

CommandOutline command(const std::string& word) {
  CommandOutline made;
  made.words = {"oddport", word};
  made.options = {option({"-q", "--quiet"}, "", false), option({"--limit"}, "N", false),
                  option({"--label"}, "LABEL", true), option({"-i", "--interface"}, "NAME", true),
                  option({"--rules"}, "FILE", true)};
  return made;
}

CommandOutline program() {
  CommandOutline made;
  made.words = {"oddport"};
  made.commands = {command("read"), command("scan"), command("listen")};
  return made;
}

void check(const Settings& settings, const std::string& word) {
  for (const std::string& set : settings.words_for({word}))
    if (!set.starts_with("--") || set.find('=') + 1 == set.size() || set.find('\0') != set.npos)
      std::abort();
  for (const std::string& set : settings.words_for({word, "-qi", "lo", "--limit=1"}))
    if (!set.starts_with("--label=") && !set.starts_with("--rules=")) std::abort();
  if (!settings.places_of("--limit: is wrong", {word, "--limit", "1"}).empty()) std::abort();
}

}  // namespace

}  // namespace oddport

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace oddport;
  static const CommandOutline outline = program();
  if (size > most_text) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Settings settings(outline);
  settings.add(text, "fuzz.toml");
  for (const std::string& problem : settings.problems())
    if (!problem.starts_with("fuzz.toml:")) std::abort();
  for (const CommandOutline& each : outline.commands) check(settings, each.word());
  return 0;
}
