// The addresses that a user's words and files name: ranges in any notation, names by DNS, files with comments, files of other scanners.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "probe/address_range.h"

namespace oddport {

struct TargetWords {
  std::vector<std::string> words;
  std::vector<std::string> files;  // "-" is standard input
};

struct ResolveOptions {
  bool use_dns = true;         // else a name is an error
  bool all_addresses = false;  // of a name; else the one that getaddrinfo() prefers
  bool want_v4 = true;
  bool want_v6 = true;
};

struct TargetList {
  std::vector<AddressRange> ranges;
  std::map<IpAddress, std::string> names;  // of the addresses that came from names
};

// Words in files are separated by blanks or line ends; "#" begins a comment. On error returns false and says in `error` what is
// wrong and where ("hosts.txt:12: ..."), in the user's words.
bool read_targets(const TargetWords& targets, const ResolveOptions& options, TargetList& list,
                  std::string& error);

// As read_targets(), and refuses what nobody should probe: broadcast, multicast, unspecified, reserved.
bool read_probe_targets(const TargetWords& targets, const ResolveOptions& options, TargetList& list,
                        std::string& error);

}  // namespace oddport
