// The program file that a process was started from, and whether it is still what its path names.
#pragma once

#include <cstdint>
#include <string>

#include "classify/host_facts.h"
#include "host/root_folder.h"

namespace oddport {

struct Executable {
  std::string path;  // in `root`; empty where it may not be looked at
  ExecutableState state = ExecutableState::unknown;
  std::string root =
      "/";  // the file system to look into: "/", or "/proc/PID/root" where the process has its own
};

Executable find_executable(std::uint32_t pid);

}  // namespace oddport
