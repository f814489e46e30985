// Which systemd unit and which container a process belongs to, by the names of its control groups.
#pragma once

#include <string>
#include <string_view>

namespace oddport {

struct ControlGroup {
  std::string unit;       // "ssh.service"; the innermost one; empty where none
  std::string container;  // twelve digits of an identifier, or a name; empty where none
};

// `text` is /proc/PID/cgroup (cgroups(7)). Of the containers those of Docker, containerd, CRI-O, Podman, LXC and
// systemd-nspawn are told by the names that they give to their groups.
ControlGroup read_control_group(std::string_view text);

}  // namespace oddport
