#include "host/network_namespaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "host/descriptor.h"
#include "host/proc_net.h"
#include "host/root_folder.h"

namespace oddport {

namespace {

namespace fs = std::filesystem;

std::uint64_t inode_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

Descriptor open_netlink() {
  return Descriptor(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
}

// A netlink socket in another namespace; only the thread that made it was ever there. `error` is an errno where it is not open.
Descriptor open_netlink_in(int namespace_file, int& error) {
  Descriptor netlink;
  error = 0;
  std::thread([&] {
    if (::setns(namespace_file, CLONE_NEWNET) == 0) netlink = open_netlink();
    if (!netlink) error = errno;
  }).join();
  return netlink;
}

// False where not even that may be read.
bool read_proc_net_of(const std::string& process, std::vector<Socket>& sockets) {
  bool read = false;
  for (const auto& [name, transport] :
       {std::pair{"tcp", Transport::tcp}, std::pair{"tcp6", Transport::tcp},
        std::pair{"udp", Transport::udp}, std::pair{"udp6", Transport::udp}}) {
    const auto table = read_proc_file(fmt::format("{}/net/{}", process, name));
    if (table) read_proc_net(*table, transport, sockets);
    read = read || table;
  }
  return read;
}

// Where a namespace's file is unmounted an empty one stays behind, as after a program that was killed.
bool is_namespace(const std::string& path) {
  struct statfs system {};
  return ::statfs(path.c_str(), &system) == 0 && system.f_type == NSFS_MAGIC;
}

// By namespace: its name.
std::map<std::uint64_t, std::string> namespace_files() {
  std::map<std::uint64_t, std::string> files;
  for (const char* folder : {"/run/netns", "/run/docker/netns"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (const std::uint64_t id = inode_of(entry.path()); id != 0 && is_namespace(entry.path()))
        files.try_emplace(id, entry.path());
  }
  return files;
}

// Where a namespace can be reached.
struct Place {
  std::string file;     // to enter by; may be missing or refused
  std::string process;  // "/proc/PID"; empty where no process is in it
};

class Survey {
 public:
  explicit Survey(NamespaceSurvey& survey) : survey_(survey) {}

  void add_own() {
    NetworkNamespace& own = survey_.namespaces.emplace_back();
    own.own = true;
    own.id = inode_of("/proc/thread-self/ns/net");
    own.name = name_of(own.id);
    const Descriptor netlink = open_netlink();
    take(netlink, errno, "/proc/thread-self", own);
  }

  void add(std::uint64_t id, const Place& place) {
    int error = 0;
    Descriptor file(::open(place.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) error = errno;
    // Gone since it was found, and its sockets with it.
    if (error == ENOENT || error == ESRCH) return;
    const Descriptor netlink = file ? open_netlink_in(file.number(), error) : Descriptor();
    // A name whose namespace is not mounted yet, or no longer: `ip netns` makes the file first and removes it last.
    if (error == EINVAL && place.process.empty()) return;
    add(id, std::move(file), netlink, error, place.process);
  }

  void add(std::uint64_t id, Descriptor file) {
    int error = 0;
    const Descriptor netlink = open_netlink_in(file.number(), error);
    add(id, std::move(file), netlink, error, {});
  }

  const std::map<std::uint64_t, std::string>& files() const { return files_; }

 private:
  void add(std::uint64_t id, Descriptor file, const Descriptor& netlink, int error,
           const std::string& process) {
    NetworkNamespace& other = survey_.namespaces.emplace_back();
    other.id = id;
    other.name = name_of(id);
    take(netlink, error, process, other);
    if (!netlink || doors_ == most_doors || !listens(other)) return;
    other.door = std::move(file);
    ++doors_;
  }

  std::size_t count_doors() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        survey_.namespaces, [](const NetworkNamespace& one) { return bool(one.door); }));
  }

  static bool listens(const NetworkNamespace& place) {
    return std::ranges::any_of(
        place.sockets, [](const Socket& socket) { return socket.state == SocketState::listening; });
  }

  std::string name_of(std::uint64_t id) const {
    const auto file = files_.find(id);
    return file == files_.end() ? std::string() : fs::path(file->second).filename().string();
  }

  void take(const Descriptor& netlink, int error, const std::string& process,
            NetworkNamespace& into) {
    std::string failure = std::generic_category().message(error);
    if (netlink) {
      SocketDump dump = dump_sockets(netlink.number());
      into.sockets = std::move(dump.sockets);
      if (dump.failure.empty()) return;
      failure = dump.failure;
    }
    // The whole of it by the other road, lest some be told twice.
    std::vector<Socket> sockets;
    if (!process.empty() && read_proc_net_of(process, sockets))
      into.sockets = std::move(sockets);
    else
      survey_.missing.push_back(fmt::format("sockets of the network namespace {}: {}",
                                            into.name.empty() ? std::to_string(into.id) : into.name,
                                            failure));
  }

  // A machine may hold thousands of containers, and a process by custom only 1,024 descriptors.
  static constexpr std::size_t most_doors = 400;

  NamespaceSurvey& survey_;
  std::size_t doors_ = count_doors();
  std::map<std::uint64_t, std::string> files_ = namespace_files();
};

bool knows(const NamespaceSurvey& survey, std::uint64_t id) {
  return std::ranges::any_of(survey.namespaces,
                             [id](const NetworkNamespace& one) { return one.id == id; });
}

}  // namespace

NamespaceSurvey survey_own_namespace() {
  NamespaceSurvey survey;
  Survey(survey).add_own();
  return survey;
}

NamespaceSurvey survey_namespaces(const std::vector<std::uint32_t>& pids) {
  NamespaceSurvey survey = survey_own_namespace();
  Survey work(survey);
  std::map<std::uint64_t, Place> places;
  // Whose namespace may not be looked at is known by its table of sockets: every namespace has a file of its own.
  std::map<std::uint64_t, Place> nameless;
  const std::uint64_t own_table = inode_of("/proc/thread-self/net/tcp");
  for (const std::uint32_t pid : pids) {
    const std::string process = fmt::format("/proc/{}", pid);
    const Place place{process + "/ns/net", process};
    const std::uint64_t id = inode_of(place.file);
    const std::uint64_t table = id == 0 ? inode_of(process + "/net/tcp") : 0;
    if (id != 0)
      places.try_emplace(id, place);
    else if (table != 0 && table != own_table)
      nameless.try_emplace(table, place);
  }
  for (const auto& [id, file] : work.files()) places.try_emplace(id, Place{file, {}});
  for (const auto& [id, place] : places)
    if (!knows(survey, id)) work.add(id, place);
  for (const auto& [table, place] : nameless) work.add(0, place);
  return survey;
}

bool add_namespace_of_socket(std::uint32_t pid, int descriptor, NamespaceSurvey& survey) {
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return false;
  const Descriptor socket(
      static_cast<int>(::syscall(SYS_pidfd_getfd, process.number(), descriptor, 0)));
  if (!socket) return false;
  Descriptor place(::ioctl(socket.number(), SIOCGSKNS));
  struct stat status {};
  if (!place || ::fstat(place.number(), &status) != 0 || knows(survey, status.st_ino)) return false;
  Survey(survey).add(status.st_ino, std::move(place));
  return true;
}

std::string enter_namespace(const Descriptor& door) {
  if (::setns(door.number(), CLONE_NEWNET) == 0) return {};
  return std::generic_category().message(errno);
}

}  // namespace oddport
