// What a scan is to do, once all words are read, names resolved, and an interrupted scan is taken up.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/scan_command.h"
#include "cli/scan_journal.h"
#include "probe/target_set.h"

namespace oddport {

struct ScanSetup {
  // More are taken for a mistake, unless the user says that they are meant.
  static constexpr std::uint64_t many_addresses = 65536;

  ScanOptions options;
  TargetSet targets;
  std::map<IpAddress, std::string> names;  // by which the user asked
  // With --from: what is asked, one by one, instead of a search through `targets`.
  std::vector<Target> endpoints = {};
  std::vector<std::string> problems = {};  // what could not be read of that file
  std::uint64_t seed = 0;
  Time started = 0;
  std::unique_ptr<InterruptedScan> interrupted;  // null: a new scan

  // On error returns nothing and says in `error` what is wrong, in the user's words; nothing at all where a database names nobody to ask.
  // Throws StoreError.
  static std::optional<ScanSetup> make(const ScanOptions& options, std::string& error);
};

// What --exclude and the exclude file hold now. On error returns false and says in `error` what is wrong and where.
bool read_exclusions(const ScanOptions& options, std::vector<AddressRange>& ranges,
                     std::string& error);

}  // namespace oddport
