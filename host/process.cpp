#include "host/process.h"

#include <dirent.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>

#include "host/control_group.h"
#include "host/executable.h"
#include "host/root_folder.h"

namespace oddport {

namespace {

constexpr std::size_t most_command_line = 4096;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// "socket:[12345]"
std::optional<std::uint32_t> socket_inode(const std::string& link) {
  constexpr std::string_view lead = "socket:[";
  std::array<char, 64> target{};
  const ssize_t size = ::readlink(link.c_str(), target.data(), target.size());
  if (size < 0) return std::nullopt;
  std::string_view text(target.data(), static_cast<std::size_t>(size));
  if (!text.starts_with(lead) || !text.ends_with(']')) return std::nullopt;
  text.remove_prefix(lead.size());
  text.remove_suffix(1);
  return number<std::uint32_t>(text);
}

// Arguments end with NUL; a process may have written anything over them.
std::string command_line(const std::string& process) {
  std::string text = read_proc_file(process + "/cmdline", most_command_line).value_or("");
  text.erase(text.find_last_not_of('\0') + 1);
  std::ranges::replace(text, '\0', ' ');
  return text;
}

std::string first_line(std::string text) {
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

// The effective one: "Uid:\t1000\t1000\t1000\t1000".
std::uint32_t effective_user(const std::string& status) {
  const std::size_t at = status.find("\nUid:\t");
  if (at == std::string::npos) return 0;
  std::string_view rest = std::string_view(status).substr(at + 6);
  rest.remove_prefix(std::min(rest.find('\t') + 1, rest.size()));
  return number<std::uint32_t>(rest.substr(0, rest.find('\t'))).value_or(0);
}

}  // namespace

std::vector<std::uint32_t> list_processes() {
  std::vector<std::uint32_t> pids;
  const Folder folder(::opendir("/proc"));
  if (folder == nullptr) return pids;
  while (const dirent* entry = ::readdir(folder.get()))
    if (const auto pid = number<std::uint32_t>(entry->d_name)) pids.push_back(*pid);
  std::ranges::sort(pids);
  return pids;
}

std::vector<HeldSocket> list_sockets(std::uint32_t pid, bool& refused) {
  std::vector<HeldSocket> held;
  const std::string path = fmt::format("/proc/{}/fd", pid);
  errno = 0;
  const Folder folder(::opendir(path.c_str()));
  refused = folder == nullptr && errno == EACCES;
  if (folder == nullptr) return held;
  while (const dirent* entry = ::readdir(folder.get())) {
    const auto descriptor = number<int>(entry->d_name);
    if (!descriptor) continue;
    const auto inode = socket_inode(path + "/" + entry->d_name);
    if (inode) held.push_back({*inode, *descriptor});
  }
  return held;
}

bool is_internet_socket(std::uint32_t pid, int descriptor) {
  std::array<char, 32> name{};
  const std::string path = fmt::format("/proc/{}/fd/{}", pid, descriptor);
  const ssize_t size =
      ::getxattr(path.c_str(), "system.sockprotoname", name.data(), name.size() - 1);
  const std::string_view protocol = name.data();
  return size > 0 && (protocol == "TCP" || protocol == "TCPv6" || protocol == "UDP" ||
                      protocol == "UDPv6" || protocol == "MPTCP" || protocol == "MPTCPv6");
}

ProcessLook look_at_process(std::uint32_t pid) {
  const std::string process = fmt::format("/proc/{}", pid);
  ProcessLook look;
  ProcessFacts& facts = look.facts;
  facts.pid = pid;
  facts.name = first_line(read_proc_file(process + "/comm").value_or(""));
  facts.command_line = command_line(process);
  facts.uid = effective_user(read_proc_file(process + "/status").value_or(""));
  ControlGroup group = read_control_group(read_proc_file(process + "/cgroup").value_or(""));
  facts.unit = std::move(group.unit);
  facts.container = std::move(group.container);
  Executable executable = find_executable(pid);
  facts.executable = std::move(executable.path);
  facts.executable_state = executable.state;
  look.root = std::move(executable.root);
  // Another root has users of its own, whose names this machine does not know.
  if (look.root == "/") facts.user = user_name(facts.uid);
  return look;
}

std::string user_name(std::uint32_t uid) {
  std::array<char, 4096> space{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, space.data(), space.size(), &found) != 0 || found == nullptr)
    return {};
  return found->pw_name;
}

}  // namespace oddport
