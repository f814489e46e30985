#include "host/control_group.h"

#include <algorithm>
#include <array>

namespace oddport {

namespace {

constexpr std::size_t identifier_digits = 64;
constexpr std::size_t shown_digits = 12;  // as the runtimes themselves shorten it

bool is_identifier(std::string_view text) {
  return text.size() == identifier_digits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_unit(std::string_view name) {
  return name.ends_with(".service") || name.ends_with(".socket") || name.ends_with(".scope") ||
         name.ends_with(".mount");
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string_view container_of(std::string_view name) {
  const bool scope = take_suffix(name, ".scope");
  for (const std::string_view runtime :
       {"docker-", "cri-containerd-", "crio-", "libpod-", "containerd-"})
    if (take_prefix(name, runtime)) break;
  if (is_identifier(name)) return name.substr(0, shown_digits);
  if (take_prefix(name, "lxc.payload.")) return name;
  if (scope && take_prefix(name, "machine-")) return name;
  return {};
}

void look_at_path(std::string_view path, ControlGroup& found) {
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (is_unit(name)) found.unit = name;
    const std::string_view container = container_of(name);
    if (!container.empty()) found.container = container;
  }
}

}  // namespace

ControlGroup read_control_group(std::string_view text) {
  ControlGroup found;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    // hierarchy:controllers:path; units stand in the unified hierarchy and in the one that systemd named for itself.
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    ControlGroup here;
    look_at_path(line.substr(second + 1), here);
    if (found.container.empty()) found.container = here.container;
    if (found.unit.empty() && (controllers.empty() || controllers == "name=systemd"))
      found.unit = here.unit;
  }
  return found;
}

}  // namespace oddport
