// The network namespaces of this machine and the sockets in each, as far as the caller is allowed to look.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/descriptor.h"
#include "host/sock_diag.h"

namespace oddport {

struct NetworkNamespace {
  std::uint64_t id = 0;  // as /proc/PID/ns/net has it; 0 where that may not be looked at
  std::string name;  // the file under /run/netns or a container runtime's folder; empty where none
  bool own = false;  // the caller's
  // By which to enter another one in which something listens; closed where that is not allowed, or where very many are open already.
  Descriptor door;
  std::vector<Socket> sockets;
};

struct NamespaceSurvey {
  std::vector<NetworkNamespace> namespaces;  // the caller's first
  std::vector<std::string> missing;          // what could not be looked at, and why
};

NamespaceSurvey survey_own_namespace();
// Of the caller, of every process and of every name. A namespace that may not be entered is read through /proc/PID/net.
NamespaceSurvey survey_namespaces(const std::vector<std::uint32_t>& pids);

// Adds the namespace in which a process's socket was made, if it is a new one: a process may have left it since. False where it
// is not, or where the caller may not ask.
bool add_namespace_of_socket(std::uint32_t pid, int descriptor, NamespaceSurvey& survey);

// Takes the calling thread into the namespace, for good. Empty where that was done, else the reason.
std::string enter_namespace(const Descriptor& door);

}  // namespace oddport
