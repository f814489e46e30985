#include "host/executable.h"

#include <fmt/format.h>
#include <limits.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <string_view>

namespace oddport {

namespace {

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

std::optional<struct stat> look_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status;
}

std::string read_link(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
  return size > 0 ? std::string(target.data(), static_cast<std::size_t>(size)) : std::string();
}

// The kernel appends this to the path of a file that has lost its name; a name may also end so by itself.
constexpr std::string_view deleted_mark = " (deleted)";

}  // namespace

Executable find_executable(std::uint32_t pid) {
  const std::string process = fmt::format("/proc/{}", pid);
  Executable found;
  found.path = read_link(process + "/exe");
  const auto running = look_at(process + "/exe");
  if (found.path.empty() || !running) return found;
  const auto own_root = look_at("/");
  const auto its_root = look_at(process + "/root");
  const std::string apart = process + "/root";
  const bool has_own_root = own_root && its_root && !same_file(*own_root, *its_root);
  // A process in a mere chroot is told by its path from outside, one in a mount namespace by its path within.
  for (const std::string& root : {has_own_root ? apart : std::string("/"), std::string("/")}) {
    const auto there = RootFolder(root).look_at(found.path);
    if (!there || !same_file(*there, *running)) continue;
    found.root = root;
    found.state = ExecutableState::in_place;
    return found;
  }
  if (has_own_root) found.root = apart;
  if (found.path.ends_with(deleted_mark))
    found.path.resize(found.path.size() - deleted_mark.size());
  found.state = RootFolder(found.root).look_at(found.path) ? ExecutableState::replaced
                                                           : ExecutableState::deleted;
  return found;
}

}  // namespace oddport
