#include "host/inventory.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "host/network_namespaces.h"
#include "host/package.h"
#include "host/process.h"

namespace oddport {

namespace {

// Who holds the sockets, by inode: an inode is one socket's, whatever the namespace.
struct Holders {
  std::map<std::uint32_t, std::vector<std::uint32_t>> pids;
  std::vector<std::pair<std::uint32_t, HeldSocket>> all;
  std::size_t refused = 0;  // processes whose descriptors may not be looked at
};

Holders find_holders(const std::vector<std::uint32_t>& processes) {
  Holders holders;
  for (const std::uint32_t pid : processes) {
    bool refused = false;
    for (const HeldSocket& held : list_sockets(pid, refused)) {
      std::vector<std::uint32_t>& pids = holders.pids[held.inode];
      if (!pids.empty() && pids.back() == pid) continue;  // the same socket under two numbers
      pids.push_back(pid);
      holders.all.emplace_back(pid, held);
    }
    holders.refused += refused ? 1 : 0;
  }
  return holders;
}

// Namespaces that processes have left while they kept sockets of theirs.
void follow_sockets(const Holders& holders, NamespaceSurvey& survey) {
  std::set<std::uint32_t> known;
  const auto learn = [&known](const NetworkNamespace& one) {
    for (const Socket& socket : one.sockets) known.insert(socket.inode);
  };
  for (const NetworkNamespace& one : survey.namespaces) learn(one);
  for (const auto& [pid, held] : holders.all) {
    if (known.contains(held.inode) || !is_internet_socket(pid, held.descriptor)) continue;
    if (add_namespace_of_socket(pid, held.descriptor, survey)) learn(survey.namespaces.back());
    known.insert(held.inode);
  }
}

// The ports on which something listens, so that the ends of a connection can be told apart.
using ListeningPorts = std::set<std::pair<Transport, std::uint16_t>>;

ListeningPorts listening_ports(const NetworkNamespace& place) {
  ListeningPorts ports;
  for (const Socket& socket : place.sockets)
    if (socket.state == SocketState::listening) ports.emplace(socket.transport, socket.local.port);
  return ports;
}

HostSocket make_socket(const Socket& socket, const NetworkNamespace& place,
                       const ListeningPorts& listening) {
  HostSocket made;
  made.transport = socket.transport;
  made.local = socket.local;
  made.remote = socket.remote;
  made.serves = socket.state == SocketState::listening ||
                listening.contains({socket.transport, socket.local.port});
  HostFacts& facts = made.facts;
  facts.state = socket.state;
  facts.inode = socket.inode;
  facts.dual_stack = socket.dual_stack;
  facts.namespace_id = place.id;
  facts.namespace_name = place.name;
  facts.own_namespace = place.own;
  facts.uid = socket.uid;
  facts.user = user_name(socket.uid);
  return made;
}

std::vector<HostSocket> choose_sockets(const NamespaceSurvey& survey, const PortSet& watched) {
  std::vector<HostSocket> chosen;
  std::set<std::pair<std::uint64_t, std::uint32_t>> taken;  // a dump may tell a socket twice
  for (const NetworkNamespace& place : survey.namespaces) {
    const ListeningPorts listening = listening_ports(place);
    for (const Socket& socket : place.sockets) {
      const bool concerns = watched.contains(socket.local.port) ||
                            (socket.remote.port != 0 && watched.contains(socket.remote.port));
      if (!concerns) continue;
      if (socket.inode != 0 && !taken.emplace(place.id, socket.inode).second) continue;
      chosen.push_back(make_socket(socket, place, listening));
    }
  }
  return chosen;
}

std::string why_nobody(const HostFacts& facts, const Holders& holders) {
  if (facts.inode == 0) return "the process: none holds the socket any more";
  if (holders.refused > 0)
    return fmt::format(
        "the process: {} processes may not be looked at (root may, or who has CAP_SYS_PTRACE and "
        "CAP_DAC_READ_SEARCH)",
        holders.refused);
  return "the process: none that can be seen holds the socket; the kernel's own, or of a process "
         "outside this PID namespace";
}

// The packages of all executables, each file system's lists being read once.
class PackageSearch {
 public:
  void want(const std::string& root, const std::string& file) {
    const auto status = RootFolder(root).look_at("/");
    if (!status || file.empty()) return;
    Wanted& wanted = wanted_[{status->st_dev, status->st_ino}];
    wanted.root = root;
    wanted.files.insert(file);
    keys_[root] = {status->st_dev, status->st_ino};
  }

  void run() {
    for (auto& [key, wanted] : wanted_)
      wanted.found = find_packages(RootFolder(wanted.root), wanted.files);
  }

  std::optional<PackageFacts> of(const std::string& root, const std::string& file) const {
    const auto key = keys_.find(root);
    if (key == keys_.end()) return std::nullopt;
    const auto& found = wanted_.at(key->second).found;
    const auto package = found.find(file);
    return package == found.end() ? std::nullopt : std::optional(package->second);
  }

 private:
  struct Wanted {
    std::string root;
    std::set<std::string> files;
    std::map<std::string, PackageFacts> found;
  };
  using Key = std::pair<dev_t, ino_t>;

  std::map<Key, Wanted> wanted_;
  std::map<std::string, Key> keys_;
};

void tell_holders(const Holders& holders, std::vector<HostSocket>& sockets) {
  std::map<std::uint32_t, ProcessLook> looks;
  PackageSearch packages;
  for (HostSocket& socket : sockets) {
    const auto held = holders.pids.find(socket.facts.inode);
    if (socket.facts.inode == 0 || held == holders.pids.end()) {
      socket.facts.missing = why_nobody(socket.facts, holders);
      continue;
    }
    socket.facts.pids = held->second;
    const std::uint32_t pid = held->second.front();
    if (looks.contains(pid)) continue;
    const ProcessLook& look = looks[pid] = look_at_process(pid);
    packages.want(look.root, look.facts.executable);
  }
  packages.run();
  for (HostSocket& socket : sockets) {
    if (socket.facts.pids.empty()) continue;
    const ProcessLook& look = looks.at(socket.facts.pids.front());
    socket.facts.process = look.facts;
    socket.facts.process->package = packages.of(look.root, look.facts.executable);
    if (look.facts.executable.empty())
      socket.facts.missing = "the executable: it may not be looked at";
  }
}

// The others close with the survey.
std::map<std::uint64_t, Descriptor> doors_to(const std::vector<HostSocket>& sockets,
                                             NamespaceSurvey& survey) {
  std::set<std::uint64_t> wanted;
  for (const HostSocket& socket : sockets)
    if (socket.facts.state == SocketState::listening) wanted.insert(socket.facts.namespace_id);
  std::map<std::uint64_t, Descriptor> doors;
  for (NetworkNamespace& place : survey.namespaces)
    if (place.door && wanted.contains(place.id)) doors.emplace(place.id, std::move(place.door));
  return doors;
}

bool comes_before(const HostSocket& a, const HostSocket& b) {
  const auto key = [](const HostSocket& socket) {
    return std::tuple(!socket.facts.own_namespace, socket.facts.namespace_id, socket.local.port,
                      socket.transport, socket.local.ip, socket.remote, socket.facts.inode);
  };
  return key(a) < key(b);
}

}  // namespace

Inventory take_inventory(const PortSet& watched, Namespaces namespaces) {
  Inventory inventory;
  const std::vector<std::uint32_t> processes = list_processes();
  const bool all = namespaces == Namespaces::all;
  NamespaceSurvey survey = all ? survey_namespaces(processes) : survey_own_namespace();
  const Holders holders = find_holders(processes);
  if (all) follow_sockets(holders, survey);
  inventory.sockets = choose_sockets(survey, watched);
  tell_holders(holders, inventory.sockets);
  std::ranges::sort(inventory.sockets, comes_before);
  inventory.missing = std::move(survey.missing);
  inventory.doors = doors_to(inventory.sockets, survey);
  return inventory;
}

Observation observe(const HostSocket& socket, Time now) {
  Observation seen;
  seen.source = Source::host;
  seen.transport = socket.transport;
  seen.server = socket.serves ? socket.local : socket.remote;
  seen.client = socket.serves ? socket.remote : socket.local;
  // The kernel knows which end listens.
  seen.basis = RoleBasis::handshake;
  seen.first = seen.last = now;
  seen.exchange.transport = socket.transport;
  seen.host = &socket.facts;
  return seen;
}

}  // namespace oddport
