// What a machine knows of one of its own sockets: its state, where it lives, which process holds it and where that program comes from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oddport {

enum class SocketState : std::uint8_t {
  listening,   // TCP that accepts connections, UDP that takes datagrams from anybody
  connecting,  // the handshake is not over
  connected,
  closing,  // one side at least has ended its stream
};

// Whether what runs is still the file that its path names.
enum class ExecutableState : std::uint8_t {
  unknown,   // may not be looked at
  in_place,  // the very file that was started
  replaced,  // another file has taken its place since
  deleted,   // nothing is there any more
};

// What the checksums of the package say of the file that its path names now.
enum class PackageFile : std::uint8_t {
  unchecked,  // the package lists no checksum, or the file cannot be read
  intact,
  modified,
};

struct PackageFacts {
  std::string name;
  std::string version;  // empty where dpkg's status does not tell
  PackageFile file = PackageFile::unchecked;
};

struct ProcessFacts {
  std::uint32_t pid = 0;  // in the caller's PID namespace
  std::string name;       // as the kernel keeps it: 15 bytes at most, and the process may change it
  std::string executable;  // path, as its own root has it; empty where it may not be looked at
  ExecutableState executable_state = ExecutableState::unknown;
  std::string command_line;  // arguments joined by blanks, at most 4 KiB of them
  std::uint32_t uid = 0;
  std::string user;       // empty where the number has no name here
  std::string unit;       // of systemd; empty where none
  std::string container;  // identifier or name; empty where none is seen
  std::optional<PackageFacts> package;
};

struct HostFacts {
  SocketState state = SocketState::listening;
  std::uint32_t inode = 0;              // 0 where no process can hold the socket any more
  bool dual_stack = false;              // an IPv6 wildcard that takes IPv4 as well
  std::uint64_t namespace_id = 0;       // of the network namespace; 0 where it may not be looked at
  std::string namespace_name;           // where `ip netns` or a container runtime gave it one
  bool own_namespace = true;            // the caller's
  std::uint32_t uid = 0;                // who made the socket
  std::string user;                     // likewise; empty where the number has no name here
  std::vector<std::uint32_t> pids;      // all that hold the socket, ascending
  std::optional<ProcessFacts> process;  // the first of them; none where none may be seen
  std::string missing;                  // what could not be learned and why; empty where all was
};

constexpr std::string_view to_string(SocketState state) {
  switch (state) {
    case SocketState::listening:
      return "listening";
    case SocketState::connecting:
      return "connecting";
    case SocketState::connected:
      return "connected";
    case SocketState::closing:
      return "closing";
  }
  return "listening";
}

constexpr std::string_view to_string(ExecutableState state) {
  switch (state) {
    case ExecutableState::unknown:
      return "unknown";
    case ExecutableState::in_place:
      return "in-place";
    case ExecutableState::replaced:
      return "replaced";
    case ExecutableState::deleted:
      return "deleted";
  }
  return "unknown";
}

constexpr std::string_view to_string(PackageFile file) {
  switch (file) {
    case PackageFile::unchecked:
      return "unchecked";
    case PackageFile::intact:
      return "intact";
    case PackageFile::modified:
      return "modified";
  }
  return "unchecked";
}

}  // namespace oddport
