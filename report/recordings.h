// Which of the recordings under pcaps/ hold which protocols, by the verdicts that stand beside them: known when the program is built.
#pragma once

#include <span>
#include <string_view>

#include "classify/match.h"

namespace oddport {

struct Recording {
  std::string_view protocol;
  std::string_view file;                       // "531-tcp-ssh-openssh.pcap"
  Certainty certainty = Certainty::confirmed;  // the best in the file
};

// Ascending by file; of each protocol in it once.
std::span<const Recording> recordings();

}  // namespace oddport
