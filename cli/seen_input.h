// The inputs of triage and diff: one database, or captures, which are then read into a database that is gone afterwards.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "classify/port_set.h"
#include "cli/rule_options.h"
#include "store/store.h"

namespace oddport {

struct SeenInput {
  std::unique_ptr<Store> store;
  std::vector<std::string> problems;  // what could not be read
  bool interrupted = false;
};

struct SeenOptions {
  PortSet watched = PortSet::watched_by_default();  // of captures
  // What they name is also named in a database that keeps it as unknown.
  RuleOptions rules;  // likewise
  bool ndpi = true;   // likewise: asked where nothing else names a payload
};

// Throws StoreError.
SeenInput open_seen(const std::vector<std::string>& inputs, const SeenOptions& options);

}  // namespace oddport
