// The processes of this machine: which sockets each holds, and what is known of one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "classify/host_facts.h"

namespace oddport {

// The numbers of all processes that the caller can see, ascending.
std::vector<std::uint32_t> list_processes();

struct HeldSocket {
  std::uint32_t inode = 0;
  int descriptor = -1;  // in the process
};

// Nothing is found where the process is gone; `refused` where its descriptors may not be looked at.
std::vector<HeldSocket> list_sockets(std::uint32_t pid, bool& refused);
// Whether the socket is one of TCP or UDP, as far as its name tells.
bool is_internet_socket(std::uint32_t pid, int descriptor);

// All but the package, and where to look for it.
struct ProcessLook {
  ProcessFacts facts;
  std::string root;  // of the file system in which the executable's path counts
};

ProcessLook look_at_process(std::uint32_t pid);

// Empty where the number has none on this machine.
std::string user_name(std::uint32_t uid);

}  // namespace oddport
