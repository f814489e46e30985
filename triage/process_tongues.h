// What well-known server programs speak: so that another protocol at their socket shows.
#pragma once

#include <span>
#include <string_view>

namespace oddport {

struct ProcessTongues {
  std::string_view process;  // as the kernel keeps the name: 15 bytes at most
  std::span<const std::string_view> protocols;
};

// Only programs whose every socket is a service of theirs: nothing that runs others' (inetd, socat, python) or forwards others' bytes as they come.
std::span<const ProcessTongues> process_tongues();

// True where the program is known, and this protocol is none of those that it speaks.
bool speaks_foreign(std::string_view process, std::string_view protocol);

}  // namespace oddport
